"""The fingerprint of a render: other bytes, another name; the same bytes, the same name."""

import os
from dataclasses import replace
from datetime import timedelta, timezone

from desescalade import pdf
from desescalade.pdf import cache_key

from .rendered import SOURCE


def test_the_fingerprint_names_everything_that_decides_the_bytes(tmp_path):
    one, two, fonts = tmp_path / "one.css", tmp_path / "two.css", tmp_path / "fonts"
    one.write_text("p { color: red }")
    two.write_text("p { color: blue }")
    fonts.mkdir()
    face = fonts / "face.ttf"
    face.write_bytes(b"face")

    def key(html="x", sheets=(one, two), variant="pdf/ua-1"):
        return cache_key.digest(html, sheets, variant, fonts, {}, {})

    keys = [key(), key(html="y"), key(sheets=[two, one]), key(sheets=[one]), key(variant=None)]
    two.write_text("p { color: green }")
    keys.append(key())
    face.write_bytes(b"other face")
    keys.append(key())
    assert len(set(keys)) == len(keys)


def test_the_fingerprint_names_all_of_the_attachment_and_the_images():
    def key(images=None, **changes):
        attachment = replace(SOURCE, **changes) if changes else None
        return pdf.fingerprint("x", [], attachment=attachment, images=images)

    keys = [
        key(),
        key(name="programme.yaml"),
        key(name="autre.yaml"),
        key(description="autre"),
        key(content=b"autre"),
        key(dated=SOURCE.dated + timedelta(seconds=1)),
        key(media_type="text/plain"),
        key(images={"a": b"1"}),
        key(images={"a": b"2"}),
        key(images={"b": b"1"}),
        key(images={"a": b"1", "b": b"2"}),
        key(images={"a": b"2", "b": b"1"}),
    ]
    assert len(set(keys)) == len(keys)
    assert key(images={"a": b"1", "b": b"2"}) == key(images={"b": b"2", "a": b"1"})
    paris = timezone(timedelta(hours=1))
    assert key(dated=SOURCE.dated.astimezone(paris)) == key(dated=SOURCE.dated)


def test_the_fingerprint_is_the_same_in_another_place_and_at_another_time(tmp_path):
    sheet, copy = tmp_path / "sheet.css", tmp_path / "copy.css"
    sheet.write_text("p { color: red }")
    copy.write_text("p { color: red }")
    os.utime(copy, (0, 0))
    assert pdf.fingerprint("x", [sheet]) == pdf.fingerprint("x", [copy])
    assert len(pdf.fingerprint("x", [sheet])) == 64
