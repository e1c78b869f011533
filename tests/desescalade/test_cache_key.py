"""The fingerprint of a render: other bytes, another name; the same bytes, the same name."""

import os

from desescalade import pdf
from desescalade.pdf import cache_key


def test_the_fingerprint_names_everything_that_decides_the_bytes(tmp_path):
    one, two, fonts = tmp_path / "one.css", tmp_path / "two.css", tmp_path / "fonts"
    one.write_text("p { color: red }")
    two.write_text("p { color: blue }")
    fonts.mkdir()
    face = fonts / "face.ttf"
    face.write_bytes(b"face")

    def key(made_from="x", sheets=(one, two)):
        return cache_key.digest(made_from, sheets, fonts)

    keys = [key(), key("y"), key(sheets=[two, one]), key(sheets=[one])]
    two.write_text("p { color: green }")
    keys.append(key())
    face.write_bytes(b"other face")
    keys.append(key())
    assert len(set(keys)) == len(keys)


def test_the_fingerprint_is_the_same_in_another_place_and_at_another_time(tmp_path):
    sheet, copy = tmp_path / "sheet.css", tmp_path / "copy.css"
    sheet.write_text("p { color: red }")
    copy.write_text("p { color: red }")
    os.utime(copy, (0, 0))
    assert pdf.fingerprint("x", [sheet]) == pdf.fingerprint("x", [copy])
    assert len(pdf.fingerprint("x", [sheet])) == 64
