"""One sheet to try a copier with, before five hundred: does it scale, cut, turn, fold right?

Front and back are drawn from the geometry of the imposition itself, so that a sheet that comes
out right promises a print that does. Lengths in mm, from the left and the top of the side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.template.loader import render_to_string

from desescalade import pdf
from desescalade.typography import number, typeset

from ..enums import Output
from . import colors, copier, imposition
from .formats import SHARED, STYLE_SHEETS, Format, Imposition
from .imposition import MARGIN, PANELS, Box, Flip

STYLES = (*SHARED, STYLE_SHEETS / "feuille-essai.css")

RULE = 100
KEEP = "Tout tombe juste : gardez ces réglages pour le tirage."

# Panels lower than this (A6) are set smaller and closer.
_LOW = 200
_WIDEST_TEXT = 104
# Arrows drawn from their tip, of 20 × 26 mm, and one that leaves 2 mm of white all around in it;
# how far below the place of the arrow its tip is.
_EMPTY_ARROW = 0, "l10 12h-5.5v14h-9v-14h-5.5z"
_FULL_ARROW = 3.12, "l5.73 6.88h-3.23v14h-5v-14h-3.23z"


@dataclass(frozen=True)
class Line:
    """A fold or a cut across the whole side, `at` mm from its left, or from its top."""

    at: float
    is_vertical: bool
    is_cut: bool


@dataclass(frozen=True)
class Panel:
    """What a reader holds as one page. `numeral` is its place in the reading, or its copy."""

    box: Box
    numeral: int
    name: str


@dataclass(frozen=True)
class Face:
    panels: tuple[Panel, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Scheme:
    """Numerals and names of the panels in reading order, and which hold instructions and rule."""

    front: tuple[tuple[int, str], ...]
    back: tuple[tuple[int, str], ...]
    text: int
    rule: int
    last_step: str


_IN_THREE = _Scheme(
    front=((2, "rabat"), (6, "dos"), (1, "couverture")),
    back=((3, "à l’intérieur"), (4, "à l’intérieur"), (5, "à l’intérieur")),
    text=2,
    rule=1,
    last_step="Pliez sur les tirets, le rabat d’abord : la couverture vient par-dessus.",
)
_SCHEMES = {
    Imposition.NONE: _Scheme(((1, "recto"),), ((2, "verso"),), 0, 0, KEEP),
    Imposition.BOOKLET: _Scheme(
        front=((4, "dernière page"), (1, "couverture")),
        back=((2, "à l’intérieur"), (3, "à l’intérieur")),
        text=1,
        rule=0,
        last_step="Pliez sur les tirets : les pages se suivent, 1, 2, 3 et 4.",
    ),
    Imposition.TWO_UP: _Scheme(
        front=((1, "recto"), (2, "recto")),
        back=((2, "verso"), (1, "verso")),
        text=0,
        rule=1,
        last_step="Coupez sur le trait : les deux moitiés se superposent.",
    ),
    Imposition.FOUR_UP: _Scheme(
        front=((1, "recto"), (2, "recto"), (3, "recto"), (4, "recto")),
        back=((2, "verso"), (1, "verso"), (4, "verso"), (3, "verso")),
        text=0,
        rule=1,
        last_step="Coupez sur les traits : les quatre cartes se superposent.",
    ),
}


def faces(format: Format) -> tuple[Face, ...]:
    """Front and back; the front alone where the format has one page."""
    scheme = _scheme(format)
    size = imposition.sheet_size(format.imposition, format.size)
    front = _boxes(format)
    found = [_face(front, scheme.front, format)]
    if format.max_pages != 1:
        mirrored = sorted((_mirrored(box, size) for box in front), key=lambda box: (box.y, box.x))
        found.append(_face(mirrored, scheme.back, format))
    return tuple(found)


def instructions(format: Format) -> tuple[str, ...]:
    """Five short sentences, in the order in which things are done."""
    measure = f"Mesurez la règle : si elle ne fait pas {RULE} mm, le copieur agrandit ou réduit."
    if _flip(format) is Flip.NONE:
        name = copier.sheet_name(imposition.sheet_size(format.imposition, format.size))
        said = (
            f"Mettez du papier {name} dans le copieur.",
            "Imprimez cette feuille recto seul, à taille réelle (100 %).",
            measure,
            f"Cherchez le cadre, à {MARGIN} mm du bord : ses quatre côtés se voient.",
            KEEP,
        )
    else:
        said = (
            "Imprimez cette feuille recto-verso, à taille réelle (100 %), en retournant sur le"
            f" {copier.FLIPS[_flip(format)]}.",
            measure,
            f"Cherchez le cadre, à {MARGIN} mm du bord : ses quatre côtés se voient sur les deux"
            " faces.",
            "Regardez à contre-jour : les flèches pleines tombent dans les flèches vides. Sinon,"
            " choisissez l’autre bord.",
            _scheme(format).last_step,
        )
    return tuple(map(typeset, said))


def html(format: Format) -> str:
    """The whole page, without style sheets, in the copier's black."""
    size = imposition.sheet_size(format.imposition, format.size)
    scheme = _scheme(format)
    front, *back = faces(format)
    text_box = front.panels[scheme.text].box
    rule_x, rule_y = _start_of_rule(front.panels[scheme.rule].box, is_alone=len(front.panels) == 1)
    flip = copier.FLIPS[_flip(format)]
    return render_to_string(
        "print/feuille-essai.html",
        {
            "label": format.label,
            "setting": f"recto-verso, {flip}" if back else flip,
            "inks": colors.inks("", Output.COPIEUR),
            "width": size[0],
            "height": size[1],
            "is_low": text_box.height < _LOW,
            "instructions": instructions(format),
            "front": _shown(front, size, _EMPTY_ARROW),
            "back": [_shown(face, size, _FULL_ARROW) for face in back],
            "text": _placed(_text_box(text_box)),
            "back_text": _placed(_text_box(_mirrored(text_box, size))),
            "ticks": _ticks(rule_x, rule_y),
            "rule_labels": [
                (_placed(Box(rule_x - 24, rule_y + at - 2, 15, 4)), at) for at in (0, 50, RULE)
            ],
        },
    )


