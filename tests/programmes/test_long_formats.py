"""What is special to the formats of the whole text: A4, booklet, large print, easy words."""

import io
import re
import subprocess
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from programmes.enums import Output
from programmes.printing import prints
from programmes.printing.formats import FORMATS
from programmes.printing.prints import Print

from .printed import MM, fonts, laid_out, opened, pages, poppler, squeezed

A4, A5 = FORMATS["programme-a4"], FORMATS["livret-a5"]
LARGE, EASY = FORMATS["gros-caracteres"], FORMATS["simplifie"]
LONG = [A4, A5, LARGE, EASY]
SLUGS = [format.slug for format in LONG]


def with_rows(document, *changes):
    (chapter,) = document.chapters
    (row,) = chapter.commitments
    rows = tuple(replace(row, id=rank, **each) for rank, each in enumerate(changes, start=1))
    return replace(document, chapters=(replace(chapter, commitments=rows),))


def sizes(content):
    """The sizes of type in a PDF, in pt; WeasyPrint writes them in CSS pixels."""
    with opened(content) as file:
        return {
            round(float(part.operands[1]) * 0.75, 1)
            for page in file.pages
            for part in pikepdf.parse_content_stream(page)
            if str(part.operator) == "Tf"
        }


def first_page(content):
    """In grey, 40 dots to the inch."""
    command = ["pdftoppm", "-r", "40", "-l", "1", "-png", "-gray", "-"]
    found = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(found)).convert("L")


def places(content, word):
    """Page from 1, left and top edge in mm of each word that reads like this."""
    found = []
    for number, page in enumerate(poppler(content, "-bbox").split("<page ")[1:], start=1):
        for left, top in re.findall(rf'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>{word}<', page):
            found.append((number, float(left) / MM, float(top) / MM))
    return found


def lines(content):
    return [line.strip() for page in pages(content) for line in page.splitlines() if line.strip()]


def spoken_words(content):
    return " ".join(poppler(content).split())


@pytest.mark.parametrize("format", LONG, ids=SLUGS)
def test_slogan_is_on_the_cover_and_the_candidates_on_the_last_page(small, format):
    document = replace(small, slogan="Moins d’écrans", candidates=("Camille Roux", "Ana Benali"))
    found = [" ".join(page.split()) for page in pages(laid_out(document, format).pdf)]
    assert ["Moins d’écrans" in page for page in (found[0], found[-1])] == [True, False]
    assert ["La liste Camille Roux, Ana Benali" in page for page in (found[0], found[-1])] == [
        False,
        True,
    ]


@pytest.mark.parametrize("format", LONG, ids=SLUGS)
def test_last_page_tells_the_edition_and_where_to_check_it(small, format):
    plain = pages(laid_out(small, format).pdf)[-1]
    address = "https://exemple.fr/t/k7d3-9xq2"
    public = replace(small, stamp=replace(small.stamp, address=address))
    found = squeezed(pages(laid_out(public, format).pdf)[-1])
    assert "Tirage 1 du 22 novembre 2026, code k7d3-9xq2." in " ".join(plain.split())
    assert "Pour vérifier" not in plain
    assert squeezed("Pour vérifier ce texte : exemple.fr/t/k7d3-9xq2.") in found


