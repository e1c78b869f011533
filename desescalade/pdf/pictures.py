"""Pages of a PDF as small PNG pictures, and how much of each page is ink.

For PDFs that this project made: pdfium reads them in this process, without a cage. pdfium is
not thread-safe; every call here waits for the one before it, so that callers need no lock of
their own. It is imported at the first call (0.05 s, 10 MB); after that a page of 160 pixels
takes 6 ms. A page that would be above MAX_PIXELS, or bytes that are no PDF, raise ValueError.
"""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from PIL import Image, ImageChops, ImageDraw

# Of one page, drawn: 32 MB of memory.
MAX_PIXELS = 8_000_000
GAP = 8
BORDER = (205, 205, 205)

# Letters a few pixels high are noise to a compressor: four levels keep their look, and a third
# of their bytes. A pixel gets the first level whose least grey it reaches.
LEVELS = ((235, 255), (170, 205), (90, 130), (0, 27))
# Least difference between the channels of a colour that is none of the greys.
CHROMA = 24
# Greatest difference from the spot colour of a pixel that is drawn in it.
NEAR_SPOT = 40

Made = TypeVar("Made")

_pdfium = threading.Lock()


def contact_sheet(pdf: bytes, *, width: int, max_pages: int, columns: int | None = None) -> bytes:
    """The first pages side by side, as a PNG in four greys and the spot colour of the print.

    `width` of a page is in pixels; all pages stand in one row unless `columns` says how many
    do. Same arguments, same bytes: about 0.7 kB for a cover of 110 pixels, 12 kB for eight full
    pages of 160. Raises ValueError.
    """
    drawn = _each_page(pdf, max_pages, _to_width(width), _bordered)
    columns = min(columns or len(drawn), len(drawn))
    rows = [drawn[start : start + columns] for start in range(0, len(drawn), columns)]
    heights = [max(page.height for page in row) for row in rows]
    size = columns * (width + GAP) - GAP, sum(heights) + GAP * (len(rows) - 1)
    sheet = Image.new("RGB", size, "white")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for place, page in enumerate(row):
            sheet.paste(page, (place * (width + GAP), top))
        top += height + GAP
    return _png(_in_few_colors(sheet))


def pages(pdf: bytes, *, width: int, max_pages: int = 200) -> list[bytes]:
    """Each page as a PNG in full colour, for eyes that judge it. Raises ValueError."""
    return _each_page(pdf, max_pages, _to_width(width), _png)


def coverage(pdf: bytes, *, dpi: int = 36, max_pages: int = 400) -> tuple[float, ...]:
    """How dark each page is on the whole, from 0 (white) to 1 (black). Raises ValueError.

    A copier's use of toner: the mean of the greys, not the number of places that are inked.
    """
    return tuple(_each_page(pdf, max_pages, lambda page: dpi / 72, _darkness))


def _each_page(
    pdf: bytes,
    max_pages: int,
    scale: Callable[[Any], float],
    use: Callable[[Image.Image], Made],
) -> list[Made]:
    """What `use` makes of each page, drawn at its `scale` (pixels a point)."""
    with _pdfium, _opened(pdf) as document:
        wanted = [document[number] for number in range(min(max_pages, len(document)))]
        return [use(_drawn(page, scale(page))) for page in wanted]


def _to_width(width: int) -> Callable[[Any], float]:
    return lambda page: width / page.get_width()


def _opened(pdf: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as problem:
        raise ValueError(f"no PDF: {problem}") from problem


def _drawn(page: Any, scale: float) -> Image.Image:
    width, height = page.get_size()
    if width * height * scale * scale > MAX_PIXELS:
        raise ValueError(f"a page of {width:.0f} × {height:.0f} pt at {scale:.2f} pixels a point")
    # Links and fields are not for paper.
    bitmap = page.render(scale=scale, draw_annots=False, may_draw_forms=False, rev_byteorder=True)
    # convert() copies: the pixels of to_pil() belong to pdfium, and go with the page.
    return bitmap.to_pil().convert("RGB")


def _darkness(page: Image.Image) -> float:
    grey = page.convert("L")
    levels = grey.histogram()
    total = sum(level * count for level, count in enumerate(levels))
    return round(1 - total / (255 * grey.width * grey.height), 4)


def _bordered(page: Image.Image) -> Image.Image:
    ImageDraw.Draw(page).rectangle((0, 0, page.width - 1, page.height - 1), outline=BORDER)
    return page


def _in_few_colors(sheet: Image.Image) -> Image.Image:
    """The greys in four levels, and the most frequent colour beside them."""
    reached = [next(i for i, (least, _) in enumerate(LEVELS) if v >= least) for v in range(256)]
    indices = sheet.convert("L").point(reached)
    palette = [channel for _, grey in LEVELS for channel in (grey, grey, grey)]
    colors = sheet.getcolors(sheet.width * sheet.height)
    spots = [(count, color) for count, color in colors if max(color) - min(color) > CHROMA]
    if spots:
        _, spot = max(spots)
        indices.paste(len(LEVELS), mask=_in_spot(sheet, spot))
        palette += spot
    # From 17 entries on, Pillow writes a byte for each pixel: it packs better than half bytes,
    # by a tenth, because the same letter is then the same bytes wherever it stands.
    palette += [0] * (3 * 17 - len(palette))
    drawn = Image.frombytes("P", indices.size, indices.tobytes())
    drawn.putpalette(palette)
    return drawn


def _in_spot(sheet: Image.Image, spot: tuple[int, int, int]) -> Image.Image:
    """255 where the sheet has the spot colour; its blurred edges, nearly grey, are left out."""
    colored = ImageChops.difference(
        _by_channel(ImageChops.lighter, sheet), _by_channel(ImageChops.darker, sheet)
    )
    away = ImageChops.difference(sheet, Image.new("RGB", sheet.size, spot))
    return ImageChops.multiply(
        colored.point(lambda chroma: 255 * (chroma > CHROMA)),
        _by_channel(ImageChops.lighter, away).point(lambda most: 255 * (most <= NEAR_SPOT)),
    )


def _by_channel(choose: Callable, image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return choose(choose(red, green), blue)


def _png(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