def render(format: Format) -> pdf.Rendered:
    """The sheet as a PDF, for the copier as it is. Raises pdf.RenderError."""
    rendered = pdf.render(html(format), STYLES)
    return replace(rendered, pdf=imposition.ask(rendered.pdf, _flip(format)))


def _scheme(format: Format) -> _Scheme:
    return _IN_THREE if format.slug in PANELS else _SCHEMES[format.imposition]


def _flip(format: Format) -> Flip:
    pages = 1 if format.max_pages == 1 else 2
    return imposition.flip(imposition.sheets(pages, format.imposition, format.size))


def _boxes(format: Format) -> tuple[Box, ...]:
    """The panels of the front, in reading order."""
    if widths := PANELS.get(format.slug):
        height = format.size[1]
        return tuple(Box(sum(widths[:at]), 0, width, height) for at, width in enumerate(widths))
    return imposition.cells(format.imposition, format.size)


def _mirrored(box: Box, size: tuple[int, int]) -> Box:
    """The place that lies behind."""
    return replace(box, x=size[0] - box.x - box.width)


def _face(boxes: Sequence[Box], contents: Iterable[tuple[int, str]], format: Format) -> Face:
    is_cut = imposition.copies_per_sheet(format.imposition) > 1
    lefts = sorted({box.x for box in boxes} - {0})
    tops = sorted({box.y for box in boxes} - {0})
    return Face(
        tuple(Panel(box, *content) for box, content in zip(boxes, contents, strict=True)),
        tuple(Line(at, True, is_cut) for at in lefts)
        + tuple(Line(at, False, is_cut) for at in tops),
    )


def _text_box(panel: Box) -> Box:
    """Where sentences stand in a panel."""
    is_low = panel.height < _LOW
    margin = 18 if panel.width > 105 else 12
    width = min(panel.width - 2 * margin, _WIDEST_TEXT)
    return Box(panel.x + margin, panel.y + (40 if is_low else 48), width, 80)


def _foot_box(panel: Box) -> Box:
    """Where a panel's numeral stands."""
    text = _text_box(panel)
    return Box(text.x, panel.y + panel.height - 26, text.width, 13)


def _start_of_rule(panel: Box, *, is_alone: bool) -> tuple[float, float]:
    """Beside the text where they share a panel, and beside the numeral where it is low."""
    is_aside = is_alone or panel.height < _LOW
    x = panel.x + (panel.width - 30 if is_aside else panel.width / 2)
    return x, _text_box(panel).y


def _ticks(x: float, y: float) -> str:
    """A rule that hangs from a point, as the path of an SVG."""
    longest = {0: 7.0, 5: 4.5}
    ticks = (f"M{x:g} {y + at:g}h-{longest.get(at % 10, 3):g}" for at in range(RULE + 1))
    return f"M{x:g} {y:g}v{RULE}{''.join(ticks)}"


def _shown(face: Face, size: tuple[int, int], arrow: tuple[float, str]) -> dict[str, object]:
    """A side for the template, its lengths written out."""
    down, outline = arrow
    tips = [
        (panel.box.x + panel.box.width / 2, panel.box.y + (10 if panel.box.height < _LOW else 12))
        for panel in face.panels
    ]
    return {
        "panels": [
            {
                "place": _placed(_foot_box(panel.box)),
                "numeral": panel.numeral,
                "name": panel.name,
                "top": _placed(Box(x + 12, y + 15, 20, 5)),
            }
            for panel, (x, y) in zip(face.panels, tips, strict=True)
        ],
        "arrows": "".join(f"M{x:g} {y + down:g}{outline}" for x, y in tips),
        "lines": [
            {
                "path": _path(line, size),
                "is_cut": line.is_cut,
                "label": _label(line),
                "place": _placed(
                    Box(line.at + 1.5, 9, 30, 4)
                    if line.is_vertical
                    else Box(10, line.at - 5, 30, 4)
                ),
            }
            for line in face.lines
        ],
        "frame": f"M{MARGIN} {MARGIN}H{size[0] - MARGIN}V{size[1] - MARGIN}H{MARGIN}z",
    }


def _path(line: Line, size: tuple[int, int]) -> str:
    """From one edge of what the copier prints to the other."""
    if line.is_vertical:
        return f"M{line.at:g} {MARGIN}V{size[1] - MARGIN}"
    return f"M{MARGIN} {line.at:g}H{size[0] - MARGIN}"


def _label(line: Line) -> str:
    at = number(Decimal(str(line.at)))
    return typeset(f"{'coupe' if line.is_cut else 'pli'} à {at} mm")


def _placed(box: Box) -> str:
    return f"left: {box.x:g}mm; top: {box.y:g}mm; width: {box.width:g}mm; height: {box.height:g}mm"
