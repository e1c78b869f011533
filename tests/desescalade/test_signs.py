"""Which signs the faces have, and what a page looks like without the others."""

import html
import io
import random
import sys
import unicodedata
from textwrap import wrap

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from desescalade import pdf, signs

TOKENS = pdf.FONTS.parent / "css" / "print" / "tokens.css"
# WeasyPrint gives a font this encoding as long as it lacks none of the signs it has to show.
WHOLE = "/Identity-H"


def ranges(points):
    found = []
    for point in sorted(points):
        if found and point == found[-1][1] + 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    written = (f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found)
    return "\n".join(wrap(" ".join(written), 98))


def encodings(text):
    """Of the fonts in the PDF of this HTML, in Vollkorn and in Andika."""
    page = (
        '<html lang="fr" style="--ink: #000"><title>t</title><h1>t</h1>'
        f'{text}<div style="font-family: Andika; font-style: italic">{text}</div></html>'
    )
    rendered = pdf.render(page, [pdf.FONTS / "faces.css", TOKENS])
    with pikepdf.open(io.BytesIO(rendered.pdf)) as file:
        return {
            str(font.Encoding) if isinstance(font.Encoding, pikepdf.Name) else "with .notdef"
            for sheet in file.pages
            for font in sheet.Resources.Font.values()
        }


def test_table_is_that_of_the_faces():
    points = set()
    for path in pdf.FONTS.glob("*.ttf"):
        with TTFont(path) as face:
            points |= set(face.getBestCmap())
    kind = {point: unicodedata.category(chr(point)) for point in points}
    shown = {point for point in points if not signs._never_shows(chr(point))}
    marks = {point for point in shown if kind[point].startswith("M")}
    rest = {p for p in shown - marks if kind[p] not in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")}
    assert signs.SIGNS.strip() == ranges(rest)
    assert signs.MARKS.strip() == ranges(marks)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Chaque été, « Œuvrer » à Ÿ : 5 % de 1 000 €… → ½, m², n° 3 – l’an 2027 ?",
        "κόσμε, мир, Đặng, ŵ",
        '<p class="a">a &amp; b</p>\n\t\u00ad\u200b',
    ],
)
def test_what_the_faces_have_stays_as_it_is(text):
    assert signs.printable(text) == text
    assert signs.unprintable(text) == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\u200eb\u202ec\u2066d\ufeffe\x00f", "abcdef"),
        ("ligne\u2028suite\u3000fin", "ligne suite fin"),
        ("☐ un ☑ deux ✔️ trois", "□ un ✓ deux ✓ trois"),
        ("\uf0b7 un ● deux ➜ trois", "• un • deux → trois"),
        ("𝗚𝗿𝗮𝘀, ｐｌｅｉｎ, 12 ㎡, 20 ℃", "Gras, plein, 12 m2, 20 °C"),
        ("1️⃣ ©️ ⭐", "1 © *"),
    ],
)
def test_what_has_its_like_is_printed_as_that(text, shown):
    assert signs.printable(text) == shown
    assert signs.unprintable(text) == ()


@pytest.mark.parametrize(
    ("text", "shown", "lost"),
    [
        ("Oui 😀😀 !", "Oui □□ !", ("😀",)),
        ("👩‍🌾 et 👍🏽", "□ et □", ("👩‍🌾", "👍🏽")),
        ("🏃‍♀️🏃‍♀", "□□", ("🏃‍♀️", "🏃‍♀")),
        ("🇫🇷🇧🇪", "□□", ("🇫🇷", "🇧🇪")),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿.", "□.", ("🏴󠁧󠁢󠁥󠁮󠁧󠁿",)),
        ("مرحبا", "□□□□□", ("م", "ر", "ح", "ب", "ا")),
        ("中文", "□□", ("中", "文")),
        ("x\u05b0", "x", ("x\u05b0",)),
        ("\ud800", "□", ("\ud800",)),
    ],
)
def test_what_no_face_has_becomes_a_box_and_is_told(text, shown, lost):
    assert signs.printable(text) == shown
    assert signs.unprintable(text) == lost


def test_no_sign_becomes_markup():
    # Letters of other scripts and the unassigned, a million of them, have no like in the faces.
    every = (chr(point) for point in range(0x80, sys.maxunicode + 1))
    known = [s for s in every if unicodedata.category(s) not in ("Cn", "Co", "Cs", "Lo")]
    assert {"＜", "＞", "＆", "＂", "＇", "﹤", "≮"} <= set(known)
    assert set("<>&\"'") & set(signs.printable("\n".join(known))) == set()


def test_mark_does_not_change_the_bracket_of_a_tag():
    assert signs.printable("<p>\u0338x</p>") == "<p>\u0338x</p>"


def test_second_pass_changes_nothing():
    shown = signs.printable("e\u0301 ☐ 😀 ＜ 中 x\u05b0 𝗚 a\u200db")
    assert signs.printable(shown) == shown


def test_long_hostile_text_takes_no_time():
    for text in ("\u200d" * 50_000, "😀e\u0301" * 20_000, "a\u0301" * 50_000, "🇫" * 50_000):
        assert len(signs.printable(text)) <= len(text)


def test_page_of_any_signs_has_a_glyph_for_each():
    rng = random.Random(2026)
    likely = [*range(1, 0x3000), *range(0xA640, 0xAB70), *range(0x1F000, 0x1FB00)]
    chosen = rng.sample(likely, 1500)
    lines = (html.escape("x" + "".join(map(chr, chosen[i : i + 15]))) for i in range(0, 1500, 15))
    text = "".join(f"<p>{line}</p>" for line in lines)
    assert encodings(signs.printable(text)) == {WHOLE}


def test_page_that_was_not_made_printable_shows_what_we_avoid():
    assert encodings("<p>☐</p>") == {WHOLE, "with .notdef"}
