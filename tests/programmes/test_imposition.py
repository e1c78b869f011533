"""Sheets for the copier, read back: which page lies where, and nothing lost, doubled or cut."""

import io
import re
import subprocess
import time
from collections import Counter

import pikepdf
import pytest

from desescalade import pdf
from programmes.printing import imposition
from programmes.printing.formats import A3, A4, A5, A6, SHARED, Imposition
from programmes.printing.imposition import Flip, flip, impose, sheets

MM = 72 / 25.4
BOOKLET, TWO_UP, FOUR_UP = Imposition.BOOKLET, Imposition.TWO_UP, Imposition.FOUR_UP
# Ink to the very edge, a large numeral in the middle, and two more faces.
PAGE = '<section><b>n{0}</b> <i>italique</i><p class="edge"></p></section>'
STYLE = """<style>@page {{ size: {0}mm {1}mm; margin: 0; bleed: {2}mm }}
section {{ position: relative; height: {1}mm; break-after: page }}
section:last-child {{ break-after: auto }}
b {{ position: absolute; top: 50mm; left: 40mm; font-size: 40pt }}
i {{ position: absolute; top: 90mm; left: 40mm }}
h1 {{ position: absolute; font-size: 1pt }}
.edge {{ position: absolute; inset: 0; border: 12mm solid #777777 }}</style>"""


def laid_out(pages, size, bleed=0):
    style = STYLE.format(*size, bleed)
    body = "".join(PAGE.format(number) for number in range(1, pages + 1))
    html = (
        '<!DOCTYPE html><html lang="fr" style="--ink: #000000"><title>Un programme</title>'
        f'<meta name="author" content="La Marche du Diois">{style}<h1></h1>{body}'
    )
    return pdf.render(html, SHARED).pdf


@pytest.fixture(scope="module", autouse=True)
def _no_engine_left_behind():
    yield
    pdf.close()


@pytest.fixture(scope="module")
def sixty():
    return laid_out(60, A5)


@pytest.fixture(scope="module")
def booklet_of(sixty):
    """The first pages of it, imposed."""

    def booklet_of(pages, **how):
        return impose(first(pages, sixty), BOOKLET, page_size=A5, **how)

    return booklet_of


def first(pages, whole):
    with pikepdf.open(io.BytesIO(whole)) as opened:
        del opened.pages[pages:]
        written = io.BytesIO()
        opened.save(written, deterministic_id=True)
    return written.getvalue()


def words(printed):
    """For each side, the words and where each begins, in mm from the left and the top."""
    answer = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=printed, capture_output=True, check=True
    ).stdout.decode()
    return [
        [
            (word, float(x) / MM, float(y) / MM)
            for x, y, word in re.findall(r'<word xMin="(.*?)" yMin="(.*?)".*?>(.*?)<', page)
        ]
        for page in answer.split("<page ")[1:]
    ]


def numerals(printed):
    """For each side, the numbers of its pages from left to right, row by row."""
    return [
        [int(word[1:]) for word, x, y in sorted(side, key=lambda it: (round(it[2]), it[1]))
         if word.startswith("n")]
        for side in words(printed)
    ]  # fmt: skip


def grey_of(printed, side=1):
    """The side as rows of grey, 4 pixels for a mm."""
    image = subprocess.run(
        ["pdftoppm", "-gray", "-r", "101.6", "-f", str(side), "-l", str(side), "-"],
        input=printed,
        capture_output=True,
        check=True,
    ).stdout
    _, size, _, pixels = image.split(b"\n", 3)
    width, height = map(int, size.split())
    return [pixels[row * width : (row + 1) * width] for row in range(height)]


def inked(row):
    """Where a row of pixels has ink, as pairs of mm from the left."""
    return [
        (found.start() / 4, found.end() / 4)
        for found in re.finditer(rb"[^\xff]+", bytes(255 if it > 250 else it for it in row))
    ]


# Which page goes where


@pytest.mark.parametrize(
    ("pages", "sides"),
    [
        (1, [(None, 0), (None, None)]),
        (3, [(None, 0), (1, 2)]),
        (4, [(3, 0), (1, 2)]),
        (5, [(None, 0), (1, None), (None, 2), (3, 4)]),
        (8, [(7, 0), (1, 6), (5, 2), (3, 4)]),
        (12, [(11, 0), (1, 10), (9, 2), (3, 8), (7, 4), (5, 6)]),
        (
            16,
            [(15, 0), (1, 14), (13, 2), (3, 12), (11, 4), (5, 10), (9, 6), (7, 8)],
        ),
    ],
)
def test_a_booklet_reads_in_order_once_folded(pages, sides):
    printed = sheets(pages, BOOKLET, A5)
    assert [
        tuple(place.page for place in side)
        for sheet in printed
        for side in (sheet.front, sheet.back)
    ] == sides


