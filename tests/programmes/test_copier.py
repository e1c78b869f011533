"""What it takes to copy a print: sheets, edge, paper, ink and money."""

from decimal import Decimal

import pytest

from desescalade.typography import NARROW, NO_BREAK
from programmes.printing import copier
from programmes.printing.formats import FORMATS
from programmes.printing.imposition import Flip

BOOKLET = FORMATS["livret-a5"]
LEAFLET = FORMATS["tract-a5"]
CARD = FORMATS["carte-a6"]
FOLDER = FORMATS["depliant"]
POSTER = FORMATS["affiche-a3"]
WHOLE = FORMATS["programme-a4"]


def plain(text):
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")


def test_twelve_pages_and_five_hundred_copies_take_three_sheets_each():
    found = copier.job(BOOKLET, 12, 500, price=Decimal("0.05"), coverage=0.05)
    assert (found.sheet, found.sheets_per_copy, found.sheets) == ("A4", 3, 1500)
    assert (found.sides, found.blank_pages, found.flip) == (3000, 0, Flip.SHORT)
    # 1,500 sheets of 5 g.
    assert found.kilograms == Decimal("7.5")
    # 12 pages of half the size of an ordinary one.
    assert found.ink_pages == 3000
    assert found.cost == Decimal("150.00")


def test_it_is_said_in_the_order_in_which_it_is_needed():
    found = copier.job(BOOKLET, 12, 500, price=Decimal("0.05"), coverage=0.05)
    assert [plain(text) for text in found.texts] == [
        "3 feuilles A4 par exemplaire, 1 500 feuilles A4 pour 500 exemplaires : 7,5 kg de papier.",
        "Imprimer à taille réelle (100 %), recto-verso, en retournant sur le bord court.",
        "Empiler les 3 feuilles, agrafer deux fois au milieu (agrafeuse à long bras), puis plier.",
        "Encre ordinaire : autant que 3 000 pages A4 couvertes à 5 %.",
        "3 000 faces à 0,05 € : 150,00 €.",
    ]


@pytest.mark.parametrize(
    ("format", "pages", "copies", "sheets", "sides", "grams"),
    [
        (BOOKLET, 1, 3, 3, 3, 15),
        (BOOKLET, 5, 1, 2, 4, 10),
        (LEAFLET, 2, 500, 250, 500, 1250),
        # The last sheet has one copy too many.
        (LEAFLET, 2, 501, 251, 502, 1255),
        (LEAFLET, 1, 500, 250, 250, 1250),
        (LEAFLET, 4, 500, 500, 1000, 2500),
        (CARD, 2, 500, 125, 250, 625),
        (FOLDER, 2, 1, 1, 2, 5),
        (POSTER, 1, 12, 12, 12, 120),
        (FORMATS["affiche-a2"], 1, 12, 12, 12, 240),
        (WHOLE, 43, 100, 2200, 4300, 11_000),
        (FORMATS["circulaire"], 2, 1_000_000, 1_000_000, 2_000_000, 5_000_000),
    ],
)
def test_sheets_sides_and_weight(format, pages, copies, sheets, sides, grams):
    found = copier.job(format, pages, copies)
    assert (found.sheets, found.sides, found.kilograms * 1000) == (sheets, sides, grams)


def test_heavier_paper_weighs_more():
    assert copier.job(POSTER, 1, 100, grams=120).kilograms == Decimal("1.5")


@pytest.mark.parametrize(
    ("format", "pages", "edge"),
    [
        (BOOKLET, 12, "bord court"),
        (LEAFLET, 2, "bord court"),
        (FOLDER, 2, "bord court"),
        (CARD, 2, "bord long"),
        (WHOLE, 43, "bord long"),
        (POSTER, 1, "recto seul"),
        (LEAFLET, 1, "recto seul"),
    ],
)
def test_the_edge_in_the_words_of_the_copier(format, pages, edge):
    found = copier.job(format, pages, 1)
    assert found.edge_text == edge
    assert edge in found.duplex_text


@pytest.mark.parametrize(
    ("format", "pages", "copies", "text"),
    [
        (BOOKLET, 4, 100, "100 feuilles A4 pour 100 exemplaires : 500 g de papier."),
        (BOOKLET, 8, 1, "2 feuilles A4 pour 1 exemplaire : 10 g de papier."),
        (
            LEAFLET,
            2,
            501,
            "2 exemplaires par feuille, 251 feuilles A4 pour 501 exemplaires : 1,26 kg de papier.",
        ),
        (
            LEAFLET,
            4,
            500,
            "2 feuilles A4 pour 2 exemplaires, 500 feuilles A4 pour 500 exemplaires :"
            " 2,5 kg de papier.",
        ),
        (POSTER, 1, 1, "1 feuille A3 pour 1 exemplaire : 10 g de papier."),
    ],
)
def test_the_paper_in_words(format, pages, copies, text):
    assert plain(copier.job(format, pages, copies).paper_text) == text


