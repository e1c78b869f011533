"""What is special to the leaflets: dépliant, tract A5, card A6. Where things stand, what fits."""

import re
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest

from desescalade import typography
from programmes.printing.formats import FORMATS
from programmes.templatetags import leaflet
from programmes.templatetags import panels as inside

from .printed import MM, laid_out, opened, pages, poppler, squeezed

DEPLIANT, TRACT, CARD = FORMATS["depliant"], FORMATS["tract-a5"], FORMATS["carte-a6"]
LEAFLETS = [DEPLIANT, TRACT, CARD]
SLUGS = [format.slug for format in LEAFLETS]
# The edges of the panels, in mm.
OUTSIDE, INSIDE = (0, 97, 197, 297), (0, 100, 200, 297)
NAMES = ("Camille Roux", "Jean-Pierre Vasseur", "Aïcha Benali", "Louis Chabert", "Odile Faure")


@pytest.fixture(scope="module")
def printed(demo):
    """Lays the demonstration out once: with a slogan and candidates, or bare."""
    made = {}

    def printed(format, measures, commune="38185", *, bare=False):
        key = format.slug, measures, commune, bare
        if key not in made:
            document, _ = demo(measures, commune)
            if not bare:
                document = replace(document, slogan="Moins d’écrans", candidates=NAMES)
            made[key] = document, laid_out(document, format).pdf
        return made[key]

    return printed


def words(content):
    """Of each page: left, top, right, bottom in mm, and the word."""
    found = []
    for page in poppler(content, "-bbox").split("<page ")[1:]:
        places = re.findall(r'<word xMin="(.+)" yMin="(.+)" xMax="(.+)" yMax="(.+)">(.*)<', page)
        found.append([(*(float(edge) / MM for edge in edges), word) for *edges, word in places])
    return found


def panels(page, edges):
    """The words of a page, panel by panel."""
    return [[word for word in page if left <= word[0] < right] for left, right in pairwise(edges)]


def sizes(content):
    """The sizes of type in a PDF, in pt; WeasyPrint writes them in CSS pixels."""
    with opened(content) as file:
        return {
            round(float(part.operands[1]) * 0.75, 1)
            for page in file.pages
            for part in pikepdf.parse_content_stream(page)
            if str(part.operator) == "Tf"
        }


def said(panel):
    return squeezed("".join(word for *_, word in panel))


def lines(document):
    return [squeezed(typography.typeset(row.shown_line)) for row in document.commitments]


def with_rows(document, *texts):
    (chapter,) = document.chapters
    (row,) = chapter.commitments
    rows = tuple(replace(row, id=n, line=text) for n, text in enumerate(texts, start=1))
    return replace(document, chapters=(replace(chapter, commitments=rows),))


def test_each_panel_outside_begins_where_the_fold_says(printed):
    _, content = printed(DEPLIANT, 14)
    flap, back, cover = panels(words(content)[0], OUTSIDE)
    found = [round(min(word[0] for word in panel), 1) for panel in (flap, back, cover)]
    assert found == [8.0, 97 + 10.0, 197 + 18.0]
    assert ("Laliste" in said(flap), "Imprimé" in said(back)) == (True, True)
    assert said(cover).startswith("BienvivreàGrenoble")


@pytest.mark.parametrize("measures", [3, 8, 14, 40])
def test_each_panel_inside_begins_10_mm_after_its_fold(printed, measures):
    _, content = printed(DEPLIANT, measures)
    found = [
        round(min(word[0] for word in panel) - fold, 1)
        for panel, fold in zip(panels(words(content)[1], INSIDE), INSIDE, strict=False)
    ]
    # Numerals stand at the left; a panel that goes on with a chapter begins with its lines.
    assert [place for place in found if place not in (10.0, 21.0)] == []


@pytest.mark.parametrize(
    ("measures", "commune"),
    [(1, "38185"), (3, "38185"), (8, "26027"), (14, "38185"), (14, "26027"), (40, "38185")],
)
def test_no_word_of_a_depliant_comes_near_a_fold_or_an_edge(printed, measures, commune):
    _, content = printed(DEPLIANT, measures, commune)
    near = [
        word
        for page, edges in zip(words(content), (OUTSIDE, INSIDE), strict=True)
        for left, top, right, bottom, word in page
        if any(left < edge + 5 and right > edge - 5 for edge in edges)
        or not (7.9 < left < right < 297 - 7.9 and 8 < top < bottom < 210 - 5)
    ]
    assert near == []


