import pytest

from programmes import names


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’HAY LES ROSES", "l hay les roses"),
        ("Œting", "oeting"),
        ("St-Étienne", "saint etienne"),
        ("Ste Colombe", "sainte colombe"),
        ("  Le   Mans ", "le mans"),
        ("Y", "y"),
        ("75056", "75056"),
        ("2A004", "2a004"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_folded_name_ignores_accents_hyphens_capitals_and_short_forms(text, key):
    assert names.folded(text) == key


def test_search_keys_begin_at_each_word():
    assert names.search_keys("La Roche-sur-Yon") == [
        "la roche sur yon",
        "roche sur yon",
        "sur yon",
        "yon",
    ]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("CC de la Dombes", "CC", "la communauté de communes de la Dombes"),
        ("CA du Grand Guéret", "CA", "la communauté d’agglomération du Grand Guéret"),
        ("CU d'Arras", "CU", "la communauté urbaine d'Arras"),
        ("Métropole de Lyon", "MET69", "la Métropole de Lyon"),
        ("Eurométropole de Strasbourg", "METRO", "l’Eurométropole de Strasbourg"),
        ("Bordeaux Métropole", "METRO", "Bordeaux Métropole"),
        ("Grenoble-Alpes-Métropole", "METRO", "Grenoble-Alpes-Métropole"),
    ],
)
def test_intercommunality_takes_its_article(name, kind, words):
    assert names.intercommunality_in_words(name, kind) == words
