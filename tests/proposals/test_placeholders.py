import pytest

from desescalade.merging import Piece, word_diff
from proposals import placeholders
from proposals.placeholders import Setting


def fill(text, commune="Barsac", intercommunality="la communauté de communes du Diois", **values):
    return placeholders.fill(text, values, commune=commune, intercommunality=intercommunality)


@pytest.mark.parametrize(
    ("text", "commune", "expected"),
    [
        ("Les rues de {commune}.", "Arles", "Les rues d’Arles."),
        ("Les rues de {commune}.", "Le Mans", "Les rues du Mans."),
        ("Les rues de {commune}.", "Les Lilas", "Les rues des Lilas."),
        ("On vit à {commune}.", "Le Havre", "On vit au Havre."),
        ("On vit à {commune}.", "Les Lilas", "On vit aux Lilas."),
        ("À {commune}, on vit.", "Le Havre", "Au Havre, on vit."),
        ("Et {commune} agit.", "Le Mans", "Et Le Mans agit."),
        ("{commune} agit.", "votre commune", "Votre commune agit."),
        ("Oui. {commune} agit.", "votre commune", "Oui. Votre commune agit."),
    ],
)
def test_name_of_the_commune_contracts_as_french_wants(text, commune, expected):
    assert fill(text, commune) == expected


def test_bracket_goes_where_there_is_no_intercommunality():
    text = "Nous demandons à l’intercommunalité ({intercommunalite}) une règle."
    assert fill(text, intercommunality=None) == "Nous demandons à l’intercommunalité une règle."


def test_bare_placeholder_reads_l_intercommunalite_where_there_is_none():
    assert fill("Devant {intercommunalite}.", intercommunality=None) == "Devant l’intercommunalité."


def test_name_that_begins_a_sentence_takes_a_capital():
    assert fill("{intercommunalite} gère l’eau.") == (
        "La communauté de communes du Diois gère l’eau."
    )


def test_what_is_filled_in_cannot_become_markdown():
    assert fill("Avec {usage}.", usage="**tout** [ici](x)") == (r"Avec \*\*tout\*\* \[ici\](x).")


def test_plain_text_is_filled_in_without_escaping():
    text = placeholders.fill(
        "Avec {usage}", {"usage": "a_b"}, commune="Y", intercommunality=None, escape=str
    )
    assert text == "Avec a_b"


def test_value_that_holds_braces_is_not_filled_in_again():
    assert fill("{a}", a="{commune}") in ("{commune}", r"\{commune\}")


def test_unknown_placeholder_stays_as_it_is_written():
    assert fill("Voir {autre}.") == "Voir {autre}."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("jour_exercice", "jours_exercice"),
        ("Jours_exercice", "jours_exercice"),
        ("jours exercice", "jours_exercice"),
        ("comune", "commune"),
        ("intercommunalité", "intercommunalite"),
    ],
)
def test_problems_name_what_was_probably_meant(written, meant):
    assert placeholders.problems(f"{{{written}}}", ["jours_exercice"]) == [
        f"« {{{written}}} » n’est pas un réglage de cette mesure."
        f" Voulez-vous dire {{{meant}}}\u202f?"
    ]


def test_problems_name_the_unknown_and_what_is_known():
    assert placeholders.problems("{delai} et {commune}", ["jours"]) == [
        "« {delai} » n’est pas un réglage de cette mesure. On peut écrire : {commune},"
        " {intercommunalite}, {jours}."
    ]


@pytest.mark.parametrize("text", ["{commune", "commune}", "{{commune}}", "{ a\nb }"])
def test_lone_brace_is_a_problem(text):
    assert placeholders.problems(text, [])[-1] == (
        "Une accolade { ou } est seule : fermez-la ou retirez-la."
    )


SIX = Setting("6\u00a0mois", "Délai")
NINE = Setting("9\u00a0mois", "Délai")


def read(old, new, before=None, after=None):
    pieces = placeholders.read(word_diff(old, new), before or {"delai": SIX}, after or {})
    return [(piece.kind, piece.text.replace("\u00a0", " ")) for piece in pieces]


def test_difference_is_read_with_its_settings_filled_in():
    assert read("Relu sous {delai}.", "Relu sous {delai}, en mairie.") == [
        ("same", "Relu sous 6 mois"),
        ("added", ", en mairie"),
        ("same", "."),
    ]


def test_number_that_becomes_a_setting_of_the_same_value_is_told_apart():
    assert read("Relu sous 6 mois.", "Relu sous {delai}.") == [
        ("same", "Relu sous "),
        ("removed", "6 mois"),
        ("added", "6 mois (réglage « Délai »)"),
        ("same", "."),
    ]


def test_setting_that_gives_way_to_another_of_the_same_value_is_told_apart():
    other = {"duree": Setting("6\u00a0mois", "Durée")}
    assert read("Sous {delai}.", "Sous {duree}.", after=other) == [
        ("same", "Sous "),
        ("removed", "6 mois (réglage « Délai »)"),
        ("added", "6 mois (réglage « Durée »)"),
        ("same", "."),
    ]


def test_each_side_of_a_difference_has_its_own_values():
    pieces = [Piece(kind, "{delai}") for kind in ("removed", "same", "added")]
    found = placeholders.read(pieces, {"delai": SIX}, {"delai": NINE})
    assert [piece.text.replace("\u00a0", " ") for piece in found] == [
        "6 mois (réglage « Délai »)",
        "9 mois",
        "9 mois (réglage « Délai »)",
    ]


def test_what_a_difference_fills_in_takes_a_capital_at_the_start_of_a_sentence_only():
    assert read("Oui.\n", "Oui.\n{commune} et {commune}.") == [
        ("same", "Oui.\n"),
        ("added", "Votre commune et votre commune."),
    ]
    assert read("La mairie agit.", "La mairie {commune} agit.") == [
        ("same", "La mairie"),
        ("added", " votre commune"),
        ("same", " agit."),
    ]


def test_unknown_setting_of_a_difference_stays_as_it_is_written():
    assert read("Rien", "{inconnu}") == [("removed", "Rien"), ("added", "{inconnu}")]
