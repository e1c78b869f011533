"""Reads a printer's file back: what a printing house could object to."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageMath

__all__ = ["PAGE_KEYS", "ROOT_KEYS", "instructions", "problems"]

# What a page and the document may hold; the rest (links, scripts, files, forms, bookmarks) is
# not for a press, and forbidden or bounded by ISO 15930-7.
PAGE_KEYS = frozenset(
    ("/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/BleedBox", "/TrimBox")
)
ROOT_KEYS = frozenset(("/Type", "/Pages", "/Lang", "/Metadata", "/OutputIntents"))

_REQUIRED = {
    "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion": "PDF/X-4",
    "{http://ns.adobe.com/pdf/1.3/}Trapped": "False",
    "{http://purl.org/dc/elements/1.1/}title": None,
    "{http://ns.adobe.com/xap/1.0/}CreateDate": None,
    "{http://ns.adobe.com/xap/1.0/}ModifyDate": None,
    "{http://ns.adobe.com/xap/1.0/}MetadataDate": None,
    "{http://ns.adobe.com/xap/1.0/mm/}DocumentID": None,
    "{http://ns.adobe.com/xap/1.0/mm/}VersionID": None,
    "{http://ns.adobe.com/xap/1.0/mm/}RenditionClass": None,
}

POINTS_PER_MM = 72 / 25.4
TOLERANCE_MM = 0.1

Matrix = tuple[float, float, float, float, float, float]
Ink = tuple[float, float, float, float]

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
BLACK: Ink = (0, 0, 0, 1)
PAPER: Ink = (0, 0, 0, 0)


def problems(
    pdf: bytes,
    *,
    size: tuple[float, float],
    bleed: float,
    smallest_colored: float = 20,
    smallest_white: float = 14,
    max_ink: float = 3.0,
) -> list[str]:
    """What a printing house could object to in a file of `to_pdf_x4`; empty when all is well.

    For tests and the log: English, each said once a page. `size` (width, height of a trimmed
    page) and `bleed` are in mm. Text smaller than `smallest_colored` pt must be pure black, or
    left white from `smallest_white` pt on. `max_ink` is the sum of the four inks in one place,
    from 0 to 4; what is painted over something else counts alone, as nothing overprints.

    It reads back what this project may write, and is no validator: no gradient, no pattern and
    no transparency is accepted at all, though PDF/X-4 has them. Raises pikepdf.PdfError.
    """
    limits = _Limits(size, bleed, smallest_colored, smallest_white, max_ink)
    with pikepdf.open(BytesIO(pdf)) as document:
        found = [*_problems_of_document(document)]
        for number, page in enumerate(document.pages, start=1):
            said = dict.fromkeys(_problems_of_page(page, limits))
            found += [f"page {number}: {what}" for what in said]
    return found


def instructions(content: object) -> Iterator[tuple[list, str]]:
    """Operands and operator of each step of a page or a form XObject, in order."""
    for instruction in pikepdf.parse_content_stream(content):
        yield list(instruction.operands), str(instruction.operator)


@dataclass(frozen=True)
class _Limits:
    size: tuple[float, float]
    bleed: float
    smallest_colored: float
    smallest_white: float
    max_ink: float


@dataclass(frozen=True)
class _State:
    """The graphics state, as far as it decides what colour a letter has. None: not known."""

    matrix: Matrix = _IDENTITY
    spaces: tuple[str, str] = ("/DeviceGray", "/DeviceGray")
    """For filling and for stroking."""
    inks: tuple[Ink | None, Ink | None] = (BLACK, BLACK)
    font_size: float = 0
    mode: int = 0
    text_matrix: Matrix = _IDENTITY


@dataclass
class _Reader:
    """Walks through the contents of a page and of the drawings it uses."""

    limits: _Limits
    forms: list = field(default_factory=list)

    def read(self, content: object, resources: Dictionary, state: _State) -> Iterator[str]:
        stack = []
        for operands, operator in instructions(content):
            match operator:
                case "q":
                    stack.append(state)
                case "Q":
                    state = stack.pop()
                case "cm":
                    state = replace(state, matrix=_times(_matrix(operands), state.matrix))
                case "BT":
                    state = replace(state, text_matrix=_IDENTITY)
                case "Tm":
                    state = replace(state, text_matrix=_matrix(operands))
                case "Tf":
                    state = replace(state, font_size=float(operands[1]))
                case "Tr":
                    state = replace(state, mode=int(operands[0]))
                case color if color.lower() in ("g", "k", "rg", "cs", "sc", "scn"):
                    state = _colored(state, operands, operator)
                    yield from self._problems_of_color(state, operands, operator)
                case "Tj" | "TJ" | "'" | '"':
                    yield from self._problems_of_text(state)
                case "gs":
                    yield from _problems_of_graphics_state(resources.ExtGState[operands[0]])
                case "sh":
                    yield "a gradient"
                case "BI" | "INLINE IMAGE":
                    yield "an image inside the page description"
                case "Do":
                    yield from self._problems_of_object(operands[0], resources, state)

    def _problems_of_color(self, state: _State, operands: list, operator: str) -> Iterator[str]:
        stroking = operator.isupper()
        space, ink = state.spaces[stroking], state.inks[stroking]
        if space not in ("/DeviceGray", "/DeviceCMYK"):
            values = " ".join(f"{float(each):g}" for each in operands if _is_number(each))
            yield f"a colour in {space[1:]} {values}".rstrip()
        elif ink and sum(ink) > self.limits.max_ink + 0.001:
            yield f"{sum(ink):.0%} of ink"

    def _problems_of_text(self, state: _State) -> Iterator[str]:
        whole = _times(state.text_matrix, state.matrix)
        size = state.font_size * math.hypot(whole[2], whole[3])
        # ISO 32000-1, table 106: 3 is invisible, from 4 on the letters also clip.
        uses = {0: (0,), 1: (1,), 2: (0, 1)}.get(state.mode % 4, ())
        for ink in (state.inks[use] for use in uses):
            if ink == BLACK:
                continue
            smallest = self.limits.smallest_white if ink == PAPER else self.limits.smallest_colored
            if size < smallest - 0.01:
                color = " ".join(f"{part:g}" for part in ink) if ink else "another colour"
                yield f"text of {size:.1f} pt in {color}"

    def _problems_of_object(
        self, name: Name, resources: Dictionary, state: _State
    ) -> Iterator[str]:
        thing = resources.XObject[name]
        if thing.get("/Subtype") == Name.Image:
            yield from _problems_of_image(thing, self.limits.max_ink)
        elif thing.get("/Subtype") == Name.Form and thing.objgen not in self.forms:
            if "/Group" in thing:
                yield "transparency"
            matrix = _times(_matrix(thing.get("/Matrix", _IDENTITY)), state.matrix)
            self.forms.append(thing.objgen)
            yield from self.read(
                thing, thing.get("/Resources", resources), replace(state, matrix=matrix)
            )
            self.forms.pop()
        else:
            yield f"an object of the kind {thing.get('/Subtype')}"


def _matrix(numbers: object) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in numbers)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _is_number(operand: object) -> bool:
    return not isinstance(operand, Name)


def _colored(state: _State, operands: list, operator: str) -> _State:
    """The state after a colour operator (ISO 32000-1, 8.6.8)."""
    stroking = operator.isupper()
    space, ink = state.spaces[stroking], None
    numbers = [float(operand) for operand in operands if _is_number(operand)]
    match operator.lower():
        case "g":
            space = "/DeviceGray"
        case "k":
            space = "/DeviceCMYK"
        case "rg":
            space = "/DeviceRGB"
        case "cs":
            space, numbers = str(operands[0]), []
            ink = BLACK
    if space == "/DeviceGray" and len(numbers) == 1:
        ink = (0.0, 0.0, 0.0, 1 - numbers[0])
    elif space == "/DeviceCMYK" and len(numbers) == 4:
        ink = (numbers[0], numbers[1], numbers[2], numbers[3])
    spaces, inks = list(state.spaces), list(state.inks)
    spaces[stroking], inks[stroking] = space, ink
    return replace(state, spaces=tuple(spaces), inks=tuple(inks))


def _problems_of_graphics_state(state: Dictionary) -> Iterator[str]:
    opaque = all(float(state.get(key, 1)) == 1 for key in ("/ca", "/CA"))
    if (
        not opaque
        or state.get("/SMask", Name("/None")) != Name("/None")
        or state.get("/BM", Name.Normal) != Name.Normal
    ):
        yield "transparency"
    if {"/TR", "/TR2", "/HT", "/HTP"} & set(state.keys()):
        yield "a transfer function or a halftone"


def _problems_of_image(image: Stream, max_ink: float) -> Iterator[str]:
    if "/SMask" in image or "/Mask" in image:
        yield "transparency"
    space = image.get("/ColorSpace")
    if space == Name.DeviceCMYK:
        ink = _ink_of_image(image)
        if ink > max_ink + 0.001:
            yield f"an image with {ink:.0%} of ink"
    elif space != Name.DeviceGray:
        yield f"an image in {str(space)[1:]}"


def _ink_of_image(image: Stream) -> float:
    """The greatest sum of the four inks of a pixel, from 0 to 4."""
    size = int(image.Width), int(image.Height)
    inverted = image.get("/Decode") == Array([1, 0, 1, 0, 1, 0, 1, 0])
    if image.get("/Filter") == Name.DCTDecode:
        pixels = Image.open(BytesIO(image.read_raw_bytes()))
        # Pillow takes every JPEG in CMYK for one of Adobe's, and turns its values over.
        inverted = not inverted
    else:
        pixels = Image.frombytes("CMYK", size, image.read_bytes())
    cyan, magenta, yellow, black = pixels.split()
    total = ImageMath.lambda_eval(
        lambda inks: inks["c"] + inks["m"] + inks["y"] + inks["k"],
        c=cyan,
        m=magenta,
        y=yellow,
        k=black,
    )
    least, most = total.getextrema()
    return (4 * 255 - least if inverted else most) / 255


def _problems_of_page(page: pikepdf.Page, limits: _Limits) -> Iterator[str]:
    yield from _problems_of_boxes(page, limits)
    if "/Annots" in page:
        yield "a link, a field or a note"
    others = set(page.obj.keys()) - PAGE_KEYS - {"/Annots"}
    if others:
        yield f"not for a press: {' '.join(sorted(others))}"
    for font in page.get("/Resources", Dictionary()).get("/Font", Dictionary()).values():
        if not _is_embedded(font):
            yield f"the font {str(font.get('/BaseFont', font.get('/Subtype')))[1:]} is missing"
    yield from _Reader(limits).read(page, page.get("/Resources", Dictionary()), _State())


def _is_embedded(font: Dictionary) -> bool:
    if font.get("/Subtype") == Name.Type0:
        font = font.DescendantFonts[0]
    descriptor = font.get("/FontDescriptor", Dictionary())
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _problems_of_boxes(page: pikepdf.Page, limits: _Limits) -> Iterator[str]:
    """ISO 32000-1, 14.11.2; lengths in the sentences are in mm."""
    missing = [name for name in ("/MediaBox", "/BleedBox", "/TrimBox") if name not in page]
    if missing:
        yield f"no {' '.join(missing)}"
        return
    media, bled, trimmed = (
        [float(edge) / POINTS_PER_MM for edge in page[name]]
        for name in ("/MediaBox", "/BleedBox", "/TrimBox")
    )
    size = trimmed[2] - trimmed[0], trimmed[3] - trimmed[1]
    if any(abs(is_ - meant) > TOLERANCE_MM for is_, meant in zip(size, limits.size, strict=True)):
        yield f"trimmed to {size[0]:.1f} × {size[1]:.1f} mm"
    margins = _margins(bled, trimmed)
    if any(abs(margin - limits.bleed) > TOLERANCE_MM for margin in margins):
        yield f"a bleed of {' '.join(f'{margin:.1f}' for margin in margins)} mm"
    if min(_margins(media, bled)) < -0.001:
        yield "a bleed box that leaves the sheet"


def _margins(outer: list[float], inner: list[float]) -> tuple[float, float, float, float]:
    return inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]


def _problems_of_document(document: Pdf) -> Iterator[str]:
    if document.pdf_version != "1.6":
        yield f"version {document.pdf_version} of PDF"
    if document.is_encrypted:
        yield "encrypted"
    if "/ID" not in document.trailer:
        yield "no identifier"
    others = set(document.Root.keys()) - ROOT_KEYS
    if others:
        yield f"not for a press: {' '.join(sorted(others))}"
    yield from _problems_of_intent(document.Root.get("/OutputIntents", Array()))
    yield from _problems_of_metadata(document)


def _problems_of_intent(intents: Array) -> Iterator[str]:
    ours = [intent for intent in intents if intent.get("/S") == Name.GTS_PDFX]
    if len(ours) != 1:
        yield f"{len(ours)} output intents of PDF/X"
        return
    if not str(ours[0].get("/OutputConditionIdentifier", "")):
        yield "an output intent without a printing condition"
    profile = ours[0].get("/DestOutputProfile")
    header = profile.read_bytes()[:40] if profile is not None else b""
    # ICC.1:2001-04, 6.1: class at 12, colour space at 16, signature at 36.
    if (header[12:20], header[36:40]) != (b"prtrCMYK", b"acsp"):
        yield "no CMYK profile of a press"


def _problems_of_metadata(document: Pdf) -> Iterator[str]:
    if "/Metadata" not in document.Root:
        yield "no metadata"
        return
    if "/Filter" in document.Root.Metadata:
        yield "compressed metadata"
    metadata = document.open_metadata()
    for name, value in _REQUIRED.items():
        found = metadata.get(name)
        if not found or (value and found != value):
            yield f"metadata: {name.partition('}')[2]} is {found}"
    if metadata.get("{http://purl.org/dc/elements/1.1/}title") != str(
        document.docinfo.get("/Title", "")
    ):
        yield "two titles"
    if document.docinfo.get("/Trapped") != Name("/False"):
        yield "trapped or not: not said"
