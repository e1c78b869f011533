"""What the law and good sense ask of a print, and at which moment."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from operator import attrgetter

import pytest

from desescalade.typography import typeset
from programmes.enums import DocumentKind, Fidelity, ProgrammeKind
from programmes.printing import print_rules
from programmes.printing.document import (
    Chapter,
    Commitment,
    Document,
    Figure,
    Imprint,
    Logo,
    Objection,
    Stamp,
)
from programmes.printing.formats import FORMATS
from programmes.printing.print_rules import RULES, Severity
from programmes.time_zones import zone_of

# A Sunday; the eve is Saturday 13 March.
VOTE = date(2027, 3, 14)
LONG_BEFORE = datetime(2027, 1, 4, tzinfo=UTC)
BOOK, CARD = FORMATS["programme-a4"], FORMATS["carte-a6"]
POSTER, LEAFLET = FORMATS["affiche-a3"], FORMATS["circulaire"]
SHEET, EASY = FORMATS["porte-a-porte"], FORMATS["simplifie"]
LOGO = Logo("0" * 64, "Trois arbres", 300, 200)
STAMP = Stamp(1, "k7d3-9xq2", date(2027, 1, 3))
TITLE = "Une mairie où l’on répond au téléphone"

# All that can be told at once: a city, a blue logo, no one named.
CITY = Document(
    title="Une ville debout",
    subtitle="",
    list_name="",
    commune="Grenoble",
    commune_code="38185",
    department="Isère",
    population=156_389,
    kind=ProgrammeKind.CAMPAIGN,
    vote_date=VOTE,
    chapters=(),
    sources=(),
    imprint=Imprint(True, "", ""),
    logo=LOGO,
    color="#1d4461",
)


@pytest.fixture
def promise():
    return Commitment(
        1,
        TITLE,
        "On vous répond.",
        "Un texte.",
        "Le maire décide",
        "avant la moitié du mandat",
        Fidelity.OWN,
        easy="On vous répond au téléphone.",
    )


@pytest.fixture
def sound(promise):
    """A village's programme with which nothing is wrong."""
    return Document(
        title="Une commune debout",
        subtitle="Sans écran",
        list_name="Bien vivre ici",
        commune="Barsac",
        commune_code="26027",
        department="Drôme",
        population=154,
        kind=ProgrammeKind.CAMPAIGN,
        vote_date=VOTE,
        chapters=(Chapter(1, "L’accueil", "", (promise,), ()),),
        sources=(),
        imprint=Imprint(True, "Camille Roux", "3, place de l’Église, 26150 Barsac"),
        stamp=STAMP,
    )


def found(document, format=BOOK, now=LONG_BEFORE, pages=None):
    return print_rules.problems(document, format, now=now, page_count=pages)


def slugs(*args, **how):
    return [problem.slug for problem in found(*args, **how)]


def errors(*args, **how):
    return [problem.slug for problem in found(*args, **how) if problem.is_error]


def message(slug, *args, **how):
    (problem,) = [problem for problem in found(*args, **how) if problem.slug == slug]
    return problem.message


def with_rows(document, *rows, figures=()):
    (chapter,) = document.chapters
    return replace(document, chapters=(replace(chapter, commitments=rows, figures=figures),))


def at(code, *moment):
    return datetime(*moment, tzinfo=zone_of(code))


# The table


def test_each_rule_says_where_and_when_it_was_read():
    assert len({rule.slug for rule in RULES}) == len(RULES)
    assert {rule.checked_on for rule in RULES} == {date(2026, 11, 21)}
    assert [rule.slug for rule in RULES if not re.match(r"https?://[^ ]+$", rule.source)] == []


def test_rules_speak_quietly_and_in_french_typography():
    assert [rule.slug for rule in RULES if "!" in rule.text or not rule.text.endswith(".")] == []
    told = [problem.message for format in FORMATS.values() for problem in found(CITY, format)]
    assert [message for message in told if typeset(message) != message] == []
    assert [message for message in told if re.search(r" [;:?!»]|« ", message)] == []


def test_advice_is_few():
    assert max(len(found(CITY, format)) for format in FORMATS.values()) <= 10


def test_errors_come_before_the_text_and_the_text_before_the_law(sound, promise):
    document = with_rows(sound, replace(promise, line=""))
    document = replace(document, imprint=Imprint(True, "", ""))
    assert slugs(document, CARD) == ["imprint", "missing-line", "last-day", "own-means", "sorting"]


