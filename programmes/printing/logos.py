"""The logo of a list: what a team sends, drawn again by us, and what each output is given.

Nothing of the file that was sent is kept but its pixels: no metadata (a photograph says where
it was taken), no profile, no second picture, no script.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import ExifTags, Image, ImageChops, ImageCms, ImageOps

from desescalade.pdf.profiles import COATED

from ..enums import Output

# What a browser may send, in bytes; "1 Mo" on the screen.
MAX_BYTES = 1_000_000
# 70 MB of memory while it is drawn.
MAX_PIXELS = 8_000_000
MIN_SIDE = 32
# 10 cm at 300 dots per inch. A picture full of detail is drawn smaller, see redraw().
LONG_SIDES = (1200, 850, 600)
# A logo lighter than this everywhere cannot be seen on paper.
LIGHTEST = 245
# Channels of a colour that differ by no more than this are one grey.
NEUTRAL = 10
# What makes a picture upright, by its EXIF orientation. Not ImageOps.exif_transpose: it writes
# the metadata anew as well, and fails on strange ones.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_UNREADABLE = (
    "Ce fichier ne s’ouvre pas comme une image PNG ou JPEG. Ouvrez le logo dans un logiciel de "
    "dessin, enregistrez-le en PNG et envoyez cette copie."
)
# What Pillow's readers raise for a file that is cut short or wrong, beside OSError.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class LogoRefused(ValueError):
    """A file that gives no logo; `str()` is a sentence for the screen."""


@dataclass(frozen=True)
class Redrawn:
    """`png` is RGB, opaque, without metadata; sides in pixels; SHA-256 of `png`, in hexadecimal."""

    png: bytes
    width: int
    height: int
    digest: str


def redraw(upload: bytes) -> Redrawn:
    """Draw a PNG or JPEG again: upright, on white, at most 1,200 pixels on its longer side.

    Same bytes, same drawing. A photograph is drawn smaller, down to 600 pixels, as its PNG would
    be above MAX_BYTES. Embedded profiles are not read: RGB is taken for sRGB, CMYK for coated
    paper. Raises LogoRefused. At the worst 0.5 s and 100 MB.
    """
    if len(upload) > MAX_BYTES:
        raise LogoRefused(
            "Ce fichier pèse plus de 1\u00a0Mo. Enregistrez le logo en plus petit\u00a0: "
            "1\u202f200 pixels de large suffisent à l’impression."
        )
    image = _on_white(_opened(upload))
    if min(least for least, _ in image.getextrema()) > LIGHTEST:
        raise LogoRefused(
            "Ce logo est blanc sur blanc\u00a0: il ne se verrait pas sur le papier. Envoyez "
            "sa version sombre."
        )
    png = _written(image, _png)
    drawn = Image.open(BytesIO(png))
    return Redrawn(png, drawn.width, drawn.height, hashlib.sha256(png).hexdigest())


def for_output(png: bytes, output: Output) -> bytes:
    """The logo as an image that WeasyPrint puts into a PDF without changing its colours.

    `png` comes from redraw(). The screen keeps its RGB; a copier gets greys. A printing house
    gets a JPEG in CMYK with at most 300 % of ink and every grey in black ink alone, or a PNG in
    greys when there is nothing else; either below 2 MiB. Same bytes each time.
    """
    match output:
        case Output.ECRAN:
            return png
        case Output.COPIEUR:
            return _png(Image.open(BytesIO(png)).convert("L"))
        case Output.IMPRIMEUR:
            return _written(Image.open(BytesIO(png)), _inked)


def _opened(upload: bytes) -> Image.Image:
    """The first picture of the file, decoded whole and upright. First judged by its header."""
    try:
        # The formats are tried in turn whatever the name of the file; no other reader is.
        image = Image.open(BytesIO(upload), formats=("PNG", "JPEG"))
        _judge(image)
        # A JPEG is then decoded at a half or a quarter of its size already.
        image.draft("RGB", (LONG_SIDES[0], LONG_SIDES[0]))
        image.load()
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation))
    except LogoRefused:
        raise
    except _BOMB:
        raise LogoRefused(_too_many_pixels()) from None
    except _BROKEN:
        raise LogoRefused(_UNREADABLE) from None
    return image if turn is None else image.transpose(turn)


def _judge(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise LogoRefused(_too_many_pixels())
    if min(image.size) < MIN_SIDE:
        raise LogoRefused(
            f"Ce logo mesure {image.width} × {image.height} pixels\u00a0: imprimé, il serait flou. "
            "Envoyez-le en plus grand, 600 pixels de large au moins."
        )
    if image.format == "PNG" and getattr(image, "is_animated", False):
        raise LogoRefused(
            "Cette image est animée, et le papier ne bouge pas. Enregistrez-en une seule vue, en "
            "PNG, et envoyez-la."
        )


def _too_many_pixels() -> str:
    return (
        "Cette image a trop de pixels. Enregistrez le logo en plus petit\u00a0: "
        "1\u202f200 pixels de large suffisent à l’impression."
    )


def _on_white(image: Image.Image) -> Image.Image:
    """In RGB, opaque."""
    if image.mode.startswith("I"):
        # 16 bits of grey: convert() would cut them off at 255 instead of scaling them.
        image = image.point(lambda level: level * (1 / 256)).convert("L")
    if image.mode == "CMYK":
        return ImageCms.applyTransform(image, _from_inks())
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def _written(image: Image.Image, write: Callable[[Image.Image], bytes]) -> bytes:
    """At the largest size that gives a light file; at the smallest where none does."""
    for long_side in LONG_SIDES:
        image.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
        written = write(image)
        if len(written) <= MAX_BYTES:
            break
    return written


def _png(image: Image.Image) -> bytes:
    # A copy from the pixels alone: what was read beside them would be written again.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    written = BytesIO()
    bare.save(written, "PNG")
    return written.getvalue()


def _inked(image: Image.Image) -> bytes:
    """CMYK in a JPEG, the only way in which WeasyPrint 70 takes it; or a PNG of the black."""
    cyan, magenta, yellow, black = ImageCms.applyTransform(image, _to_inks()).split()
    # Letters and lines in four inks that never quite meet would be blurred.
    colored = _colored_places(image)
    cyan, magenta, yellow = (ImageChops.multiply(ink, colored) for ink in (cyan, magenta, yellow))
    if not any(ink.getbbox() for ink in (cyan, magenta, yellow)):
        return _png(ImageOps.invert(black))
    written = BytesIO()
    Image.merge("CMYK", (cyan, magenta, yellow, black)).save(
        written, "JPEG", quality=95, subsampling=0
    )
    return written.getvalue()


def _colored_places(image: Image.Image) -> Image.Image:
    """255 where there is a colour, 0 where there is a grey."""
    red, green, blue = image.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    least = ImageChops.darker(ImageChops.darker(red, green), blue)
    return ImageChops.difference(most, least).point(lambda chroma: 255 * (chroma > NEUTRAL))


@cache
def _to_inks() -> ImageCms.ImageCmsTransform:
    return _transform(ImageCms.createProfile("sRGB"), str(COATED), "RGB", "CMYK")


@cache
def _from_inks() -> ImageCms.ImageCmsTransform:
    return _transform(str(COATED), ImageCms.createProfile("sRGB"), "CMYK", "RGB")


def _transform(source: object, target: object, before: str, after: str):
    return ImageCms.buildTransform(
        source,
        target,
        before,
        after,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