@pytest.mark.parametrize(
    ("pages", "sides"),
    [
        (1, [(None, 0), (None, None)]),
        (2, [(1, 0), (None, None)]),
        (4, [(3, 0), (1, 2)]),
        (5, [(4, 0), (1, None), (None, 2), (3, None)]),
    ],
)
def test_a_back_cover_stays_outside_with_the_blank_pages_before_it(pages, sides):
    printed = sheets(pages, BOOKLET, A5, back_cover=True)
    assert [
        tuple(place.page for place in side)
        for sheet in printed
        for side in (sheet.front, sheet.back)
    ] == sides


@pytest.mark.parametrize("pages", range(1, 70))
def test_folded_the_sides_give_every_page_once_and_in_order(pages):
    """As hands do it: the stack is folded, then leafed through."""
    left, right = [], []
    for sheet in sheets(pages, BOOKLET, A5):
        (before, first), (second, after) = (
            [place.page for place in side] for side in (sheet.front, sheet.back)
        )
        left += [first, second]
        right[:0] = [after, before]
    assert left + right == list(range(pages)) + [None] * (-pages % 4)


def test_the_pages_of_a_booklet_meet_at_the_fold():
    (sheet,) = sheets(4, BOOKLET, A5)
    left, right = sheet.front
    assert sheet.size == (297, 210)
    assert (left.box.x + left.box.width, right.box.x) == (148.5, 148.5)


def test_an_a4_booklet_lies_on_a3():
    (sheet,) = sheets(4, BOOKLET, A4)
    assert sheet.size == (420, 297)


def test_pages_too_large_for_a3_are_refused():
    with pytest.raises(ValueError, match="do not fit on A3"):
        sheets(2, TWO_UP, A3)


def test_no_page_is_no_print():
    with pytest.raises(ValueError):
        sheets(0, BOOKLET, A5)


@pytest.mark.parametrize(("what", "size", "copies"), [(TWO_UP, A5, 2), (FOUR_UP, A6, 4)])
def test_behind_every_copy_lies_its_own_back(what, size, copies):
    (sheet,) = sheets(2, what, size)
    width = sheet.size[0]
    behind = {
        (width - place.box.x - place.box.width, place.box.y, place.page) for place in sheet.back
    }
    assert behind == {(place.box.x, place.box.y, 1) for place in sheet.front}
    assert [place.page for place in sheet.front] == [0] * copies


@pytest.mark.parametrize(
    ("pages", "what", "size", "edge"),
    [
        (12, BOOKLET, A5, Flip.SHORT),
        (1, BOOKLET, A5, Flip.NONE),
        (2, TWO_UP, A5, Flip.SHORT),
        (1, TWO_UP, A5, Flip.NONE),
        (2, FOUR_UP, A6, Flip.LONG),
        (43, Imposition.NONE, A4, Flip.LONG),
        (2, Imposition.NONE, (297, 210), Flip.SHORT),
        (1, Imposition.NONE, A3, Flip.NONE),
    ],
)
def test_the_sheet_turns_over_its_upright_edge(pages, what, size, edge):
    assert flip(sheets(pages, what, size)) == edge


@pytest.mark.parametrize(("pages", "mm"), [(1, 0), (4, 0), (16, 0.3), (32, 0.7), (60, 1.4)])
def test_a_thick_booklet_creeps_by_one_thickness_a_sheet(pages, mm):
    assert imposition.creep(pages) == mm


# The PDF


@pytest.mark.parametrize("pages", [1, 3, 4, 5, 8, 12, 16, 60])
def test_the_sides_of_the_pdf_follow_the_plan(booklet_of, pages):
    planned = [
        [place.page + 1 for place in side if place.page is not None]
        for sheet in sheets(pages, BOOKLET, A5)
        for side in (sheet.front, sheet.back)
    ]
    assert numerals(booklet_of(pages)) == [side for side in planned if side]


@pytest.mark.parametrize(
    ("what", "size", "bleed"),
    [
        (BOOKLET, A5, 0),
        (TWO_UP, A5, 0),
        (TWO_UP, A5, 3),
        (FOUR_UP, A6, 0),
        (Imposition.NONE, A4, 0),
        (Imposition.NONE, (297, 210), 3),
    ],
)
def test_every_word_lands_within_a_tenth_of_a_millimetre(what, size, bleed):
    source = laid_out(4, size, bleed)
    alone = [
        [(word, x - bleed, y - bleed) for word, x, y in page]
        for page in words(source)
    ]  # fmt: skip
    printed = words(impose(source, what, page_size=size))
    plan = [side for sheet in sheets(4, what, size) for side in (sheet.front, sheet.back)]
    for side, found in zip(plan, printed, strict=True):
        expected = [
            (word, pytest.approx(x + place.box.x, abs=0.1), pytest.approx(y + place.box.y, abs=0.1))
            for place in side
            for word, x, y in alone[place.page]
        ]
        assert sorted(found, key=str) == sorted(
            expected, key=lambda it: str((it[0], it[1].expected, it[2].expected))
        )