@pytest.mark.parametrize("format", FORMATS.values(), ids=attrgetter("slug"))
def test_plan_for_the_mandate_knows_no_electoral_rule(sound, format):
    plan = replace(sound, kind=ProgrammeKind.MANDATE, population=150_000, logo=LOGO)
    expected = {
        DocumentKind.TRACT: ["sorting"],
        DocumentKind.AFFICHE: ["poster-copied"],
        DocumentKind.CIRCULAIRE: [],
        DocumentKind.INTERNE: [],
    }
    eve = at("26027", 2027, 3, 13, 12)
    assert slugs(plan, format, now=eve, pages=9) == expected[format.kind]


# Errors


@pytest.mark.parametrize("kind", ProgrammeKind)
@pytest.mark.parametrize("format", [BOOK, POSTER, LEAFLET], ids=attrgetter("slug"))
def test_all_that_is_made_public_names_who_prints(sound, format, kind):
    document = replace(sound, kind=kind, imprint=Imprint(True, "Camille Roux", ""))
    assert errors(document, format) == ["imprint"]
    assert message("imprint", document, format) == (
        "Il manque l’adresse de qui imprime\u00a0: la loi du 29\u00a0juillet 1881 sur la liberté"
        " de la presse (article 3) veut que tout imprimé les porte."
    )


def test_what_stays_with_the_team_needs_no_imprint(sound):
    assert errors(replace(sound, imprint=Imprint(True, "", "")), SHEET) == []


@pytest.mark.parametrize(
    ("format", "pages", "expected"),
    [
        (LEAFLET, None, []),
        (LEAFLET, 2, []),
        (LEAFLET, 3, ["circulaire-pages"]),
        (POSTER, 1, []),
        (POSTER, 2, ["poster-pages"]),
        (CARD, 3, []),
        (BOOK, 64, []),
    ],
)
def test_pages_are_counted_by_the_law_of_the_kind(sound, format, pages, expected):
    assert errors(sound, format, pages=pages) == expected


@pytest.mark.parametrize(
    ("format", "size", "expected"),
    [
        (LEAFLET, (210, 297), []),
        (LEAFLET, (297, 210), []),
        (LEAFLET, (148, 210), ["circulaire-size"]),
        (POSTER, (594, 841), []),
        (POSTER, (841, 594), []),
        (POSTER, (595, 841), ["poster-size"]),
        (POSTER, (500, 842), ["poster-size"]),
        (BOOK, (700, 1000), []),
    ],
)
def test_size_is_measured_by_the_law_of_the_kind(sound, format, size, expected):
    assert errors(sound, replace(format, size=size)) == expected


@pytest.mark.parametrize("format", FORMATS.values(), ids=attrgetter("slug"))
def test_our_formats_are_all_lawful(sound, format):
    assert errors(sound, format, pages=format.max_pages) == []


# The clock


@pytest.mark.parametrize("code", ["75056", "97411", "97105", "98818", "98735"])
@pytest.mark.parametrize(
    ("moment", "is_silent"),
    [
        ((2027, 3, 12, 23, 59, 59), False),
        ((2027, 3, 13, 0, 0, 0), True),
        ((2027, 3, 14, 19, 59, 59), True),
        ((2027, 3, 14, 20, 0, 0), False),
    ],
)
def test_silence_begins_and_ends_on_the_commune_s_own_clock(sound, code, moment, is_silent):
    document = replace(sound, commune_code=code)
    now = at(code, *moment)
    assert print_rules.is_silent(document, now) is is_silent
    assert print_rules.is_silent(document, now.astimezone(UTC)) is is_silent
    assert ("silence" in errors(document, now=now)) is is_silent


def test_one_moment_is_silent_in_noumea_and_not_in_papeete(sound):
    now = datetime(2027, 3, 12, 22, tzinfo=UTC)
    silent = [
        print_rules.is_silent(replace(sound, commune_code=c), now) for c in ("98818", "98735")
    ]
    assert silent == [True, False]


def test_day_that_clocks_go_forward_is_no_exception(sound):
    document = replace(sound, vote_date=date(2027, 3, 28))
    assert print_rules.is_silent(document, datetime(2027, 3, 28, 17, 59, tzinfo=UTC))
    assert not print_rules.is_silent(document, datetime(2027, 3, 28, 18, 0, tzinfo=UTC))


@pytest.mark.parametrize("vote", [None, date.min, date.max])
def test_without_a_vote_near_nothing_is_silent(sound, vote):
    document = replace(sound, vote_date=vote)
    assert not print_rules.is_silent(document, LONG_BEFORE)
    assert errors(document) == []


