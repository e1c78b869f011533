"""Prints read back: their pages, words, boxes, fonts and colours, by poppler and pikepdf."""

import io
import re
import subprocess

import pikepdf
from PIL import Image

from programmes.enums import Output
from programmes.printing import prints
from programmes.printing.prints import Print

MM = 72 / 25.4


def laid_out(document, format, output=Output.ECRAN):
    """The single pages of a print, whatever is kept."""
    rendered, _, _ = prints.lay_out(Print.checked(document, format, output))
    return rendered


def poppler(content, *options):
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def pages(content, *options):
    return poppler(content, *options).split("\f")[:-1]


def squeezed(text):
    """Without spaces, hyphens and dashes of lists: where lines end does not matter."""
    return re.sub(r"[\s\u00a0\u202f\u2011–-]+", "", text)


def opened(content):
    return pikepdf.open(io.BytesIO(content))


def spoken(content):
    """The text in reading order, as a screen reader says it: without feet and page numbers."""
    command = ["pdfinfo", "-struct-text", "-"]
    tree = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    return "".join(re.findall(r'^ *"(.*)"$', tree, re.MULTILINE))


def drawn(content, dpi=40):
    """Each page as an RGB picture."""
    command = ["pdftoppm", "-r", str(dpi), "-png", "-"]
    found = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    pages = re.split(rb"(?=\x89PNG\r\n)", found)[1:]
    return [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]


def inks(content):
    """Cyan, magenta, yellow and black of each page, as shares of its area (ghostscript)."""
    command = ["gs", "-q", "-o", "-", "-sDEVICE=inkcov", "-"]
    said = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    return [tuple(map(float, line.split()[:4])) for line in said.splitlines() if "CMYK" in line]


def size(page):
    """Width and height of what is left after cutting, in mm."""
    left, bottom, right, top = (float(part) for part in page.get("/TrimBox", page.MediaBox))
    return round((right - left) / MM, 1), round((top - bottom) / MM, 1)


def fonts(file):
    """The names of all faces, with whether they are embedded."""
    found = {}
    for thing in file.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing:
            name = str(thing.FontName).partition("+")[2]
            found[name] = any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found
