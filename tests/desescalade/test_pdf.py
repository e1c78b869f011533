"""What the PDF engine lays out: pages, letters, faces, always the same bytes."""

from io import BytesIO

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from desescalade import pdf
from desescalade.pdf import launcher

from .rendered import FACES, LONG, children_of, engine_pid, page, render, until

environment = launcher._environment


def test_pages_and_bookmarks_are_counted_from_one():
    new_page = '<h2 style="break-before: page">'
    done = render(f"<h1>Programme</h1>{new_page}Accueil</h2><h3>Horaires</h3>{new_page}Écoles</h2>")
    assert done.page_count == 3
    assert done.bookmarks == (
        (1, "Programme", 1),
        (2, "Accueil", 2),
        (3, "Horaires", 2),
        (2, "Écoles", 3),
    )
    with pikepdf.open(BytesIO(done.pdf)) as document:
        assert len(document.pages) == 3


def test_the_file_is_tagged_and_says_so():
    with pikepdf.open(BytesIO(render("<h1>Programme</h1>").pdf)) as document:
        assert document.open_metadata()["pdfuaid:part"] == "1"
        assert document.Root.MarkInfo.Marked is True
        assert str(document.Root.Lang) == "fr"


def test_letters_are_counted_where_they_are_laid_without_spaces_and_hyphens():
    done = render(
        '<h1 id="titre">Le pro\u00adgramme</h1><ul><li id="a">dix lettres<ol>'
        '<li id="b">vis-à-vis 😀</ol>fin</ul>'
        '<p id="image"><svg width="9" height="9"><text>svg</text></svg></p>'
        '<p id="page" style="break-before: page; position: relative">'
        '<b id="place" style="position: absolute">ici</b>là</p><p>personne</p>'
    )
    assert done.placements == (
        pdf.Placement("titre", 1, 11),
        pdf.Placement("a", 1, 13),
        pdf.Placement("b", 1, 8),
        pdf.Placement("image", 1, 0),
        pdf.Placement("page", 2, 2),
        pdf.Placement("place", 2, 3),
    )