def test_naive_moment_is_refused(sound):
    with pytest.raises(ValueError, match="time zone"):
        print_rules.is_silent(sound, datetime(2027, 3, 13))


def test_silence_says_since_when(sound):
    assert message("silence", sound, now=at("26027", 2027, 3, 14, 8)) == (
        "Depuis le samedi 13\u00a0mars 2027 à 0\u00a0h et jusqu’à la fermeture des bureaux de vote,"
        " distribuer ce document est interdit et puni de 3\u202f750\u00a0€."
    )


def test_last_day_is_named_until_it_is_over(sound):
    assert message("last-day", sound, now=at("26027", 2027, 3, 12, 23)) == (
        "Dernier jour pour distribuer\u00a0: vendredi 12\u00a0mars 2027, jusqu’à minuit. Du samedi"
        " à 0\u00a0h à la fermeture des bureaux de vote, c’est interdit et puni de"
        " 3\u202f750\u00a0€."
    )
    assert "last-day" not in slugs(sound, now=at("26027", 2027, 3, 13, 0))
    assert "last-day" not in slugs(sound, now=at("26027", 2027, 3, 15, 0))
    assert "last-day" not in slugs(sound, SHEET)


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [
        ((2027, 3, 9, 23, 59), False),
        ((2027, 3, 10, 0, 0), True),
        ((2027, 3, 12, 23, 59), True),
        ((2027, 3, 13, 0, 0), False),
    ],
)
def test_polemic_is_warned_of_in_the_last_72_hours(sound, moment, is_told):
    assert ("late-polemic" in slugs(sound, now=at("26027", *moment))) is is_told


@pytest.mark.parametrize(
    ("stamp", "format", "now", "words"),
    [
        (STAMP, BOOK, LONG_BEFORE, ""),
        (None, BOOK, LONG_BEFORE, "Projet : ne pas distribuer"),
        (STAMP, BOOK, at("26027", 2027, 3, 13), "Ne plus distribuer"),
        (None, POSTER, at("26027", 2027, 3, 13), "Ne plus distribuer"),
        (None, SHEET, at("26027", 2027, 3, 13), ""),
    ],
)
def test_mark_at_the_foot_of_each_page(sound, stamp, format, now, words):
    document = replace(sound, stamp=stamp)
    wrong = [problem for problem in found(document, format, now=now) if problem.is_error]
    assert print_rules.mark(document, format.kind, wrong) == words


# Thresholds


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        (None, []),
        (999, ["not-repaid", "no-commission"]),
        (1_000, ["repaid", "no-commission"]),
        (2_499, ["repaid", "no-commission"]),
        (2_500, ["repaid", "commission"]),
        (8_999, ["repaid", "commission"]),
        (9_000, ["account", "repaid", "commission"]),
    ],
)
def test_circulaire_changes_with_the_size_of_the_commune(sound, population, expected):
    thresholds = {rule.slug for rule in RULES if rule.threshold}
    told = slugs(replace(sound, population=population), LEAFLET)
    assert [slug for slug in told if slug in thresholds] == expected


@pytest.mark.parametrize(
    ("population", "expected"), [(999, []), (1_000, []), (8_999, []), (9_000, ["account"])]
)
def test_tract_knows_the_account_only(sound, population, expected):
    told = slugs(replace(sound, population=population), CARD)
    assert [slug for slug in told if slug in ("account", "repaid", "commission")] == expected


def test_account_tells_the_caps(sound):
    assert message("account", replace(sound, population=10_000), CARD) == (
        "À partir de 9\u202f000\u00a0habitants, faites établir la facture au nom du mandataire"
        " financier, qui la paie. La liste dépense au plus 15\u202f006\u00a0€ au premier tour,"
        " 20\u202f664\u00a0€ si elle est au second."
    )


@pytest.mark.parametrize(
    ("population", "caps"),
    [
        (8_999, None),
        (9_000, (13_505, 18_597)),
        (10_000, (15_006, 20_664)),
        (15_000, (22_509, 30_996)),
        (15_001, (22_510, 30_997)),
        (30_000, (42_250, 59_040)),
        (300_000, (281_362, 376_011)),
    ],
)
def test_caps_grow_by_slices(population, caps):
    assert print_rules.spending_caps(population) == caps


@pytest.mark.parametrize(
    ("voters", "circulaires", "ballots"), [(0, 0, 0), (100, 105, 220), (119, 124, 261)]
)
def test_official_quantities_are_rounded_down(voters, circulaires, ballots):
    known = print_rules.quantities(voters)
    assert (known.circulaires, known.ballots) == (circulaires, ballots)


