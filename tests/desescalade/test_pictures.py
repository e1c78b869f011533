"""Pictures of pages: few colours, few bytes, and how much of a page is ink."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from desescalade import pdf
from desescalade.pdf import pictures

GREEN = (31, 77, 58)
PAGE = """<title>Essai</title><style>@page { size: 210mm 297mm; margin: 0 }
body { margin: 0 } section { width: 210mm; height: 296.9mm }
section + section { break-before: page }
h1, p { margin: 0; padding: 10mm 20mm; line-height: 5.5mm }</style>"""
WORDS = ("un", "programme", "pour", "la", "commune", "et", "ses", "habitants,", "qui", "décident")
BAND = "<div style='width: 21mm; height: 296.9mm; background: #1f4d3a'></div>"


def text(number=0):
    """A page of text, about as full as one of a programme; words come in another order each."""
    words = " ".join(random.Random(number).choices(WORDS, k=330))
    return f"<h1>Des choses simples</h1><p>{words}"


def pages(*bodies):
    sections = "".join(f"<section>{body}</section>" for body in bodies)
    html = f"<!DOCTYPE html><html lang='fr'>{PAGE}{sections}"
    return pdf.render(html, [pdf.FONTS / "faces.css"]).pdf


@pytest.fixture(scope="module")
def eight_pages():
    return pages(BAND, *map(text, range(7)))


def drawn(content):
    return Image.open(BytesIO(content))


def first_page(content, width):
    return pictures.contact_sheet(content, width=width, max_pages=1)


def test_pages_stand_side_by_side(eight_pages):
    sheet = drawn(pictures.contact_sheet(eight_pages, width=160, max_pages=8))
    assert sheet.format == "PNG"
    assert sheet.size == (8 * 160 + 7 * pictures.GAP, 227)


def test_pages_stand_in_rows_when_columns_are_given(eight_pages):
    sheet = drawn(pictures.contact_sheet(eight_pages, width=40, max_pages=5, columns=3))
    assert sheet.size == (3 * 40 + 2 * pictures.GAP, 2 * 57 + pictures.GAP)


def test_no_more_pages_are_drawn_than_asked_for(eight_pages):
    assert drawn(pictures.contact_sheet(eight_pages, width=40, max_pages=3)).width == 136
    assert drawn(first_page(eight_pages, 100)).size == (100, 142)


def test_eight_full_pages_weigh_little(eight_pages):
    assert len(pictures.contact_sheet(eight_pages, width=160, max_pages=8)) <= 12_000
    assert len(first_page(pages(text()), 100)) <= 2_500


def test_a_sheet_has_the_greys_and_the_spot_colour(eight_pages):
    sheet = drawn(pictures.contact_sheet(eight_pages, width=160, max_pages=8)).convert("RGB")
    greys = {(grey, grey, grey) for _, grey in pictures.LEVELS}
    assert {color for _, color in sheet.getcolors()} == {*greys, GREEN}
    assert sheet.getpixel((8, 100)) == GREEN


def test_a_print_without_colour_has_greys_only():
    sheet = drawn(first_page(pages(text()), 160)).convert("RGB")
    assert all(red == green == blue for _, (red, green, blue) in sheet.getcolors())


def test_dark_grey_is_not_taken_for_a_dark_colour():
    grey = "<div style='width: 90mm; height: 90mm; background: #323232'></div>"
    sheet = drawn(pictures.contact_sheet(pages(BAND, grey), width=40, max_pages=2)).convert("RGB")
    assert sheet.getpixel((48 + 9, 9)) == (27, 27, 27)


def test_every_page_has_a_border():
    sheet = drawn(pictures.contact_sheet(pages("", ""), width=40, max_pages=2)).convert("RGB")
    row = [sheet.getpixel((x, 20)) for x in range(sheet.width)]
    assert [x for x, color in enumerate(row) if color == pictures.BORDER] == [0, 39, 48, 87]


def test_pages_of_another_shape_share_a_row():
    both = pikepdf.open(BytesIO(pages("a", "b")))
    both.pages[1].MediaBox = pikepdf.Array([0, 0, 842, 595])
    written = BytesIO()
    both.save(written)
    assert drawn(pictures.contact_sheet(written.getvalue(), width=60, max_pages=2)).size == (
        120 + pictures.GAP,
        85,
    )


def test_same_pages_give_the_same_picture(eight_pages):
    again = [pictures.contact_sheet(eight_pages, width=60, max_pages=4) for _ in range(2)]
    assert again[0] == again[1]


def test_pages_can_be_drawn_by_several_threads_at_once(eight_pages):
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: first_page(eight_pages, 60), range(24)))
    assert len(found) == 1


def test_a_picture_waits_for_the_one_before_it(eight_pages):
    with ThreadPoolExecutor(1) as threads:
        with pictures._pdfium:
            second = threads.submit(first_page, eight_pages, 60)
            assert wait([second], timeout=0.1).done == set()
        assert drawn(second.result()).width == 60


def test_each_page_can_be_drawn_in_full_colour(eight_pages):
    found = [drawn(page) for page in pictures.pages(eight_pages, width=70, max_pages=3)]
    assert [(page.mode, page.size) for page in found] == [("RGB", (70, 100))] * 3


def test_coverage_is_the_darkness_of_each_page():
    half = "<div style='width: 105mm; height: 296.9mm; background: #000'></div>"
    grey = "<div style='width: 210mm; height: 296.9mm; background: #808080'></div>"
    assert pictures.coverage(pages("", half, grey)) == pytest.approx((0, 0.5, 0.498), abs=0.01)


def test_a_page_too_large_to_draw_is_refused(eight_pages):
    with pytest.raises(ValueError, match="pixels a point"):
        pictures.contact_sheet(eight_pages, width=5000, max_pages=1)


@pytest.mark.parametrize("content", [b"", b"rien", b"%PDF-1.7\n"])
def test_what_is_no_pdf_is_refused(content):
    with pytest.raises(ValueError, match="no PDF"):
        pictures.coverage(content)


def test_a_page_that_fails_leaves_the_next_one_free(eight_pages):
    with pytest.raises(ValueError):
        first_page(b"rien", 60)
    assert len(pictures.coverage(eight_pages)) == 8


def test_pdfium_is_not_loaded_before_it_is_needed():
    code = "import sys, desescalade.pdf.pictures; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