@pytest.mark.parametrize("format", [TRACT, CARD], ids=["tract-a5", "carte-a6"])
@pytest.mark.parametrize("measures", [1, 5, 8])
def test_no_word_of_a_sheet_comes_near_its_edge(printed, format, measures):
    width, height = format.size
    near = [
        word
        for page in words(printed(format, measures)[1])
        for left, top, right, bottom, word in page
        if not (8 < left < right < width - 8 and 8 < top < bottom < height - 5)
    ]
    assert near == []


@pytest.mark.parametrize("bare", [False, True], ids=["complete", "bare"])
@pytest.mark.parametrize("measures", [1, 2, 5, 8, 14])
@pytest.mark.parametrize("format", [DEPLIANT, TRACT], ids=["depliant", "tract-a5"])
def test_fourteen_commitments_and_fewer_take_two_full_sides(printed, format, measures, bare):
    document, content = printed(format, measures, bare=bare)
    found = words(content)
    assert len(found) == 2
    assert min(len(page) for page in found) > 20
    text = squeezed(poppler(content, "-raw"))
    assert [text.count(line) for line in lines(document)] == [1] * measures


@pytest.mark.parametrize("measures", [1, 3, 5, 8])
def test_card_has_a_side_to_write_on_and_a_side_to_read(printed, measures):
    document, content = printed(CARD, measures)
    hand, read = pages(content, "-raw")
    assert "Nous sommes passés\nchez vous" in hand
    assert "26150 Barsac" in hand or "38000 Grenoble" in hand
    assert [squeezed(read).count(line) for line in lines(document)] == [1] * measures


@pytest.mark.parametrize("format", LEAFLETS, ids=SLUGS)
def test_what_does_not_fit_goes_on_to_a_third_page(printed, format):
    document, content = printed(format, 70)
    found = [squeezed(page) for page in pages(content, "-raw")]
    assert len(found) > 2
    wanted = lines(document)
    assert [sum(page.count(line) for page in found) for line in wanted] == [1] * 70
    on_third = [line for line in wanted if any(line in page for page in found[2:])]
    # The last ones, all of them: nothing that does not fit hides on the second page.
    assert on_third == wanted[-len(on_third) :]


@pytest.mark.parametrize("format", LEAFLETS, ids=SLUGS)
def test_overflow_names_the_lines_that_do_not_fit(printed, format):
    document, content = printed(format, 70)
    placed = {placement.id: placement.page for placement in laid_out(document, format).placements}
    found = [squeezed(page) for page in pages(content, "-raw")]
    for row, line in zip(document.commitments, lines(document), strict=True):
        assert line in found[placed[f"commitment-{row.id}"] - 1]


@pytest.mark.parametrize("measures", [3, 14, 70])
@pytest.mark.parametrize("format", LEAFLETS, ids=SLUGS)
def test_no_type_is_too_small(printed, format, measures):
    found = sizes(printed(format, measures)[1])
    smallest = {"depliant": 7.5, "tract-a5": 8, "carte-a6": 7}[format.slug]
    assert min(found) >= smallest


@pytest.mark.parametrize("measures", [5, 8, 14, 24, 40])
def test_no_commitment_is_cut_by_a_fold_and_no_title_stands_alone(printed, measures):
    document, content = printed(DEPLIANT, measures)
    found = [said(panel) for panel in panels(words(content)[1], INSIDE)]
    assert [sum(line in panel for panel in found) for line in lines(document)] == [1] * measures
    titles = [squeezed(typography.typeset(chapter.title)) for chapter in document.chapters]
    assert [panel for panel in found if panel.endswith(tuple(titles))] == []


@pytest.mark.parametrize(
    ("measures", "commune"),
    [
        (3, "38185"),
        (5, "38185"),
        (8, "26027"),
        (14, "26027"),
        (16, "38185"),
        (24, "38185"),
        (40, "38185"),
    ],
)
def test_no_panel_is_nearly_empty(printed, measures, commune):
    _, content = printed(DEPLIANT, measures, commune)
    inside = [word for word in words(content)[1] if 25 < word[1] < 190]
    heights = [max(word[3] for word in panel) - 25 for panel in panels(inside, INSIDE)]
    # Five in three panels: one of them holds one.
    assert min(heights) > max(heights) * 0.45