# Colours and pictures


@pytest.mark.parametrize(
    ("format", "color", "logo", "is_told"),
    [
        (POSTER, "#1d4461", LOGO, True),
        (LEAFLET, "#6b1f2a", LOGO, True),
        (POSTER, "#1d4461", None, False),
        (POSTER, "#1f4d3a", LOGO, False),
        (POSTER, "", LOGO, False),
        (BOOK, "#1d4461", LOGO, False),
    ],
)
def test_blue_or_red_beside_a_picture_may_make_the_flag(sound, format, color, logo, is_told):
    document = replace(sound, color=color, logo=logo)
    assert ("tricolor" in slugs(document, format)) is is_told


def test_picture_asks_for_a_written_consent(sound):
    assert "«\u00a0Trois arbres\u00a0»" in message("logo", replace(sound, logo=LOGO))
    assert "logo" not in slugs(sound)


@pytest.mark.parametrize(
    ("color", "told"), [("#3b3b38", "poster-grey"), ("#1f4d3a", "poster-copied")]
)
def test_black_on_white_is_for_the_authorities(sound, color, told):
    advice = slugs(replace(sound, color=color), POSTER)
    assert [slug for slug in advice if slug.startswith("poster")] == [told]


def test_colour_of_an_old_layout_is_told(sound):
    assert slugs(replace(sound, color="#c0a000"), SHEET)[:2] == ["color", "color"]
    assert slugs(replace(sound, color="rouge"), POSTER)[0] == "color"


# The text


def test_promises_without_a_line_are_named_where_lines_are_printed(sound, promise):
    rows = [replace(promise, id=n, title=f"Titre {n}", line="") for n in range(1, 8)]
    document = with_rows(sound, promise, *rows)
    assert message("missing-line", document, CARD) == (
        "7\u00a0engagements n’ont pas de ligne, c’est leur titre qui est imprimé\u00a0: "
        "«\u00a0Titre 1\u00a0», «\u00a0Titre 2\u00a0», «\u00a0Titre 3\u00a0»,"
        " «\u00a0Titre 4\u00a0», «\u00a0Titre 5\u00a0» et 2\u00a0autres."
    )
    assert "missing-line" not in slugs(document, BOOK)


def test_promises_without_easy_words_are_named_in_the_simplified_version(sound, promise):
    document = with_rows(sound, replace(promise, easy=""))
    assert message("missing-easy", document, EASY) == (
        f"Un engagement n’a pas encore de version simplifiée\u00a0: «\u00a0{TITLE}\u00a0»."
    )
    assert "missing-easy" not in slugs(document, BOOK)


def test_signs_without_a_glyph_are_told_with_their_place(sound, promise):
    objection = Objection("Et le Wi-Fi 📶 ?", "Il reste.", "")
    row = replace(promise, text="Du 中 et des ☐.", line="Oui 😀", objections=(objection,))
    document = with_rows(replace(sound, list_name="Ici 🌳"), row)
    place = f"Engagement «\u00a0{TITLE}\u00a0»\u00a0: les polices d’impression n’ont pas"
    end = "□ est imprimé à la place\u00a0: remplacez par des mots."
    told = {
        format: [p.message for p in found(document, format) if p.slug == "missing-sign"]
        for format in (BOOK, CARD, SHEET)
    }
    name = f"Le nom de la liste\u00a0: les polices d’impression n’ont pas 🌳. {end}"
    assert told[BOOK] == [name, f"{place} 中. {end}"]
    assert told[CARD] == [name, f"{place} 😀. {end}"]
    assert told[SHEET] == [name, f"{place} 😀\u00a0📶. {end}"]


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (Figure("3 mairies sur 4.", 1, ""), []),
        (Figure("3 mairies sur 4.", 1, "Chiffre ancien."), ["reserved-figure"]),
        (Figure("3 mairies sur 4.", None, ""), ["unsourced-figure"]),
    ],
)
def test_figures_are_told_where_they_are_printed(sound, promise, figure, told):
    document = with_rows(sound, promise, figures=(figure,))
    assert [slug for slug in slugs(document) if slug.endswith("figure")] == told
    assert [slug for slug in slugs(document, CARD) if slug.endswith("figure")] == []


def test_advice_is_never_an_error_of_the_law(sound, promise):
    document = with_rows(replace(sound, color="rouge"), replace(promise, title="😀", line=""))
    assert {p.severity for p in found(document, CARD)} == {Severity.ADVICE}