def test_a_text_that_runs_over_a_page_is_counted_on_each_and_loses_no_letter(tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text(
        "@page { size: 100mm; margin: 15mm; @top-left { content: element(head) } }"
        "header { position: running(head) } p { hyphens: auto } p::before { content: 'note' }"
    )
    word = "anticonstitutionnellement "
    body = f'<header id="tête">répété</header><p id="texte">{word * 40}</p>'
    done = pdf.render(page(body), [FACES, sheet])
    assert [placement.page for placement in done.placements] == [1, 2, 3, 4]
    assert {placement.id for placement in done.placements} == {"texte"}
    assert sum(placement.letters for placement in done.placements) == 25 * 40


def test_a_long_render_tells_how_many_pages_are_done():
    counts = []
    done = render(LONG[: len(LONG) // 4], on_page=counts.append)
    assert counts
    assert counts == sorted(set(counts))
    assert counts[0] > 0
    assert counts[-1] < done.page_count


def test_a_listener_that_has_enough_stops_the_render():
    def stop(count):
        raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough"):
        render(LONG, on_page=stop)
    assert until(lambda: not children_of(engine_pid()))
    assert render("<p>court</p>").page_count == 1


def test_the_style_sheets_that_an_engine_rehearsed_with_give_the_same_bytes_as_later_ones(tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text("p { color: red }")
    pdf.close()
    rehearsed = pdf.render("<p>un</p>", [FACES, sheet])
    pdf.close()
    render("<p>un</p>", variant=pdf.SCREEN_VARIANT)
    assert pdf.render("<p>un</p>", [FACES, sheet]) == rehearsed


def test_the_inks_of_a_printer_and_the_bleed_reach_the_file(tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text("@page { size: 100mm 60mm; bleed: var(--bleed) } p { color: var(--ink) }")
    html = '<html lang="fr" style="--bleed: 3mm; --ink: device-cmyk(0 0 0 1)"><title>x</title><p>un'
    done = pdf.render(html, [FACES, sheet], variant=None)
    with pikepdf.open(BytesIO(done.pdf)) as document:
        (sheet_of_paper,) = document.pages
        drawing = pikepdf.parse_content_stream(sheet_of_paper)
        inks = {
            tuple(float(part) for part in operands)
            for operands, operator in drawing
            if str(operator) == "scn"
        }
        assert [round(float(edge) / 72 * 25.4, 2) for edge in sheet_of_paper.MediaBox] == [
            *(-3, -3),
            *(103, 63),
        ]
        assert [round(float(edge) / 72 * 25.4, 2) for edge in sheet_of_paper.TrimBox] == [
            *(0, 0),
            *(100, 60),
        ]
    assert inks == {(0.0, 0.0, 0.0, 1.0)}


def test_the_same_html_gives_the_same_bytes_whatever_the_engine_did_before(monkeypatch, tmp_path):
    face = f'@font-face {{ font-family: Z; src: url("{pdf.FONTS.as_uri()}/Andika-Bold.ttf") }}'
    other_sheet = tmp_path / "other.css"
    other_sheet.write_text(f"{face} p {{ font-family: Z; color: red }}")
    body = (
        '<h1>Été</h1><p style="font-family: Z, Vollkorn; hyphens: auto; width: 3cm">'
        "anticonstitutionnellement → œuvre □</p><p>✓ <i>un</i> <b>deux</b></p>"
    )
    first = render(body)
    pdf.render(page("<p>Autre chose</p>"), [other_sheet])
    again = render(body)
    pdf.close()
    monkeypatch.setenv("TZ", "Pacific/Noumea")
    monkeypatch.setattr(
        launcher,
        "_environment",
        lambda workplace: {
            **environment(workplace),
            "PYTHONHASHSEED": "12345",
            "TZ": "Asia/Tokyo",
        },
    )
    fresh = render(body)
    pdf.close()
    assert again == first
    assert fresh == first


def test_only_our_faces_are_embedded_even_for_letters_they_lack():
    done = render(
        '<p style="font-family: Vollkorn">fine\u202f: → □ <i>i</i>'
        '<b style="font-weight: 600">b</b><b style="font-weight: 900">n</b></p>'
        '<p style="font-family: Andika">₂ ≥ <i>i</i> <b>b</b> ✓ ☐ 漢 😀</p>'
        '<p style="font-family: Arial, sans-serif">sans</p><p style="font-family: serif">avec</p>'
    )
    with pikepdf.open(BytesIO(done.pdf)) as document:
        fonts = {
            str(item.FontDescriptor.FontName).partition("+")[2]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item
        }
    assert fonts == {
        "Andika",
        "Andika-Bold",
        "Andika-Italic",
        "Vollkorn",
        "Vollkorn-Heavy",
        "Vollkorn-Italic",
        "Vollkorn-Semi-Bold",
    }


@pytest.mark.parametrize(
    ("family", "letters"),
    [
        ("Vollkorn", "\u202f\u00a0\u2192\u25a1œÉ«»€≥≈₂’–…"),
        ("Andika", "\u202f\u00a0\u2192\u2713œÉ«»€≥≈₂’–…"),
    ],
)
def test_every_face_covers_the_letters_we_print(family, letters):
    for path in pdf.FONTS.glob(f"{family}-*.ttf"):
        with TTFont(path) as font:
            covered = font.getBestCmap()
        assert [letter for letter in letters if ord(letter) not in covered] == []


def test_every_face_is_declared_and_licensed():
    declared = {line.split('"')[1] for line in FACES.read_text().splitlines() if "url(" in line}
    families = {name.partition("-")[0] for name in declared}
    assert declared == {path.name for path in pdf.FONTS.glob("*.ttf")}
    for family in families:
        licence = (pdf.FONTS / f"OFL-{family}.txt").read_text(encoding="utf-8")
        assert licence.startswith("Copyright")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
