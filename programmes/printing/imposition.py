"""Pages laid on the sheets of a copier: where each one goes, and the PDF that says so.

Lengths are in mm, from the left and the top edge of the side that one looks at. Every sheet is
turned over its left or right edge, like the page of a book: what lies on the left of the front
has the right of the back behind it. Whether that edge is the short or the long one is what the
copier asks (`flip`).
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, hypot

import pikepdf

from .formats import A3, A4, Imposition

# PDF's unit, 1/72 inch.
POINTS = 72 / 25.4
# What a copier leaves white along the edges of a sheet.
MARGIN = 5
# How far a page may be from the size it is said to have.
TOLERANCE = 0.5
# Paper of 80 g/m², in mm (research: print-law C.1).
THICKNESS = 0.1
# Panels of a sheet folded in three, as its outer face is read from left to right; the flap,
# folded in first, is narrower. The inner face reads the other way round (print-law C.1).
PANELS: dict[str, tuple[int, ...]] = {"depliant": (97, 100, 100)}

_COLUMNS_AND_ROWS = {
    Imposition.NONE: (1, 1),
    Imposition.BOOKLET: (2, 1),
    Imposition.TWO_UP: (2, 1),
    Imposition.FOUR_UP: (2, 2),
}
_DUPLEX = {"none": "/Simplex", "short": "/DuplexFlipShortEdge", "long": "/DuplexFlipLongEdge"}
_SAID_OF_THE_WHOLE = ("/Title", "/Author", "/Subject", "/Keywords")


class Flip(StrEnum):
    """The edge over which the copier has to turn the sheet; NONE where nothing is on the back."""

    NONE = "none"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True)
class Box:
    """A rectangle on a side of a sheet."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def within(self, other: "Box") -> "Box":
        """What both have in common."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True)
class Place:
    """`page` counts from 0, None for a page left blank; `box` is its trimmed size on the sheet.

    Nothing of the page is printed outside `printed`.
    """

    page: int | None
    box: Box
    printed: Box


Side = tuple[Place, ...]


@dataclass(frozen=True)
class Sheet:
    """`size` is width and height. Both sides hold their places from left to right, then down."""

    size: tuple[int, int]
    front: Side
    back: Side

    @property
    def printed_sides(self) -> int:
        return sum(not is_blank(side) for side in (self.front, self.back))


def is_blank(side: Side) -> bool:
    return all(place.page is None for place in side)


def sheet_size(imposition: Imposition, page_size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the sheet: A4 or A3, or the page itself where there is one a side.

    Raises ValueError for pages too large to lie side by side on A3.
    """
    if imposition is Imposition.NONE:
        return page_size
    columns, rows = _COLUMNS_AND_ROWS[imposition]
    width, height = page_size[0] * columns, page_size[1] * rows
    for short, long in (A4, A3):
        sheet = (long, short) if columns > rows else (short, long)
        if width <= sheet[0] and height <= sheet[1]:
            return sheet
    raise ValueError(f"pages of {page_size} mm do not fit on A3 ({imposition})")


def copies_per_sheet(imposition: Imposition) -> int:
    """How many times the same page lies on a side, to be cut apart."""
    if imposition is Imposition.BOOKLET:
        return 1
    columns, rows = _COLUMNS_AND_ROWS[imposition]
    return columns * rows


def cells(imposition: Imposition, page_size: tuple[int, int]) -> tuple[Box, ...]:
    """The equal parts of a side, one for each page; they meet at the fold or the cut."""
    columns, rows = _COLUMNS_AND_ROWS[imposition]
    sheet_width, sheet_height = sheet_size(imposition, page_size)
    width, height = sheet_width / columns, sheet_height / rows
    return tuple(
        Box(column * width, row * height, width, height)
        for row in range(rows)
        for column in range(columns)
    )


def sheets(
    pages: int,
    imposition: Imposition,
    page_size: tuple[int, int],
    *,
    back_cover: bool = False,
) -> tuple[Sheet, ...]:
    """The sheets of a document of so many `pages`, in the order in which they are printed.

    A booklet's number of pages is a multiple of four: the blank ones follow the last, so that the
    numbers printed at the foot stay true and no text is interrupted. Say `back_cover` when the
    last page opens a section of its own and bears no number (the imprint, say): it then becomes
    the outside of the booklet, and the blank pages come before it.

    Raises ValueError for no page, or pages too large.
    """
    if pages < 1:
        raise ValueError("a print has one page at least")
    places = _places(imposition, page_size)
    if imposition is Imposition.BOOKLET:
        sides = _booklet(pages, back_cover=back_cover)
    else:
        sides = [(page,) * len(places) for page in range(pages)]
        if pages % 2:
            sides.append((None,) * len(places))
    size = sheet_size(imposition, page_size)
    filled = [
        tuple(Place(page, box, printed) for page, (box, printed) in zip(side, places, strict=True))
        for side in sides
    ]
    return tuple(
        Sheet(size, front, back) for front, back in zip(filled[::2], filled[1::2], strict=True)
    )


def flip(printed: Iterable[Sheet]) -> Flip:
    """The edge to choose on the copier. "Bord court" means the sheet's, however it is read."""
    printed = tuple(printed)
    if all(is_blank(sheet.back) for sheet in printed):
        return Flip.NONE
    width, height = printed[0].size
    return Flip.SHORT if width > height else Flip.LONG


def creep(pages: int, *, thickness: float = THICKNESS) -> float:
    """How far the innermost sheet of a booklet stands out, in mm.

    Each sheet lies in the fold of the one around it, one thickness further out.
    """
    return round((ceil(pages / 4) - 1) * thickness, 3)