def test_flap_says_who_decides_where_no_candidates_are_given(printed):
    flap, back, _ = panels(words(printed(DEPLIANT, 14, bare=True)[1])[0], OUTSIDE)
    assert "Nousprenons14engagements" in said(flap)
    assert "Nousprenons" not in said(back)
    flap, back, _ = panels(words(printed(DEPLIANT, 14)[1])[0], OUTSIDE)
    assert ("JeanPierreVasseur" in said(flap), "Nousprenons14" in said(back)) == (True, True)


def test_counts_go_from_near_to_far_and_from_soon_to_late(demo):
    document, _ = demo(70, "38185")
    authorities = leaflet.by_authority(document.commitments)
    horizons = leaflet.by_horizon(document.commitments)
    assert [words for words, _ in authorities] == [
        "Le maire décide",
        "Le conseil décide",
        "L’intercommunalité décide",
        "La commune décide avec d’autres",
        "D’autres décident",
    ]
    assert [words for words, _ in horizons] == [
        "dans les cent premiers jours",
        "avant la moitié du mandat",
        "avant la fin du mandat",
    ]
    assert [sum(number for _, number in found) for found in (authorities, horizons)] == [70, 70]


def test_words_of_an_older_release_are_counted_too(small):
    (row,) = small.commitments
    rows = (row, replace(row, decided_by="Le préfet décide"), replace(row, decided_by=""))
    assert leaflet.by_authority(rows) == [("Le maire décide", 1), ("Le préfet décide", 1)]


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [
        ("Un marché au lavoir", 20, "Un marché au\u00a0lavoir"),
        ("Un marché intercommunalité", 20, "Un marché intercommunalité"),
        ("Un banc", 4, "Un\u00a0banc"),
        ("Banc", 20, "Banc"),
        ("", 20, ""),
    ],
)
def test_last_two_words_stay_together_where_they_are_short(text, letters, expected):
    assert leaflet.ended(text, letters) == expected


def test_panels_are_as_tall_as_each_other(small):
    document = with_rows(small, *["Une ligne de la même longueur que les autres"] * 6)
    assert inside.inner(document, "courant").starts == {3, 5}


def test_a_panel_that_might_be_too_full_is_begun_by_nothing(small):
    document = with_rows(small, *["Une ligne de la même longueur que les autres"] * 100)
    assert inside.inner(document, "dense").starts == frozenset()


def test_without_commitments_nothing_begins_a_panel(small):
    found = inside.inner(replace(small, chapters=()), "ample")
    assert (found.starts, found.air) == (frozenset(), 0)


def test_no_chapter_is_cut_for_a_type_hardly_larger(demo):
    document, _ = demo(31, "31555")
    found = inside.inner(document, "dense")
    firsts = {chapter.commitments[0].id for chapter in document.chapters}
    assert (len(found.starts), found.starts - firsts) == (2, set())
    assert found.points > 9.5


@pytest.mark.parametrize(("measures", "commune"), [(12, "26027"), (20, "26027"), (31, "31555")])
def test_panels_inside_are_filled(printed, measures, commune):
    _, content = printed(DEPLIANT, measures, commune, bare=True)
    inner = [word for word in words(content)[1] if 25 < word[1] < 190]
    ends = [max(word[3] for word in panel) for panel in panels(inner, INSIDE)]
    assert (max(ends) > 165, min(ends) > 125) == (True, True)


def test_flap_counts_who_decides_and_the_back_when(printed):
    flap, back, _ = panels(words(printed(DEPLIANT, 12, "26027", bare=True)[1])[0], OUTSIDE)
    assert ("Quidécide" in said(flap), "Etquand" in said(back)) == (True, True)
    # Between the list's name and the imprint, no white as tall as a third of the panel.
    tops = sorted(word[1] for word in back)
    assert max(b - a for a, b in pairwise(tops)) < 62


def test_the_more_lines_the_smaller_the_type(small):
    line = "Une ligne de la même longueur que les autres"
    found = [leaflet.card(with_rows(small, *[line] * n), "ample").name for n in (1, 5)]
    assert found == ["pt20", "pt13"]
    names = [leaflet.sides(with_rows(small, *[line] * n), "dense").turn for n in (1, 20)]
    assert names == ["turned", ""]


@pytest.mark.parametrize("format", LEAFLETS, ids=SLUGS)
def test_lines_of_any_length_are_not_cut(small, format):
    long = " ".join(["Un banc, une fontaine et une horloge dans chaque quartier"] * 8)
    document = with_rows(small, *[long] * 3)
    text = squeezed(poppler(laid_out(document, format).pdf, "-raw"))
    assert text.count("dansUnbanc") == 0
    assert text.count(squeezed("une horloge dans chaque quartier")) == 24