@pytest.mark.parametrize(
    ("what", "size", "times"),
    [(BOOKLET, A5, 1), (TWO_UP, A5, 2), (FOUR_UP, A6, 4), (Imposition.NONE, A5, 1)],
)
def test_every_word_is_printed_as_often_as_it_is_to_be(what, size, times):
    source = laid_out(5, size)
    found = Counter(
        word for side in words(impose(source, what, page_size=size)) for word, *_ in side
    )
    assert found == {"italique": 5 * times} | {f"n{number}": times for number in range(1, 6)}


@pytest.mark.parametrize(
    ("what", "size", "row", "ink"),
    [
        # In the source 12 mm of ink along every edge: cut 5 mm around the sheet, not at the fold.
        (BOOKLET, A5, 100, [(5, 12.5), (136.5, 160.5), (284.5, 292)]),
        # Cut apart: each copy alike, with its own white.
        (TWO_UP, A5, 100, [(5, 12.25), (136.25, 143.5), (153.5, 160.75), (284.75, 292)]),
        (FOUR_UP, A6, 70, [(5, 12), (93, 100), (110, 117), (198, 205)]),
        (Imposition.NONE, A4, 200, [(5, 12), (198, 205)]),
    ],
)
def test_what_a_copier_cannot_print_is_left_white(what, size, row, ink):
    printed = grey_of(impose(laid_out(4, size, bleed=3), what, page_size=size))
    found = inked(printed[row * 4 + 2])
    assert found == [pytest.approx(pair, abs=0.5) for pair in ink]
    assert [inked(printed[place]) for place in (0, 19, -19, -1)] == [[]] * 4
    assert inked(printed[22]) != []


def test_each_face_is_in_the_file_once(sixty):
    def faces(printed):
        with pikepdf.open(io.BytesIO(printed)) as opened:
            return sorted(
                str(found.FontName)
                for found in opened.objects
                if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/FontDescriptor"
            )

    before = faces(sixty)
    assert len(before) >= 2
    assert faces(impose(sixty, BOOKLET, page_size=A5)) == before
    assert faces(impose(sixty, TWO_UP, page_size=A5)) == before


def test_the_same_pages_give_the_same_bytes(sixty, booklet_of):
    once, again = (impose(sixty, BOOKLET, page_size=A5) for _ in range(2))
    assert once == again
    # The file's identifier comes from what is in it, not from the time of day.
    identifiers = []
    for printed in (once, booklet_of(12)):
        with pikepdf.open(io.BytesIO(printed)) as opened:
            identifiers.append(bytes(opened.trailer.ID[0]))
    assert identifiers[0] != identifiers[1]


def test_a_page_that_does_not_begin_at_the_origin_lies_no_further_off(sixty):
    with pikepdf.open(io.BytesIO(first(4, sixty))) as opened:
        for page in opened.pages:
            for box in ("/MediaBox", "/TrimBox", "/BleedBox"):
                page.obj[box] = [float(edge) + 20 for edge in page.obj[box]]
            page.contents_add(b"1 0 0 1 20 20 cm", prepend=True)
        moved = io.BytesIO()
        opened.save(moved)
    printed = impose(moved.getvalue(), BOOKLET, page_size=A5)
    plain = impose(first(4, sixty), BOOKLET, page_size=A5)
    assert [[word for word, *_ in side] for side in words(printed)] == [
        [word for word, *_ in side] for side in words(plain)
    ]
    assert [(x, y) for side in words(printed) for _, x, y in side] == [
        pytest.approx((x, y), abs=0.1) for side in words(plain) for _, x, y in side
    ]


def test_sixty_pages_take_far_less_than_a_second(sixty):
    start = time.perf_counter()
    impose(sixty, BOOKLET, page_size=A5)
    assert time.perf_counter() - start < 0.5


def test_the_file_says_what_it_is_and_how_it_is_printed(booklet_of):
    with pikepdf.open(io.BytesIO(booklet_of(12))) as opened, opened.open_metadata() as metadata:
        assert str(opened.docinfo.Title) == "Un programme"
        assert str(opened.docinfo.Author) == "La Marche du Diois"
        assert metadata["dc:title"] == "Un programme"
        assert str(opened.Root.Lang) == "fr"
        asked = opened.Root.ViewerPreferences
        assert (asked.PrintScaling, asked.Duplex) == ("/None", "/DuplexFlipShortEdge")
        # Tags would point at pages that are gone.
        assert "/StructTreeRoot" not in opened.Root
        assert "/pdfuaid" not in opened.Root.Metadata.read_bytes().decode()
        for page in opened.pages:
            assert [float(edge) for edge in page.mediabox] == pytest.approx(
                [0, 0, 297 * MM, 210 * MM], abs=0.001
            )
            assert page.trimbox == page.mediabox
            assert ["/StructParents" in form for form in page.resources.XObject.values()] == [
                False, False
            ]  # fmt: skip


def test_pages_of_another_size_are_refused(sixty):
    with pytest.raises(ValueError, match=r"148\.0 × 210\.0 mm"):
        impose(sixty, FOUR_UP, page_size=A6)


def test_what_is_no_pdf_is_refused():
    with pytest.raises(pikepdf.PdfError):
        impose(b"no pdf", BOOKLET, page_size=A5)
