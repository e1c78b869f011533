"""The files to read on screen are both PDF/A-3a and PDF/UA-1, as veraPDF sees it."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from desescalade import pdf
from tests import verapdf

FACES = pdf.FONTS / "faces.css"
ALL_THAT_WE_PRINT = """<!DOCTYPE html><html lang="fr"><head><title>Programme</title>
<style>@page { @bottom-left { content: "foot" } } h2 { break-before: page }</style></head><body>
<h1 id="haut">Programme</h1><p><img src="image:photo" alt="La mairie" width="90">
<img src="image:logo" alt="La liste" width="90"></p>
<nav><ul><li><a href="#accueil">Accueil</a></li></ul></nav>
<h2 id="accueil">Accueil</h2><p>Des <b>guichets</b>\u202f: <a href="https://example.org/">ici</a></p>
<svg viewBox="0 0 9 9" width="90"><title>Un trait</title><path d="M0 0h9" stroke="#1f4d3a"/>
<text y="5" font-size="3">trait</text></svg>
<ol><li>un</li><li>deux<ul style="list-style: disc"><li>trois</li></ul></li></ol>
<table><tr><th scope="col">Année</th><th scope="col">Coût</th></tr><tr><td>1</td><td>2 €</td></tr>
</table><blockquote><p>cité</p></blockquote></body></html>"""


def picture(kind, mode, color):
    file = BytesIO()
    Image.new(mode, (40, 30), color).save(file, kind)
    return file.getvalue()


IMAGES = {
    "photo": picture("JPEG", "RGB", (31, 77, 58)),
    "logo": picture("PNG", "RGBA", (31, 77, 58, 90)),
}
SOURCE = pdf.Attachment(
    "programme.yaml", "Le programme", b"titre: x\n", datetime(2026, 11, 22, tzinfo=UTC)
)


@pytest.fixture(scope="module")
def broken_rules(tmp_path_factory):
    """What each kind of file breaks, by name; one run of veraPDF for all of them."""
    folder = tmp_path_factory.mktemp("conformity")

    def written(name, html=ALL_THAT_WE_PRINT, images=IMAGES, **options):
        path = folder / f"{name}.pdf"
        path.write_bytes(pdf.render(html, [FACES], images=images, **options).pdf)
        return path

    cmyk = {**IMAGES, "photo": picture("JPEG", "CMYK", (0, 0, 0, 9))}
    no_sign = ALL_THAT_WE_PRINT.replace("cité", "漢")
    paths = [
        written("screen", variant=pdf.SCREEN_VARIANT, attachment=SOURCE),
        written("tagged", variant="pdf/ua-1"),
        written("plain", variant=None),
        written("missing sign", html=no_sign, variant=pdf.SCREEN_VARIANT),
        written("inks", images=cmyk, variant=pdf.SCREEN_VARIANT),
    ]
    pdf.close()
    found = verapdf.failures(paths)
    return {
        path.stem: {" ".join(line.split(" ")[:2]) for line in lines}
        for path, lines in found.items()
    }


def test_a_file_to_read_is_both_pdf_a_and_pdf_ua(broken_rules):
    assert broken_rules["screen"] == set()


def test_a_tagged_file_is_pdf_ua_only(broken_rules):
    assert {rule.split(" ")[0] for rule in broken_rules["tagged"]} == {"3a"}


def test_a_plain_file_is_neither(broken_rules):
    assert {rule.split(" ")[0] for rule in broken_rules["plain"]} == {"ua1", "3a"}


def test_a_sign_that_no_face_has_breaks_both(broken_rules):
    # ISO 14289-1, 7.21.8 and ISO 19005-3, 6.2.11.8: no reference to .notdef.
    assert {"ua1 7.21.8-1", "3a 6.2.11.8-1"} <= broken_rules["missing sign"]


def test_the_inks_of_a_printer_break_pdf_a(broken_rules):
    assert broken_rules["inks"] == {"3a 6.2.4.3-3"}


def test_what_is_no_pdf_is_told(tmp_path):
    path = tmp_path / "no.pdf"
    path.write_bytes(b"no")
    (line,) = verapdf.failures([path], ["ua1"])[path]
    assert line.startswith("ua1 cannot be read")