@pytest.mark.parametrize(
    ("format", "pages", "text"),
    [
        (BOOKLET, 4, "Plier au milieu."),
        (LEAFLET, 2, "Couper en deux, au milieu du grand côté."),
        (CARD, 2, "Couper en quatre, au milieu de chaque côté."),
        (
            FOLDER,
            2,
            "Plier en trois : d’abord le rabat de 97 mm, puis la couverture par-dessus.",
        ),
        (WHOLE, 3, "Agrafer en haut à gauche."),
        (WHOLE, 2, ""),
        (POSTER, 1, ""),
    ],
)
def test_what_is_done_by_hand(format, pages, text):
    assert plain(copier.job(format, pages, 1).hands_text) == text


@pytest.mark.parametrize(
    ("format", "pages", "how", "text"),
    [
        (BOOKLET, 12, {}, ""),
        (BOOKLET, 11, {}, "1 page reste blanche à la fin, pour des notes ou un dessin."),
        (BOOKLET, 9, {}, "3 pages restent blanches à la fin, pour des notes ou un dessin."),
        (
            BOOKLET,
            9,
            {"back_cover": True},
            "3 pages restent blanches avant la dernière, pour des notes ou un dessin.",
        ),
        (WHOLE, 43, {}, "Le dernier verso reste blanc."),
        (POSTER, 1, {}, ""),
    ],
)
def test_the_white_pages(format, pages, how, text):
    assert plain(copier.job(format, pages, 1, **how).blank_text) == text


@pytest.mark.parametrize(
    ("coverage", "text"),
    [
        (None, ""),
        (0.02, "Peu d’encre : autant que 480 pages A4 couvertes à 5 %."),
        (0.05, "Encre ordinaire : autant que 1 200 pages A4 couvertes à 5 %."),
        (
            0.10,
            "Plus d’encre qu’un courrier ordinaire : autant que 2 400 pages A4 couvertes à 5 %.",
        ),
        (0.21, "Beaucoup d’encre : autant que 5 000 pages A4 couvertes à 5 %."),
        (0, "Peu d’encre : autant que 1 page A4 couverte à 5 %."),
    ],
)
def test_the_ink_against_ordinary_pages(coverage, text):
    found = copier.job(FOLDER, 2, 600, coverage=coverage)
    assert plain(found.ink_text) == text


def test_a_poster_takes_the_ink_of_its_size():
    assert copier.job(POSTER, 1, 100, coverage=0.1).ink_pages == 400


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (None, ""),
        (Decimal("0"), "4 faces à 0,00 € : 0,00 €."),
        (Decimal("0.035"), "4 faces à 0,035 € : 0,14 €."),
        (Decimal("0.5"), "4 faces à 0,50 € : 2,00 €."),
        (Decimal("1250"), "4 faces à 1 250,00 € : 5 000,00 €."),
    ],
)
def test_the_cost_of_a_job(price, text):
    assert plain(copier.job(BOOKLET, 5, 1, price=price).cost_text) == text


def test_half_a_cent_is_rounded_up():
    assert copier.job(POSTER, 1, 1, price=Decimal("0.125")).cost == Decimal("0.13")


def test_amounts_do_not_break():
    assert copier.euros(Decimal("12.5")) == f"12,50{NO_BREAK}€"


def test_a_thick_booklet_comes_with_a_warning():
    assert copier.job(BOOKLET, 32, 1).warning_text == ""
    assert plain(copier.job(BOOKLET, 36, 1).warning_text) == (
        "Livret épais (36 pages) : une fois plié, les feuilles du milieu dépassent d’environ"
        " 0,8 mm. Faites rogner le bord, ou répartissez en deux livrets."
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"copies": 0},
        {"copies": 1_000_001},
        {"pages": 0},
        {"price": Decimal("-0.01")},
        {"price": Decimal("NaN")},
        {"coverage": 1.01},
        {"grams": 39},
    ],
)
def test_what_is_out_of_bounds_is_refused(wrong):
    with pytest.raises(ValueError):
        copier.job(BOOKLET, **{"pages": 4, "copies": 1, **wrong})
