"""Widths known without the faces, against the faces; lines without a layout."""

from string import ascii_letters, digits

import pytest
from fontTools.ttLib import TTFont

from desescalade import pdf
from programmes.printing.copyfitting import Face, lines, width

SIGNS = ascii_letters + digits + "àâçéèêëîïôùûü .,:;?!’«»()-/%€"


@pytest.mark.parametrize("face", Face)
def test_widths_are_those_of_the_face(face):
    with TTFont(pdf.FONTS / f"Vollkorn-{face.name.capitalize()}.ttf") as font:
        glyphs, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        real = {sign: advances[glyphs[ord(sign)]][0] / em for sign in SIGNS}
    assert {sign: real[sign] for sign in SIGNS if abs(face.widths[sign] - real[sign]) > 0.03} == {}


def test_unknown_letters_are_taken_for_wide_ones():
    assert width("Ж") == width("m")
    assert width("ab", tracking=-0.1) == pytest.approx(width("ab") - 0.2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("mm", 1),
        ("mm mm", 1),
        ("mm mm mm", 2),
        ("mm\u00a0mm mm", 2),
        ("mm mm\u00a0mm", 2),
        # Longer than a line: it is broken anywhere.
        ("m" * 9, 3),
    ],
)
def test_lines_are_broken_at_spaces(text, expected):
    assert lines(text, 4.1) == expected