@pytest.mark.parametrize("format", LONG, ids=SLUGS)
def test_band_of_the_cover_runs_into_the_bleed(small, format):
    made = prints.make(Print(small, format, Output.IMPRIMEUR, bleed=3))
    cover = first_page(made.pdf)
    edges = ((0, 1), (cover.height - 2, cover.height - 1))
    strips = [cover.crop((0, top, cover.width // 4, bottom)) for top, bottom in edges]
    darkest = [strip.getextrema()[0] for strip in strips]
    assert max(darkest) < 128


@pytest.mark.parametrize(("format", "line"), [(A4, 5.5), (A5, 5)])
def test_text_stands_on_the_lines_of_the_page_whatever_the_titles(small, format, line):
    (chapter,) = small.chapters
    (row,) = chapter.commitments
    titles = (
        "Un",
        "Assurer une gestion municipale sobre et prudente",
        "Trois lignes de titre " * 4,
    )
    document = replace(
        small,
        chapters=tuple(
            replace(
                chapter,
                number=rank,
                title=title.strip(),
                summary="Un résumé de ce chapitre. " * rank,
                commitments=(
                    replace(row, id=rank, title=title.strip(), text="corps " * 60),
                    replace(row, id=rank + 10, text="corps " * 90),
                ),
            )
            for rank, title in enumerate(titles, start=1)
        ),
    )
    tops = {round(top % line, 1) for _, _, top in places(laid_out(document, format).pdf, "corps")}
    assert len(tops) == 1


def test_pages_of_the_booklet_are_numbered_outside(small):
    document = with_rows(small, {"text": "Un mot après l’autre. " * 300})
    content = laid_out(document, A5).pdf
    found = {
        number: round(left)
        for number, left, top in places(content, r"\d+")
        if top > 190
        # The foot names the edition, "tirage 1".
        and not 30 < left < 120
    }
    assert {left < 74 for number, left in found.items() if number % 2 == 0} == {True}
    assert {left < 74 for number, left in found.items() if number % 2} == {False}
    assert list(found)[:3] == [2, 3, 4]


def test_large_print_has_no_small_type(demo):
    document, _ = demo(3)
    document = replace(document, candidates=("Camille Roux",), slogan="Moins d’écrans")
    content = laid_out(document, LARGE).pdf
    assert "(source 1)" in spoken_words(content)
    assert min(sizes(content)) == 18


def test_large_print_is_upright_and_unbroken(small):
    text = "Une *administration* communale > anticonstitutionnellement réorganisée. " * 20
    content = laid_out(with_rows(small, {"text": f"{text}\n\n> {text}"}), LARGE).pdf
    with opened(content) as file:
        assert set(fonts(file)) == {"Andika", "Andika-Bold"}
    assert [line for line in lines(content) if line.endswith("-")] == []


def test_easy_version_says_each_sentence_on_a_line_of_its_own(small):
    easy = "Le guichet est ouvert. **Il ferme à midi.** Vous venez ? M. Roux vous écoute."
    found = lines(laid_out(with_rows(small, {"easy": easy}), EASY).pdf)
    start = found.index("Le guichet est ouvert.")
    assert found[start : start + 6] == [
        "Le guichet est ouvert.",
        "Il ferme à midi.",
        "Vous venez ?",
        "M. Roux vous écoute.",
        "Le maire décide.",
        "Quand : avant la moitié du mandat.",
    ]


def test_easy_version_ends_with_what_is_not_in_easy_words_yet(small):
    document = with_rows(
        small,
        {"title": "Ouvrir le guichet", "easy": "Le guichet est ouvert."},
        {"title": "Réparer le lavoir"},
        {"title": "Planter des arbres", "easy": " "},
    )
    content = laid_out(document, EASY).pdf
    text = spoken_words(content)
    assert (
        "Pour ces engagements, il n’y a pas encore de version simplifiée :"
        " – Réparer le lavoir – Planter des arbres" in text
    )
    assert [text.count(row.title) for row in document.commitments] == [1, 1, 1]
    assert "Version simplifiée" in pages(content)[0]
    assert "FALC" not in text


def test_easy_version_of_nothing_says_what_is_to_write(small):
    text = spoken_words(laid_out(small, EASY).pdf)
    assert "Les phrases sont courtes. Les mots sont connus." in text
    assert "Pour cet engagement, il n’y a pas encore de version simplifiée : – Un titre" in text


def test_easy_version_leaves_out_figures_and_sources(demo):
    document, _ = demo(3)
    text = squeezed(poppler(laid_out(document, EASY).pdf))
    assert len(document.sources) > 0
    assert [said.title for said in document.sources if squeezed(said.title) in text] == []
    assert min(sizes(laid_out(document, EASY).pdf)) == 14
