"""What is inside a PDF beside the text: its source as an attachment, and images."""

from datetime import datetime
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from desescalade import pdf

from .rendered import PROJECT, SOURCE, render


def picture(kind="PNG", mode="RGB", size=(40, 30), **details):
    """A black image file."""
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **details)
    return file.getvalue()


def images_in(content):
    """For each image in a PDF: its colour space, and its bytes as they stand there."""
    with pikepdf.open(BytesIO(content)) as document:
        return [
            (str(item.ColorSpace), item.read_raw_bytes())
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]


def test_an_attachment_is_the_dated_source_of_the_file():
    done = render("<p>un</p>", variant=pdf.SCREEN_VARIANT, attachment=SOURCE)
    with pikepdf.open(BytesIO(done.pdf)) as document:
        label = document.attachments["programme.yaml"]
        file = label.get_file()
        assert label.description == SOURCE.description
        assert str(label.obj.AFRelationship) == "/Source"
        assert file.read_bytes() == SOURCE.content
        assert file.mime_type == "application/yaml"
        assert str(file.obj.Params.CreationDate) == "D:20261122103000Z"
        assert str(file.obj.Params.ModDate) == "D:20261122103000Z"


def test_an_attachment_and_images_give_the_same_bytes_each_time():
    def printed():
        return render(
            '<p><img src="image:logo" alt="logo"></p>',
            variant=pdf.SCREEN_VARIANT,
            attachment=SOURCE,
            images={"logo": picture()},
        )

    first = printed()
    pdf.close()
    assert printed() == first


def test_an_attachment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        pdf.Attachment("a", "", b"", datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("mode", "space"), [("RGB", "/DeviceRGB"), ("CMYK", "/DeviceCMYK"), ("L", "/DeviceGray")]
)
def test_a_jpeg_goes_into_the_file_as_it_is(mode, space):
    logo = picture("JPEG", mode)
    done = render('<img src="image:logo">', variant=None, images={"logo": logo})
    assert images_in(done.pdf) == [(space, logo)]


def test_a_jpeg_taken_sideways_is_turned_upright_and_says_no_more_where_it_was_taken():
    details = Image.Exif()
    details[0x0112] = 6  # Orientation: turn by a quarter
    logo = picture("JPEG", exif=details)
    ((_, content),) = images_in(render('<img src="image:a">', images={"a": logo}).pdf)
    with Image.open(BytesIO(content)) as upright:
        assert upright.size == (30, 40)
        assert dict(upright.getexif()) == {}


@pytest.mark.parametrize(
    ("mode", "spaces"),
    [("RGB", ["/DeviceRGB"]), ("P", ["/DeviceRGB"]), ("L", ["/DeviceGray"]), ("1", ["/DeviceRGB"])],
)
def test_a_png_is_shown_in_rgb_or_grey(mode, spaces):
    done = render('<img src="image:logo">', images={"logo": picture("PNG", mode)})
    assert [space for space, _ in images_in(done.pdf)] == spaces


def test_only_the_images_of_the_job_are_shown():
    render('<img src="image:logo">', images={"logo": picture()})
    logo = f"file://{PROJECT}/static/fonts/logo"
    html = f'<img src="image:logo"><img src="image:other/../mine"><img src="{logo}">'
    assert images_in(render(html, images={"mine": picture()}).pdf) == []


@pytest.mark.parametrize("side", [0, 12_000], ids=["damaged", "of too many dots"])
def test_an_image_that_cannot_be_unpacked_leaves_its_words(side):
    logo = b"\xff\xd8\xff and no more" if side == 0 else picture(mode="1", size=(side, side))
    done = render(
        '<p id="x"><img src="image:logo" alt="logo"></p>', images={"logo": logo}, memory=64 << 20
    )
    assert done.placements == (pdf.Placement("x", 1, 4),)


@pytest.mark.parametrize(
    "images",
    [
        {"a": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        {"a": picture() + b"\0" * pdf.MAX_IMAGE},
        {"a b": picture()},
        {str(number): picture() for number in range(pdf.MAX_IMAGES + 1)},
    ],
    ids=["svg", "large", "name", "many"],
)
def test_other_images_are_refused_before_they_are_sent(images):
    with pytest.raises(ValueError):
        render("<p>un</p>", images=images)


def test_an_attachment_beyond_any_programme_is_refused_before_it_is_sent():
    with pytest.raises(pdf.RenderTooLarge):
        render("x", attachment=pdf.Attachment("a", "", b"a" * (17 << 20), SOURCE.dated))