def impose(
    pdf: bytes,
    imposition: Imposition,
    *,
    page_size: tuple[int, int],
    back_cover: bool = False,
) -> bytes:
    """The PDF for the copier: `sheets` drawn, one page of the PDF for each side.

    It asks the print dialog for its own size and for the right edge. What only a screen uses
    goes: links, outline, tags, attachments. Same pdf, same bytes.

    Raises ValueError when a page is not of `page_size`, pikepdf.PdfError for what is no PDF.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as target:
        for page in source.pages:
            _check_size(page, page_size)
        printed = sheets(len(source.pages), imposition, page_size, back_cover=back_cover)
        # Cut at its trim box, and without what ties it to the tags. Fonts are copied once for all.
        forms = [target.copy_foreign(page.as_form_xobject()) for page in source.pages]
        for side in _sides(printed):
            _draw(target, side, printed[0].size, forms)
        _describe(target, source)
        _ask(target, flip(printed))
        return _saved(target)


def ask(pdf: bytes, edge: Flip) -> bytes:
    """The same PDF, which asks the print dialog for its own size and for `edge`.

    For sheets that go to the copier as they are. Raises pikepdf.PdfError for what is no PDF.
    """
    with pikepdf.open(io.BytesIO(pdf)) as target:
        _ask(target, edge)
        return _saved(target)


def _booklet(pages: int, *, back_cover: bool) -> list[tuple[int | None, int | None]]:
    """Left and right page of each side, sheets from the outside to the inside."""
    blank: list[int | None] = [None] * (-pages % 4)
    order: list[int | None] = list(range(pages))
    at = pages - 1 if back_cover and pages > 1 else pages
    order[at:at] = blank
    last = len(order) - 1
    return [
        side
        for outer in range(0, len(order) // 2, 2)
        for side in (
            (order[last - outer], order[outer]),
            (order[outer + 1], order[last - outer - 1]),
        )
    ]


def _places(imposition: Imposition, page_size: tuple[int, int]) -> list[tuple[Box, Box]]:
    """For each page of a side, its box and what is printed of it.

    The pages of a booklet touch at the fold. Copies that are cut apart lie each in the middle of
    its part, with the same white all around, so that none differs from the others.
    """
    width, height = page_size
    sheet = Box(0, 0, *sheet_size(imposition, page_size)).inset(MARGIN)
    found = []
    for cell in cells(imposition, page_size):
        x, y = cell.x + (cell.width - width) / 2, cell.y + (cell.height - height) / 2
        if imposition is Imposition.BOOKLET:
            x = cell.x if cell.x else cell.width - width
        box = Box(x, y, width, height)
        room = sheet if imposition is Imposition.BOOKLET else cell.inset(MARGIN)
        found.append((box, box.within(room)))
    return found


def _sides(printed: tuple[Sheet, ...]) -> Iterator[Side]:
    """All sides in order; a blank one at the very end is not printed."""
    *before, last = [side for sheet in printed for side in (sheet.front, sheet.back)]
    yield from before
    if not is_blank(last):
        yield last


def _check_size(page: pikepdf.Page, size: tuple[int, int]) -> None:
    left, bottom, right, top = (float(edge) / POINTS for edge in page.trimbox)
    if hypot(right - left - size[0], top - bottom - size[1]) > TOLERANCE:
        raise ValueError(f"page of {right - left:.1f} × {top - bottom:.1f} mm instead of {size}")


def _draw(
    target: pikepdf.Pdf, side: Side, size: tuple[int, int], forms: list[pikepdf.Object]
) -> None:
    width, height = size
    drawn = [(place, forms[place.page]) for place in side if place.page is not None]
    content = "\n".join(
        f"q {_points(*_upside(place.printed, height))} re W n"
        f" 1 0 0 1 {_points(*_origin(place.box, height, form))} cm /P{place.page} Do Q"
        for place, form in drawn
    )
    named = {f"/P{place.page}": form for place, form in drawn}
    sheet = pikepdf.Array([0, 0, round(width * POINTS, 4), round(height * POINTS, 4)])
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=sheet,
        TrimBox=sheet,
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(named)),
        Contents=target.make_stream(content.encode("ascii")),
    )
    target.pages.append(pikepdf.Page(target.make_indirect(page)))


def _upside(box: Box, height: float) -> tuple[float, float, float, float]:
    """The box as PDF wants it: measured from the bottom of the sheet."""
    return box.x, height - box.y - box.height, box.width, box.height


def _origin(box: Box, height: float, form: pikepdf.Object) -> tuple[float, float]:
    """How far the form moves, so that the corner of its trim box comes to the box's corner."""
    left, bottom = (float(edge) / POINTS for edge in list(form.BBox)[:2])
    return box.x - left, height - box.y - box.height - bottom


def _points(*lengths: float) -> str:
    return " ".join(f"{length * POINTS:.4f}" for length in lengths)


def _describe(target: pikepdf.Pdf, source: pikepdf.Pdf) -> None:
    """Title, author and language, as in the source."""
    for key in _SAID_OF_THE_WHOLE:
        if key in source.docinfo:
            target.docinfo[key] = str(source.docinfo[key])
    with target.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.load_from_docinfo(target.docinfo)
    if "/Lang" in source.Root:
        target.Root.Lang = str(source.Root.Lang)


def _ask(target: pikepdf.Pdf, edge: Flip) -> None:
    """What the print dialog proposes: the sheet's own size, and the right edge."""
    target.Root.ViewerPreferences = pikepdf.Dictionary(
        DisplayDocTitle=True,
        PrintScaling=pikepdf.Name("/None"),
        Duplex=pikepdf.Name(_DUPLEX[edge]),
    )


def _saved(target: pikepdf.Pdf) -> bytes:
    written = io.BytesIO()
    target.save(
        written,
        deterministic_id=True,
        # Duplex came with PDF 1.7.
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return written.getvalue()
