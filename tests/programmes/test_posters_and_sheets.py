"""Posters, the circulaire and the two work sheets, read back: what is particular to each."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from PIL import Image

from programmes.enums import Output, ProgrammeKind
from programmes.printing import formats, prints, rendering
from programmes.printing.document import Imprint
from programmes.printing.formats import FORMATS
from programmes.printing.prints import Print
from programmes.templatetags import posters, sheets

from .printed import MM, opened, pages, poppler, spoken, squeezed

VOTE = date(2027, 3, 14)
NAMES = tuple(f"Camille Roux-Vasseur {rank}" for rank in range(1, 16))
SLOGAN = "Moins d’écrans, plus de présence"
GREEN = (0x1F, 0x4D, 0x3A)
POSTERS = ("affiche-a3", "affiche-a2")
HANDED_OUT = (*POSTERS, "circulaire")
WORK_SHEETS = ("porte-a-porte", "bulletin-assemblee")
ALL = (*HANDED_OUT, *WORK_SHEETS)
BARSAC, GRENOBLE = "26027", "38185"


@pytest.fixture(scope="module")
def document(demo):
    """The demonstration with so many commitments, a slogan and candidates; built once each."""
    known = {}

    def document(measures, commune=BARSAC):
        if (measures, commune) not in known:
            found, _ = demo(measures, commune)
            known[measures, commune] = replace(found, slogan=SLOGAN, candidates=NAMES)
        return known[measures, commune]

    return document


@pytest.fixture(scope="module")
def printed():
    """Single pages, laid out once for each order."""
    known = {}

    def printed(document, slug, output=Output.ECRAN):
        order = Print(document, FORMATS[slug], output, bleed=3)
        if repr(order) not in known:
            known[repr(order)], _, _ = prints.lay_out(order)
        return known[repr(order)]

    return printed


def text_of(rendered):
    return " ".join(" ".join(pages(rendered.pdf)).split())


def html_of(document, slug, density=""):
    return rendering.html_of(document, FORMATS[slug], density=density)


def for_election(document):
    return replace(document, kind=ProgrammeKind.CAMPAIGN, vote_date=VOTE)


def pictures(content, dpi=40):
    """Each page as an RGB picture. Without a file name, pdftoppm writes to its output."""
    command = ["pdftoppm", "-r", str(dpi), "-png", "-"]
    found = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    parts = re.split(rb"(?=\x89PNG\r\n)", found)[1:]
    return [Image.open(io.BytesIO(part)).convert("RGB") for part in parts]


def share(picture, color):
    """Of the area of a page, which part has this colour."""
    area = picture.width * picture.height
    return sum(number for number, found in picture.getcolors(area) if found == color) / area


def times_said(document, rendered):
    text = squeezed(spoken(rendered.pdf))
    return [text.count(squeezed(row.shown_line)) for row in document.commitments]


def column_heads(html):
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)
    return [head.replace("&nbsp;", " ") for head in heads]


@pytest.mark.parametrize("slug", ALL)
@pytest.mark.parametrize(
    ("measures", "commune"),
    [(0, BARSAC), (1, GRENOBLE), (3, BARSAC), (12, GRENOBLE)],
)
def test_every_line_is_printed_exactly_once(document, printed, slug, measures, commune):
    programme = document(measures, commune)
    assert len(programme.commitments) == measures
    assert times_said(programme, printed(programme, slug)) == [1] * measures


@pytest.mark.parametrize("commune", [BARSAC, GRENOBLE])
@pytest.mark.parametrize(
    ("slug", "measures", "expected"),
    [
        ("affiche-a3", 0, 1),
        ("affiche-a3", 5, 1),
        ("affiche-a3", 14, 1),
        ("affiche-a2", 14, 1),
        ("circulaire", 3, 2),
        ("circulaire", 12, 2),
        ("circulaire", 30, 2),
        ("porte-a-porte", 0, 1),
        ("porte-a-porte", 3, 2),
        ("porte-a-porte", 12, 2),
    ],
)
def test_usual_programmes_fit_their_sheet(document, printed, slug, commune, measures, expected):
    programme = for_election(document(measures, commune))
    assert printed(programme, slug).page_count == expected


def test_both_posters_follow_the_same_rules():
    ours = [(formats.STYLE_SHEETS / f"{slug}.css").read_text() for slug in POSTERS]
    assert len({sheet.partition("\n}\n")[2] for sheet in ours}) == 1


@pytest.mark.parametrize("slug", HANDED_OUT)
def test_what_is_handed_out_says_who_printed_it(document, printed, slug):
    programme = document(3)
    text = text_of(printed(programme, slug))
    assert text.count("Imprimé par nos soins : Camille Roux, 3, place de l’Église") == 1
    assert text.count("Bien vivre à Barsac · tirage 1, k7d3-9xq2") >= 1
    assert "Ne pas jeter" not in text
    assert "Projet" not in text


@pytest.mark.parametrize("slug", WORK_SHEETS)
def test_work_sheet_says_on_every_page_that_it_is_internal(document, printed, slug):
    found = pages(printed(document(12), slug).pdf)
    assert ["Document interne : ne pas distribuer" in page for page in found] == [True] * 2
    assert "Imprimé par" not in "".join(found)


def test_circulaire_lists_the_candidates_in_their_order(document, printed):
    text = text_of(printed(document(12), "circulaire"))
    assert re.findall(r"(\d+) Camille Roux-Vasseur (\d+)", text) == [
        (str(rank), str(rank)) for rank in range(1, 16)
    ]
    assert SLOGAN in text


def test_election_is_announced_on_the_poster(document, printed):
    programme = for_election(document(3))
    assert "Élection municipale du dimanche 14 mars 2027" in text_of(
        printed(programme, "affiche-a3")
    )


def test_opening_is_made_of_the_programme_s_own_words(document, printed):
    text = text_of(printed(document(3), "porte-a-porte"))
    assert (
        "Bonjour. Nous sommes de l’équipe Bien vivre à Barsac. Notre projet s’appelle"
        " « Une commune qui tient debout sans écran »."
        " Notre devise : « Moins d’écrans, plus de présence ». Avez-vous deux minutes ?" in text
    )


def test_canvassing_sheet_has_eight_rows_by_street_and_no_field_about_a_person(document):
    assert column_heads(html_of(document(3), "porte-a-porte")) == [
        "N°",
        "Ce que nous ferons",
        "Ce que l’on peut dire",
        "N°",
        "On vous dit",
        "Vous pouvez répondre",
        "Rue",
        "Ouvert",
        "Absent",
        "À rappeler sur demande",
        "Questions à rapporter",
    ]
    html = html_of(document(3), "porte-a-porte")
    assert html.count("<tr><td></td><td></td><td></td><td></td><td></td></tr>") == 8


def test_canvassing_sheet_recalls_the_law(document, printed):
    programme = for_election(document(12))
    text = text_of(printed(programme, "porte-a-porte"))
    assert "On ne note ni nom, ni adresse, ni opinion." in text
    assert "Stop pub" in text
    assert (
        "À partir du samedi 13 mars 2027 à 0 h, veille du vote, on ne distribue plus rien." in text
    )
    mandate = text_of(printed(document(12), "porte-a-porte"))
    assert "veille du vote" not in mandate


def test_bulletin_numbers_its_rows_and_has_three_boxes_in_each(document, printed):
    programme = document(70, GRENOBLE)
    rendered = printed(programme, "bulletin-assemblee")
    first_column = ("-x", "40", "-W", "35", "-y", "40", "-H", "730", "-r", "72")
    ranks = [int(word) for word in poppler(rendered.pdf, *first_column).split() if word.isdigit()]
    html = html_of(programme, "bulletin-assemblee")
    assert ranks == list(range(1, 71))
    assert html.count('<span class="box">') == 3 * 70


def test_bulletin_repeats_its_head_and_counts_its_pages(document, printed):
    rendered = printed(document(70, GRENOBLE), "bulletin-assemblee")
    found = [" ".join(page.split()) for page in pages(rendered.pdf)]
    total = len(found)
    assert [f"page {rank} sur {total}" in page for rank, page in enumerate(found, start=1)] == [
        True
    ] * total
    heads = ["Pour Contre À adapter Ce qu’il faut changer" in page for page in found]
    assert heads[:-1] == [True] * (total - 1)
    assert "Autres idées" in found[-1]


def test_no_chapter_of_the_bulletin_ends_a_page(document, printed):
    programme = document(70, GRENOBLE)
    chapters = {squeezed(chapter.title) for chapter in programme.chapters}
    ends = [
        squeezed(page.partition("Document interne")[0].rstrip().rpartition("\n")[2])
        for page in pages(printed(programme, "bulletin-assemblee").pdf)
    ]
    assert [end for end in ends if end in chapters] == []


def test_bulletin_asks_nothing_about_a_person(document):
    assert column_heads(html_of(document(3), "bulletin-assemblee")) == [
        "N°",
        "Engagement",
        "Pour",
        "Contre",
        "À adapter",
        "Ce qu’il faut changer",
    ]
    html = html_of(document(3), "bulletin-assemblee")
    (blanks,) = re.findall(r'<p class="blanks">(.*?)</p>', html, re.DOTALL)
    assert re.findall("<span>(.*?)</span>", blanks) == ["Date", "Lieu", "Présents"]


@pytest.mark.parametrize(
    ("slug", "measures"),
    [("affiche-a3", 30), ("affiche-a2", 30), ("circulaire", 60), ("porte-a-porte", 20)],
)
def test_what_does_not_fit_goes_on_to_a_next_page(document, printed, slug, measures):
    programme = document(measures, GRENOBLE)
    rendered = printed(programme, slug)
    assert rendered.page_count > FORMATS[slug].max_pages
    assert times_said(programme, rendered) == [1] * measures


@pytest.mark.parametrize("slug", POSTERS)
@pytest.mark.parametrize("output", [Output.ECRAN, Output.COPIEUR])
def test_poster_has_a_band_of_colour_of_less_than_a_tenth(document, printed, slug, output):
    (page,) = pictures(printed(document(3), slug, output).pdf, dpi=20)
    fill = page.getpixel((page.width // 20, page.height // 20))
    assert fill not in ((0, 0, 0), (255, 255, 255))
    assert 0.05 < share(page, fill) <= 0.1


@pytest.mark.parametrize("slug", ["circulaire", *WORK_SHEETS])
def test_other_sheets_hardly_have_solid_areas(document, printed, slug):
    found = [share(page, GREEN) for page in pictures(printed(document(12), slug).pdf)]
    assert [part for part in found if part > 0.04] == []


@pytest.mark.parametrize("slug", POSTERS)
def test_band_reaches_into_the_bleed(document, printed, slug):
    rendered = printed(document(3), slug, Output.IMPRIMEUR)
    (page,) = pictures(rendered.pdf, dpi=36)
    with opened(rendered.pdf) as file:
        left, bottom, right, top = (float(part) / MM for part in file.pages[0].MediaBox)
    across, down = FORMATS[slug].size
    assert (round(right - left), round(top - bottom)) == (across + 6, down + 6)
    corners = page.getpixel((1, 1)), page.getpixel((1, page.height - 3))
    assert [sum(corner) < 300 for corner in corners] == [True, True]


@pytest.mark.parametrize("slug", POSTERS)
def test_numerals_of_a_poster_stand_on_the_band(document, printed, slug):
    rendered = printed(document(8), slug)
    band = str(round(24 / 297 * FORMATS[slug].size[0] * MM))
    height = str(round(FORMATS[slug].size[1] * MM))
    words = poppler(rendered.pdf, "-r", "72", "-x", "0", "-y", "0", "-W", band, "-H", height)
    assert words.split() == [str(rank) for rank in range(1, 9)]


@pytest.mark.parametrize("slug", HANDED_OUT)
def test_without_imprint_the_sheet_says_what_is_missing(document, slug):
    programme = replace(document(3), imprint=Imprint(True, "", ""))
    html = prints.lay_out(Print.checked(programme, FORMATS[slug]))[0].pdf
    assert "de qui imprime" in " ".join(poppler(html).split())
    assert "Imprimé par" not in poppler(html)


@pytest.mark.parametrize(
    ("density", "pitches", "objections"), [("ample", 9, 9), ("courant", 2, 2), ("dense", 1, 1)]
)
def test_arguments_are_given_once_and_fewer_where_room_is_short(
    document, density, pitches, objections
):
    programme = document(12, GRENOBLE)
    html = html_of(programme, "porte-a-porte", density)
    text = squeezed(re.sub("<[^>]+>", "", html))
    for row in programme.commitments:
        said = [*row.pitches[:pitches], *(each.answer for each in row.objections[:objections])]
        unsaid = [*row.pitches[pitches:], *(each.answer for each in row.objections[objections:])]
        assert [text.count(squeezed(each)) for each in said] == [1] * len(said)
        assert [text.count(squeezed(each)) for each in unsaid] == [0] * len(unsaid)


def test_objections_bear_the_rank_of_their_commitment(document):
    programme = document(12)
    rows = list(enumerate(programme.commitments, start=1))
    dense = sheets.objections(programme.commitments, "dense")
    assert dense == [(rank, row.objections[0]) for rank, row in rows if row.objections]
    _, _, back = html_of(programme, "porte-a-porte", "dense").partition('class="objections"')
    ranks = re.findall(r'<td class="rank">(\d+)</td>', back)
    assert ranks == [str(rank) for rank, _ in dense]


def test_bulletin_marks_what_is_to_be_discussed(document):
    programme = document(3)
    first, *others = programme.chapters
    (row,) = first.commitments
    first = replace(first, commitments=(replace(row, is_discussed=True),))
    html = html_of(replace(programme, chapters=(first, *others)), "bulletin-assemblee")
    assert html.count("à discuter") == 1


@pytest.mark.parametrize("slug", ALL)
def test_long_words_stay_inside_the_page(document, printed, slug):
    name = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
    programme = document(3)
    first, *others = programme.chapters
    (row,) = first.commitments
    rows = (replace(row, line="anticonstitutionnellement" * 12),)
    programme = replace(
        programme,
        title=f"{name} {name}"[:90],
        list_name="x" * 100,
        commune=name,
        slogan="y" * 120,
        candidates=(*NAMES, "z" * 100),
        chapters=(replace(first, title="z" * 100, commitments=rows), *others),
    )
    found = re.findall(
        r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"',
        poppler(printed(programme, slug).pdf, "-bbox"),
    )
    across, down = FORMATS[slug].size
    boxes = [tuple(float(part) / MM for part in box) for box in found]
    assert [
        box for box in boxes if box[0] < 4 or box[1] < 8 or box[2] > across - 8 or box[3] > down - 8
    ] == []


@pytest.mark.parametrize(
    ("title", "points"),
    [
        ("Vivre ici", 112),
        ("Intercommunalité", 74),
        ("Dématérialiser moins", 90),
        # No size would hold it: broken at its hyphens.
        ("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", 104),
        ("", 112),
    ],
)
def test_longest_word_limits_the_size_of_a_poster_s_title(document, title, points):
    assert posters.poster(replace(document(1), title=title), "ample").title == points


def test_more_lines_are_set_smaller_down_to_a_limit(document):
    sizes = [posters.poster(document(lines), "ample").line for lines in (1, 5, 12, 20, 70)]
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0] > 50, sizes[-1]) == (True, posters.SMALLEST)
    assert [sheets.letter_size(lines) for lines in (0, 1, 12, 300)] == [28, 28, 14, 12.5]


@pytest.mark.parametrize(("measures", "commune"), [(12, BARSAC), (20, BARSAC), (31, "31555")])
def test_circulaire_fills_its_second_side_at_its_first_layout(document, printed, measures, commune):
    programme = replace(document(measures, commune), slogan="", candidates=())
    rendered, density, _ = prints.lay_out(Print.checked(programme, FORMATS["circulaire"]))
    verso = poppler(rendered.pdf, "-bbox").split("<page ")[2]
    bottoms = [float(edge) / MM for edge in re.findall(r'yMax="(.+?)">', verso)]
    # Of 297 mm: 22 are margin, in which the foot stands.
    assert (density, max(y for y in bottoms if y < 275) > 180) == ("ample", True)


@pytest.mark.parametrize("slug", POSTERS)
@pytest.mark.parametrize("measures", [5, 12, 20])
def test_poster_is_filled_by_its_first_layout(document, printed, slug, measures):
    programme = document(measures)
    _, density, _ = prints.lay_out(Print.checked(programme, FORMATS[slug]))
    (page,) = pictures(printed(programme, slug).pdf, dpi=36)
    # From the first to the last line, no white as tall as a twelfth of the sheet.
    text = page.crop((page.width // 8, 0, page.width, page.height * 9 // 10)).convert("L")
    inked = [
        row
        for row in range(text.height)
        if text.crop((0, row, text.width, row + 1)).getextrema()[0] < 200
    ]
    assert density == "ample"
    assert max(b - a for a, b in pairwise(inked)) < page.height / 12
