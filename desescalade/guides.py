"""The user guides: Markdown in docs/guide/, read in git and on the site alike.

A picture stands alone on its line; our Markdown, made for what teams write, knows none.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify
from PIL import Image

FOLDER = Path(settings.BASE_DIR) / "docs" / "guide"
PICTURES = FOLDER / "img"
# In the order in which one needs them.
SLUGS = ("equipe", "imprimer", "chantier")

_PICTURE = re.compile(r"^!\[([^\]]+)\]\(img/([a-z-]+\.webp)\)$", re.MULTILINE)


@dataclass(frozen=True)
class Picture:
    """`file` in docs/guide/img/, `width` and `height` in pixels: the page leaves room for it.

    Its reader opens it, so that a guide weighs no more than another page.
    """

    file: str
    description: str
    width: int
    height: int
    kilobytes: int


@dataclass(frozen=True)
class Section:
    """What stands under a heading: Markdown texts and pictures in their order."""

    anchor: str
    title: str
    parts: tuple[str | Picture, ...]


@dataclass(frozen=True)
class Guide:
    """`lead` is the text under the title, in Markdown."""

    slug: str
    title: str
    lead: str
    sections: tuple[Section, ...]


@cache
def guide(slug: str) -> Guide:
    """One of SLUGS, with its pictures measured."""
    head, *rest = re.split(r"^## ", (FOLDER / f"{slug}.md").read_text("utf-8"), flags=re.MULTILINE)
    title, _, lead = head.removeprefix("# ").partition("\n")
    return Guide(slug, title, lead.strip(), tuple(map(_section, rest)))


def guides() -> list[Guide]:
    return [guide(slug) for slug in SLUGS]


def _section(text: str) -> Section:
    title, _, body = text.partition("\n")
    return Section(slugify(title.replace("’", " ")), title, tuple(_parts(body)))


def _parts(body: str) -> list[str | Picture]:
    """`re.split` gives text, description and file in turn."""
    pieces = _PICTURE.split(body)
    parts: list[str | Picture] = []
    for text, description, file in zip(
        pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], ""], strict=True
    ):
        parts += [text.strip()] if text.strip() else []
        parts += [_picture(file, description)] if file else []
    return parts


def _picture(file: str, description: str) -> Picture:
    path = PICTURES / file
    with Image.open(path) as image:
        return Picture(file, description, *image.size, math.ceil(path.stat().st_size / 1000))
