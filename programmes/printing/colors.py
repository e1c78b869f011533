"""The one spot colour of a print: what it becomes for each output. Pure; colours are "#rrggbb"."""

import colorsys
import re
from decimal import Decimal

from desescalade.typography import number, typeset

from ..enums import Output

DEFAULT = "#1f4d3a"
PALETTE = {
    "#1f4d3a": "vert sapin",
    "#1d4461": "bleu ardoise",
    "#6b1f2a": "bordeaux",
    "#54305f": "prune",
    "#6a3d12": "terre brûlée",
    "#3b3b38": "gris encre",
}
HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
# WCAG 2.2, 1.4.6 (AAA); the colour is used for text as small as 7.5 pt.
MIN_CONTRAST = 7.0
# WCAG 2.2, 1.4.3, asked of the grey too: a copier makes dots of it, and a paler one is lost.
MIN_GREY_CONTRAST = 4.5
# Between the strongest and the weakest of the three parts; below it the eye sees a grey.
MIN_CHROMA = 0.12
# In degrees on the circle of hues.
BLUES, REDS = (190, 260), (340, 15)


def luminance(color: str) -> float:
    """Relative luminance, 0 for black to 1 for white (WCAG 2.2, "relative luminance")."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str) -> float:
    """Against white paper, 1 to 21."""
    return 1.05 / (luminance(color) + 0.05)


def problems(color: str) -> list[str]:
    """What is wrong with a colour and how to mend it, in French; nothing for "", the default."""
    if not color:
        return []
    if not HEX.fullmatch(color):
        found = [
            f"« {color} » n’est pas une couleur : écrivez un dièse suivi de six chiffres ou"
            f" lettres de a à f, comme {DEFAULT}."
        ]
        return [typeset(sentence) for sentence in found]
    found = []
    if contrast(color) < MIN_CONTRAST:
        # Rounded down: 6.98 must not be told as 7.
        told = number(Decimal(int(contrast(color) * 10)) / 10)
        found.append(
            f"Cette couleur est trop claire pour du texte : son contraste avec le papier blanc"
            f" est de {told} et il en faut {MIN_CONTRAST:g}. Prenez-la plus foncée."
        )
    if contrast(grey(color)) < MIN_GREY_CONTRAST:
        found.append(
            "À la photocopieuse, cette couleur devient un gris pâle où les filets et les grands"
            " chiffres se perdent."
        )
    return [typeset(sentence) for sentence in found]


def is_grey(color: str) -> bool:
    """Whether it reads as black or grey on paper; the hue of so dark a colour is not seen."""
    parts = _parts(color)
    return max(parts) - min(parts) < MIN_CHROMA


def tricolor_part(color: str) -> str:
    """ "bleu" or "rouge" where a reader sees one of the two colours of the flag, else ""."""
    if is_grey(color):
        return ""
    hue = 360 * colorsys.rgb_to_hls(*_parts(color))[0]
    if BLUES[0] <= hue <= BLUES[1]:
        return "bleu"
    return "rouge" if hue >= REDS[0] or hue <= REDS[1] else ""


def grey(color: str) -> str:
    """The grey that a copier makes of it (ITU-R BT.601 luma)."""
    red, green, blue = _parts(color)
    level = round(255 * (0.299 * red + 0.587 * green + 0.114 * blue))
    return f"#{level:02x}{level:02x}{level:02x}"


def cmyk(color: str) -> tuple[float, float, float, float]:
    """Cyan, magenta, yellow, black from 0 to 1, with as much black as the colour allows.

    One of the three inks is then always 0: never more than 300 % in all.
    """
    parts = _parts(color)
    black = 1 - max(parts)
    if black == 1:
        return 0.0, 0.0, 0.0, 1.0
    cyan, magenta, yellow = (round((1 - black - part) / (1 - black), 3) for part in parts)
    return cyan, magenta, yellow, round(black, 3)


def inks(color: str, output: Output, *, bleed: int = 0) -> str:
    """The colours of a print as CSS custom properties, for the `style` of its root element.

    `--spot` is for text, `--fill` for rules, bands and large numerals, `--hair` for hair lines.
    A copier makes dots of any grey, so that its text is all black; a printer's small text is
    pure black too, as four inks never quite meet. `bleed` is in mm.
    """
    color = color if HEX.fullmatch(color) else DEFAULT
    if output is Output.ECRAN:
        known = {"ink": "#1b1b19", "spot": color, "fill": color, "hair": "#bdbdb6"}
        known["paper"] = "#ffffff"
    else:
        black = (0, 0, 0, 1)
        fill = _only_black(color) if output is Output.COPIEUR else cmyk(color)
        hair, paper = (0, 0, 0, 0.4), (0, 0, 0, 0)
        parts = {"ink": black, "spot": black, "fill": fill, "hair": hair, "paper": paper}
        known = {name: _device_cmyk(inks) for name, inks in parts.items()}
    known["bleed"] = f"{bleed}mm"
    return "; ".join(f"--{name}: {value}" for name, value in known.items())


def _only_black(color: str) -> tuple[float, float, float, float]:
    """The same grey in black ink: a copier in colour would count four inks as a colour page."""
    level = int(grey(color)[1:3], 16) / 255
    return 0, 0, 0, round(1 - level, 3)


def _device_cmyk(inks: tuple[float, float, float, float]) -> str:
    return f"device-cmyk({' '.join(f'{part:g}' for part in inks)})"


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue
