"""The logo of a list: what may be sent, what is drawn of it, what each output is given."""

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageMath, PngImagePlugin

from desescalade import pdf
from desescalade.pdf import preflight
from programmes.enums import Output
from programmes.printing import logos
from programmes.printing.logos import LogoRefused

RED = (200, 30, 30)
ORIENTATION, PLACE = 0x0112, 0x8825


@pytest.fixture(autouse=True, scope="module")
def _no_engine_left_behind():
    yield
    pdf.close()


def picture(mode="RGB", size=(80, 60), color=RED):
    return Image.new("RGB", size, color).convert(mode)


def written(image, format="PNG", **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def redrawn(content):
    return opened(logos.redraw(content).png)


def half_and_half(size=(80, 60)):
    """Red on the left, blue on the right."""
    image = picture(size=size)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=(20, 30, 160))
    return image


def header_only(width, height):
    """A PNG that announces its size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0"))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_logo_is_drawn_as_it_is():
    logo = logos.redraw(written(half_and_half()))
    assert opened(logo.png).convert("RGB").tobytes() == half_and_half().tobytes()
    assert (logo.width, logo.height) == opened(logo.png).size == (80, 60)
    assert logo.digest == logos.redraw(written(half_and_half())).digest


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_any_kind_of_png_becomes_rgb(mode):
    image = redrawn(written(picture(mode, color=(0, 0, 0))))
    assert image.mode == "RGB"
    assert image.getpixel((9, 9)) == (0, 0, 0)


def test_sixteen_bits_of_grey_are_scaled():
    grey = redrawn(written(Image.new("I;16", (80, 60), 0x8000)))
    assert grey.getpixel((9, 9)) == (128, 128, 128)


def test_what_is_transparent_becomes_white():
    image = picture("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 40, 60))
    assert redrawn(written(image)).getpixel((9, 9)) == (255, 255, 255)
    assert redrawn(written(image)).getpixel((60, 9)) == RED


def test_what_is_half_transparent_becomes_lighter():
    image = redrawn(written(Image.new("RGBA", (80, 60), (0, 0, 0, 128))))
    assert image.getpixel((9, 9)) == (127, 127, 127)


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_a_transparent_colour_becomes_white(mode):
    image = half_and_half().convert(mode)
    clear = image.getpixel((9, 9))
    drawn = redrawn(written(image, transparency=clear))
    assert drawn.getpixel((9, 9)) == (255, 255, 255)
    assert drawn.getpixel((60, 9)) != (255, 255, 255)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_is_drawn(progressive):
    image = redrawn(written(picture(), "JPEG", quality=95, progressive=progressive))
    assert image.getpixel((9, 9)) == pytest.approx(RED, abs=3)


def test_a_jpeg_in_four_inks_is_brought_back_to_the_screen():
    image = redrawn(written(Image.new("CMYK", (80, 60), (0, 0, 0, 255)), "JPEG"))
    assert max(image.getpixel((9, 9))) < 70


def test_a_photograph_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = redrawn(written(half_and_half((80, 40)), "JPEG", exif=exif, quality=95))
    assert image.size == (40, 80)
    assert image.getpixel((20, 10)) == pytest.approx(RED, abs=9)


def test_nothing_but_the_pixels_is_kept():
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    exif.get_ifd(PLACE)[1] = "N"
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "Camille")
    profile = (pdf.FONTS.parents[1] / "desescalade/pdf/profiles/fogra39-coated.icc").read_bytes()
    sent = written(picture(), exif=exif, pnginfo=said, dpi=(300, 300), icc_profile=profile)
    kept = logos.redraw(sent).png
    assert opened(kept).info == {}
    kinds = {kept[place + 4 : place + 8] for place in chunks(kept)}
    assert kinds == {b"IHDR", b"IDAT", b"IEND"}


def chunks(png):
    place = 8
    while place < len(png):
        yield place
        place += 12 + int.from_bytes(png[place : place + 4], "big")


def test_a_large_logo_is_made_smaller():
    logo = logos.redraw(written(picture(size=(2400, 600))))
    assert (logo.width, logo.height) == (1200, 300)


def test_a_small_logo_is_not_made_larger():
    assert logos.redraw(written(picture(size=(40, 40)))).width == 40


def test_a_picture_full_of_detail_is_made_smaller_still():
    noise = Image.effect_noise((1200, 1200), 90)
    sent = written(Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180))), "JPEG")
    logo = logos.redraw(sent)
    assert logo.width == 600
    assert len(logo.png) < 1_100_000


REFUSED = {
    "nothing": (b"", "PNG ou JPEG"),
    "a text": (b"rien du tout", "PNG ou JPEG"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>", "PNG ou JPEG"),
    "a GIF": (written(picture("P"), "GIF"), "PNG ou JPEG"),
    "a WebP": (written(picture(), "WEBP"), "PNG ou JPEG"),
    "a TIFF": (written(picture(), "TIFF"), "PNG ou JPEG"),
    "a PDF": (written(picture(), "PDF"), "PNG ou JPEG"),
    "a PNG cut short": (written(Image.effect_noise((80, 60), 50))[:900], "PNG ou JPEG"),
    "a JPEG cut short": (written(Image.effect_noise((80, 60), 50), "JPEG")[:900], "PNG ou JPEG"),
    "a header": (header_only(80, 60), "PNG ou JPEG"),
    "many pixels": (header_only(4000, 2100), "trop de pixels"),
    "a bomb": (header_only(12_000, 12_000), "trop de pixels"),
    "a great bomb": (header_only(60_000, 60_000), "trop de pixels"),
    "a film": (
        written(picture(), save_all=True, append_images=[half_and_half()]),
        "est animée",
    ),
    "a stamp": (written(picture(size=(31, 300))), "31 × 300 pixels"),
    "weight": (b"\x89PNG" + bytes(1_000_000), "plus de 1\u00a0Mo"),
    "white on white": (written(picture(color=(250, 250, 250))), "blanc sur blanc"),
    "white on nothing": (written(Image.new("RGBA", (80, 60), (0, 0, 0, 0))), "blanc sur blanc"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_gives_no_logo_is_refused_with_a_sentence(case):
    sent, words = REFUSED[case]
    with pytest.raises(LogoRefused, match=words) as refusal:
        logos.redraw(sent)
    assert "nvoyez" in str(refusal.value) or "nregistrez" in str(refusal.value)


def test_the_screen_keeps_the_colours():
    logo = logos.redraw(written(half_and_half())).png
    assert logos.for_output(logo, Output.ECRAN) == logo


def test_a_copier_gets_greys():
    image = opened(logos.for_output(logos.redraw(written(half_and_half())).png, Output.COPIEUR))
    assert (image.format, image.mode) == ("PNG", "L")


def test_a_printing_house_gets_four_inks():
    image = opened(for_print(half_and_half()))
    assert (image.format, image.mode, image.size) == ("JPEG", "CMYK", (80, 60))
    cyan, magenta, yellow, black = image.getpixel((9, 9))
    assert cyan < 40 < magenta
    assert yellow > 150
    assert black < 100


def test_a_printing_house_gets_greys_as_black_ink_alone():
    image = opened(for_print(picture(color=(90, 90, 92))))
    assert (image.format, image.mode) == ("PNG", "L")
    assert opened(for_print(picture(color=(0, 0, 0)))).getextrema() == (0, 0)


def test_black_letters_beside_a_colour_stay_black_ink_alone():
    image = picture()
    ImageDraw.Draw(image).rectangle((0, 0, 39, 59), fill=(10, 10, 10))
    cyan, magenta, yellow, black = opened(for_print(image)).getpixel((9, 9))
    assert (cyan, magenta, yellow) == (0, 0, 0)
    assert black > 245


def test_white_stays_free_of_ink():
    image = half_and_half()
    image.paste((255, 255, 255), (0, 0, 80, 24))
    assert opened(for_print(image)).getpixel((40, 4)) == (0, 0, 0, 0)


def test_same_logo_gives_the_same_bytes():
    assert for_print(half_and_half()) == for_print(half_and_half())


def dotted(size, one, other):
    dots = Image.effect_noise(size, 90).point(lambda level: 255 * (level > 128))
    return Image.composite(picture(size=size, color=one), picture(size=size, color=other), dots)


# What asks for the most ink: the darkest colours that are no greys, side by side.
DARK = [((30, 0, 30), (255, 255, 0)), ((20, 0, 0), (0, 0, 50)), ((0, 20, 10), (40, 20, 60))]


@pytest.mark.parametrize(("one", "other"), DARK)
def test_no_pixel_gets_more_than_300_percent_of_ink(one, other):
    image = dotted((150, 150), one, other)
    cyan, magenta, yellow, black = opened(for_print(image)).split()
    total = ImageMath.lambda_eval(
        lambda inks: inks["c"] + inks["m"] + inks["y"] + inks["k"],
        c=cyan,
        m=magenta,
        y=yellow,
        k=black,
    )
    assert 1.5 < total.getextrema()[1] / 255 < 3


def test_a_pattern_that_a_jpeg_keeps_badly_stays_light():
    image = dotted((1200, 1200), RED, (20, 30, 160)).quantize(2)
    assert len(for_print(image)) < pdf.MAX_IMAGE


def for_print(image):
    return logos.for_output(logos.redraw(written(image)).png, Output.IMPRIMEUR)


@pytest.mark.parametrize(
    ("image", "space"),
    [(half_and_half(), "/DeviceCMYK"), (picture(color=(90, 90, 90)), "/DeviceGray")],
)
def test_the_engine_leaves_the_inks_as_they_are(image, space):
    logo = for_print(image)
    html = '<!DOCTYPE html><html lang="fr"><title>a</title><img src="image:logo" alt="">'
    laid_out = pdf.render(html, [pdf.FONTS / "faces.css"], variant=None, images={"logo": logo}).pdf
    with pikepdf.open(io.BytesIO(laid_out)) as document:
        (drawn,) = document.pages[0].Resources.XObject.values()
        assert drawn.ColorSpace == space
        assert "/SMask" not in drawn
        if space == "/DeviceCMYK":
            assert drawn.read_raw_bytes() == logo
        operators = {operator for _, operator in preflight.instructions(document.pages[0])}
    assert not {"rg", "RG"} & operators
