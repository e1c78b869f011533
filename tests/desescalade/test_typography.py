"""French typography: what is typeset, what must stay as typed, numbers, dates and names."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desescalade.typography import (
    at,
    date_in_words,
    keep_last_words,
    number,
    of,
    ordinal,
    quantity,
    time_in_words,
    typeset,
)


def spaced(text):
    """Read ~ as U+00A0 and ^ as U+202F, so that the tables below can be read."""
    return text.replace("~", "\u00a0").replace("^", "\u202f")


TYPESET = [
    # Before ; ! ? and :
    ("Vraiment !", "Vraiment^!"),
    ("Oui? Non; enfin!", "Oui^? Non^; enfin^!"),
    ("Quoi ?!", "Quoi^?!"),
    ("Assez!!!", "Assez^!!!"),
    ("trop   ; peu", "trop^; peu"),
    ("faux~! espace~;", "faux^! espace^;"),
    ("Trois actes : un, deux, trois", "Trois actes~: un, deux, trois"),
    ("Lieu: Arles", "Lieu~: Arles"),
    ("(oui)! «~a~»; 100~%:", "(oui)^! «~a~»^; 100~%~:"),
    ("**Attention** : danger", "**Attention**~: danger"),
    ("Est-ce un «~oui~»?", "Est-ce un «~oui~»^?"),
    # Quotation marks, apostrophes, ellipsis
    ('Un "mot" simple', "Un «~mot~» simple"),
    ('Un "**mot** gras".', "Un «~**mot** gras~»."),
    ('Un **"mot"** gras', "Un **«~mot~»** gras"),
    ('("entre parenthèses")', "(«~entre parenthèses~»)"),
    ('dire "a "b" c"', "dire «~a «~b~» c~»"),
    ('"mot", "mot"; "mot".', "«~mot~», «~mot~»^; «~mot~»."),
    ('"plié\nà la main"', "«~plié\nà la main~»"),
    ("«mot» et «   mot   »", "«~mot~» et «~mot~»"),
    ("l'eau, aujourd'hui", "l’eau, aujourd’hui"),
    ("l'\"eau\" qu'**elle** boit", "l’«~eau~» qu’**elle** boit"),
    ("d'1 km", "d’1~km"),
    ("et puis...", "et puis…"),
    ("[...]", "[…]"),
    # Numbers, units, hours
    ("10 000 habitants", "10^000~habitants"),
    ("1 234 567 euros", "1^234^567~euros"),
    ("10~000~€", "10^000~€"),
    ("57% de 50€ à 20°C", "57~% de 50~€ à 20~°C"),
    ("3 M€, 45 km/h, 2 m², 61 V/m", "3~M€, 45~km/h, 2~m², 61~V/m"),
    ("18 mois, 3 ans, 2 jours, 1,5 ha, 12 kWh", "18~mois, 3~ans, 2~jours, 1,5~ha, 12~kWh"),
    ("à 16h15 ou 16 h 15", "à 16~h~15 ou 16~h~15"),
    ("de 8h à 18 h.", "de 8~h à 18~h."),
    ("14h-18h, 24h/24", "14~h-18~h, 24~h/24"),
    ("8h 10h", "8~h 10~h"),
    ("16h15 hier", "16~h~15 hier"),
    # Ordinals, references, titles, dates
    ("1er, 1re, 2e", "1er, 1re, 2e"),
    ("2ème, 1ère, 2èmes, 1ères, 21ième", "2e, 1re, 2es, 1res, 21e"),
    ("n°5 et n° 12", "n°~5 et n°~12"),
    ("art. 5, art. L. 2121-2, p. 12", "art.~5, art.~L.~2121-2, p.~12"),
    ("M. Dupont, Mme Martin, le Dr House", "M.~Dupont, Mme~Martin, le Dr~House"),
    ("M. le maire", "M.~le maire"),
    ("J. R. R. Tolkien", "J.~R.~R.~Tolkien"),
    ("le 1er mars 2027 et le 14 mars 2027", "le 1er~mars 2027 et le 14~mars 2027"),
    # Dashes around an aside
    ("la mairie – ouverte à tous – reste", "la mairie –~ouverte à tous~– reste"),
    ("la mairie — ouverte —, reste", "la mairie —~ouverte~—, reste"),
]

UNCHANGED = [
    "12:30",
    "une échelle 1:200",
    "C:\\dossier",
    "std::chemin",
    "https://exemple.fr/a?b=1;c:d!e",
    "https://exemple.fr/l'eau/2ème/10%20000",
    "www.exemple.fr/page?x=1",
    "index.php?x=1;y",
    "jean.d'arc@exemple.fr",
    "2eme@exemple.fr",
    'Voir `a ; "b" : l\'eau` ici',
    'Voir ``a ` "b" ;`` ici',
    '```\nif (a) ; "b" : l\'eau\n```',
    '[lien](https://exemple.fr/?a="b" "un titre !")',
    '<a href="x" title="l\'eau !">',
    "&amp; &nbsp; &#39;",
    "04 75 12 34 56",
    "06 12 345 678",
    "0 800 123 456",
    "26000 Valence",
    "en 2026 150 personnes",
    "10000",
    "un écran de 12 pouces, 12\" ou 5'30",
    "a != b ![image](x)",
    "lundi – vendredi",
    "Un – deux. Trois – quatre.",
    "1ème, XXIème",
    "Nom ............",
    "les 3 m’ont vu",
    "* item\n- item\n+ item\n1. item\n> citation\n# Titre",
    "- ! danger",
    "> ! danger",
    "| a | b |\n|:---|---:|\n| 1 | 2 |",
    "**gras** *italique* _souligné_ ~~barré~~",
    "* * *\n\n---",
    "fin de ligne  \nsuite",
    "\\* pas une liste \\! \\:",
    "\\...",
    "\ue000 et \ue001",
    "",
]


@pytest.mark.parametrize(("typed", "expected"), TYPESET)
def test_typeset_gives_french_spaces_and_marks(typed, expected):
    assert typeset(spaced(typed)) == spaced(expected)


@pytest.mark.parametrize("text", UNCHANGED)
def test_typeset_leaves_as_typed(text):
    assert typeset(text) == text


def test_typeset_keeps_markdown_marks_around_what_it_changes():
    typed = "# Titre !\n\n- l'eau : [d'ici](https://x.fr/l'eau?a;b)\n  1. \"x\"\n\n> oui ?"
    expected = "# Titre^!\n\n- l’eau~: [d’ici](https://x.fr/l'eau?a;b)\n  1. «~x~»\n\n> oui^?"
    assert typeset(typed) == spaced(expected)


def test_typeset_does_not_pair_quotes_across_paragraphs():
    assert typeset('un "mot\n\nun mot" seul') == 'un "mot\n\nun mot" seul'


signs = "\"'`*_[]()<>#|\\&;:!?.,%€/=-–—…«»’“” \n\t\u00a0\u202f\ue000\ue001aldMh1250é"
words = "mot| : |...|10 000| – |ème|ère|16h15|n°|M. | ans|```|``|](|http://x.fr|a@b.fr|&amp;| mars"
line_starts = ["\n\n", "\n- ", "\n> ", "\n1. ", "\n# "]
fragments = st.sampled_from([*signs, *words.split("|"), *line_starts])
texts = st.lists(fragments, max_size=25).map("".join) | st.text()


def skeleton(text):
    """Keep what typesetting must not touch: no space, quote, apostrophe, ellipsis or ordinal."""
    text = re.sub(r"(?<=\d)(?:i?[èe]mes?|[èe]res?|res?|es?)(?!\w)", "", text)
    return re.sub(r'[\s"«»]', "", text).replace("’", "'").replace("…", "...")


@given(texts)
def test_typeset_twice_is_typeset_once(text):
    assert typeset(typeset(text)) == typeset(text)


@given(texts)
def test_typeset_changes_only_spaces_quotes_apostrophes_ellipses_and_ordinals(text):
    assert skeleton(typeset(text)) == skeleton(text)


@given(texts)
def test_typeset_keeps_the_lines(text):
    assert typeset(text).count("\n") == text.count("\n")


# These hang for minutes if a pattern becomes quadratic.
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"' * 100_000, '"' * 100_000),
        (" :" * 50_000, " :" + "~:" * 49_999),
        ("1 " * 50_000, "1 " * 50_000),
        ("`" * 100_000, "`" * 100_000),
        ("](" * 50_000, "](" * 50_000),
        ("a." * 50_000, "a." * 50_000),
        (" " * 100_000, " " * 100_000),
        ("a –" * 30_000, "a –" * 30_000),
        ("\n " * 50_000, "\n " * 50_000),
        ("«" * 99_999 + "a", "«~" * 99_999 + "a"),
        ('"a" ' * 25_000, "«~a~» " * 25_000),
        ("10 000 a " * 10_000, "10^000 a " * 10_000),
    ],
)
def test_typeset_goes_through_hostile_text(typed, expected):
    assert typeset(typed) == spaced(expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Nous vivons ici de la vie.", "Nous vivons ici de la~vie."),
        ("Que fait-on ici^?", "Que fait-on~ici^?"),
        ("Un été chaud\n\nUn autre là", "Un été chaud\n\nUn autre~là"),
        ("ligne une\nligne et", "ligne une\nligne~et"),
        ("Tout est à l’an", "Tout est à~l’an"),
        ("La mairie ouverte", "La mairie ouverte"),
        ("- oui", "- oui"),
        ("## Oui", "## Oui"),
        ("* * *", "* * *"),
        ("[un](https://x.fr le)", "[un](https://x.fr le)"),
        ("mot\nun", "mot\nun"),
        ("mot", "mot"),
        ("", ""),
    ],
)
def test_keep_last_words_binds_a_short_last_word(typed, expected):
    assert keep_last_words(spaced(typed)) == spaced(expected)


@given(texts)
def test_keep_last_words_twice_is_once(text):
    assert keep_last_words(keep_last_words(text)) == keep_last_words(text)


@pytest.mark.parametrize(
    ("n", "feminine", "expected"),
    [
        (1, False, "1er"),
        (1, True, "1re"),
        (2, False, "2e"),
        (2, True, "2e"),
        (21, False, "21e"),
        (1000, False, "1^000e"),
    ],
)
def test_ordinal_is_written_in_figures(n, feminine, expected):
    assert ordinal(n, feminine) == spaced(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1^000"),
        (34969, "34^969"),
        (1234567, "1^234^567"),
        (-1500, "−1^500"),
        (Decimal("57.20"), "57,2"),
        (Decimal("57.00"), "57"),
        (Decimal("0.05"), "0,05"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E+3"), "1^000"),
        (Decimal("12345.678"), "12^345,678"),
    ],
)
def test_number_groups_thousands_and_drops_final_zeros(value, expected):
    assert number(value) == spaced(expected)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Decimal("57.2"), 2, "57,20"),
        (Decimal("57.205"), 2, "57,21"),
        (1000, 2, "1^000,00"),
        (Decimal("57.5"), 0, "58"),
        (Decimal("-0.001"), 2, "0,00"),
    ],
)
def test_number_can_keep_its_decimals(value, decimals, expected):
    assert number(value, keep_decimals=decimals) == spaced(expected)


def test_number_refuses_what_is_not_finite():
    with pytest.raises(ValueError, match="not a finite number"):
        number(Decimal("NaN"))


@pytest.mark.parametrize(
    ("value", "unit", "unit_one", "expected"),
    [
        (0, "jours", "jour", "0~jour"),
        (1, "jours", "jour", "1~jour"),
        (Decimal("1.5"), "jours", "jour", "1,5~jour"),
        (Decimal("1.99"), "jours", "jour", "1,99~jour"),
        (2, "jours", "jour", "2~jours"),
        (-2, "jours", "jour", "−2~jours"),
        (1500, "habitants", "habitant", "1^500~habitants"),
        (3, "fois par an", None, "3~fois par an"),
        (1, "mois", "", "1~mois"),
        (57, "%", None, "57~%"),
        (20, "€ par habitant", None, "20~€ par habitant"),
        (12, None, None, "12"),
        (12, "", "", "12"),
    ],
)
def test_quantity_agrees_from_two_on(value, unit, unit_one, expected):
    assert quantity(value, unit, unit_one) == spaced(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 1), "1er~mars 2027"),
        (date(2027, 3, 14), "14~mars 2027"),
        (date(2026, 8, 31), "31~août 2026"),
    ],
)
def test_date_in_words_binds_day_and_month(day, expected):
    assert date_in_words(day) == spaced(expected)


@given(st.dates())
def test_date_in_words_is_typeset_already(day):
    assert typeset(date_in_words(day)) == date_in_words(day)


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(time(18), "18~h"), (time(18, 30), "18~h~30"), (time(8, 5), "8~h~05"), (time(0), "0~h")],
)
def test_time_in_words_writes_minutes_when_there_are_some(hour, expected):
    assert time_in_words(hour) == spaced(expected)


COMMUNES = [
    ("Paris", "de Paris", "à Paris"),
    ("Arles", "d’Arles", "à Arles"),
    ("Barsac", "de Barsac", "à Barsac"),
    ("Le Mans", "du Mans", "au Mans"),
    ("Le Havre", "du Havre", "au Havre"),
    ("Le Kremlin-Bicêtre", "du Kremlin-Bicêtre", "au Kremlin-Bicêtre"),
    ("Les Lilas", "des Lilas", "aux Lilas"),
    ("Les Ulis", "des Ulis", "aux Ulis"),
    ("Les Sables-d'Olonne", "des Sables-d’Olonne", "aux Sables-d’Olonne"),
    ("La Rochelle", "de La Rochelle", "à La Rochelle"),
    ("La Ciotat", "de La Ciotat", "à La Ciotat"),
    ("L'Haÿ-les-Roses", "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
    ("L’Isle-sur-la-Sorgue", "de L’Isle-sur-la-Sorgue", "à L’Isle-sur-la-Sorgue"),
    ("Lens", "de Lens", "à Lens"),
    ("Lesparre-Médoc", "de Lesparre-Médoc", "à Lesparre-Médoc"),
    ("Levallois-Perret", "de Levallois-Perret", "à Levallois-Perret"),
    ("Laon", "de Laon", "à Laon"),
    ("Évry-Courcouronnes", "d’Évry-Courcouronnes", "à Évry-Courcouronnes"),
    ("E\u0301vry", "d’E\u0301vry", "à E\u0301vry"),
    ("Épinal", "d’Épinal", "à Épinal"),
    ("Étampes", "d’Étampes", "à Étampes"),
    ("Issy-les-Moulineaux", "d’Issy-les-Moulineaux", "à Issy-les-Moulineaux"),
    ("Orléans", "d’Orléans", "à Orléans"),
    ("Uzès", "d’Uzès", "à Uzès"),
    ("Œting", "d’Œting", "à Œting"),
    ("Eu", "d’Eu", "à Eu"),
    ("Ouistreham", "d’Ouistreham", "à Ouistreham"),
    ("Yvetot", "d’Yvetot", "à Yvetot"),
    ("Ypreville-Biville", "d’Ypreville-Biville", "à Ypreville-Biville"),
    ("Y", "d’Y", "à Y"),
    ("Yerville", "de Yerville", "à Yerville"),
    ("Yèvres", "de Yèvres", "à Yèvres"),
    ("Hyères", "de Hyères", "à Hyères"),
    ("Honfleur", "de Honfleur", "à Honfleur"),
    ("Saint-Étienne", "de Saint-Étienne", "à Saint-Étienne"),
    ("Mons", "de Mons", "à Mons"),
]


@pytest.mark.parametrize(("name", "expected"), [(name, of_name) for name, of_name, _ in COMMUNES])
def test_of_contracts_and_elides_before_a_commune(name, expected):
    assert of(name) == expected


@pytest.mark.parametrize(("name", "expected"), [(name, at_name) for name, _, at_name in COMMUNES])
def test_at_contracts_before_a_commune(name, expected):
    assert at(name) == expected
