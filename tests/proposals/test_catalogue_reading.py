from functools import cache
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from proposals import catalogue
from proposals.catalogue import reading, shape

SMALL = (Path(__file__).parent.parent / "data" / "small.yaml").read_text()


def problems(text: str | bytes) -> list[str]:
    """The problems of a file as "line: message"."""
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.read(data)
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def line_of(text: str) -> int:
    return SMALL[: SMALL.index(text)].count("\n") + 1


def test_small_catalogue_is_read_into_plain_values():
    measure = catalogue.read(SMALL.encode())["proposals"][0]["measures"][0]
    assert measure["parameters"][0]["default"] == "2"
    assert measure["parameters"][0]["by_size"] == {"village": "1"}
    assert measure["wordings"] == [
        {
            "sizes": ["village"],
            "line": None,
            "text": "Au village, nous ouvrons {jours}.",
            "easy": None,
            "unsuitable": None,
        }
    ]
    assert (measure["published"], measure["retired"], measure["successor"]) == (True, False, None)


def test_real_catalogue_holds_what_its_readme_says():
    content = catalogue.read(settings.CATALOGUE_FILE.read_bytes())
    measures = [m for p in content["proposals"] for m in p["measures"]]
    assert len(content["proposals"]) == 10
    assert len(measures) == 70
    assert sum(len(m["wordings"]) for m in measures) == 139
    assert sum(len(m["parameters"]) for m in measures) == 98
    assert len(content["sources"]) == 215
    assert len(content["signatories"]) == 32


def test_all_problems_are_told_at_once_in_the_order_of_the_lines():
    text = changed("number: 1", "number: un").replace("horizon: term", "horizon: demain")
    text = text.replace("difficulty: easy", "difficulté: easy")
    assert problems(text) == [
        f"{line_of('number: 1')}: number : « un » n’est pas un nombre entier",
        f"{line_of('slug: ouvrir')}: measures : la clé « difficulty » manque",
        f"{line_of('horizon: term')}: horizon : « demain » ; attendu : first-100-days, mid-term,"
        " term",
        f"{line_of('difficulty')}: clé inconnue « difficulté » ; attendu : "
        + ", ".join(shape.MEASURE.fields),
    ]


def test_what_cannot_be_read_and_what_does_not_hold_are_told_at_once():
    text = changed("decided_by: mayor", "decided_by: pope").replace("{jours} par", "{mois} par")
    assert problems(text) == [
        f"{line_of('{jours} par')}: accolades inconnues « {{mois}} »",
        f"{line_of('decided_by')}: decided_by : « pope » ; attendu : mayor, council,"
        " intercommunality, shared, other",
    ]


def test_a_name_that_cannot_be_read_leaves_those_who_use_it_alone():
    text = changed("slug: village", "slug: Village").replace("related: []", "related: [fermer]")
    assert problems(text) == [
        f"{line_of('slug: village')}: slug : « Village » n’est pas un identifiant (minuscules,"
        " chiffres et tirets)",
        f"{line_of('related: []')}: mesure inconnue « fermer »",
    ]


def spots(node):
    """Every value of a file: where it hangs, by what, and what it is."""
    if isinstance(node, yaml.MappingNode):
        for rank, (key, value) in enumerate(node.value):
            yield node, rank, key.value, value
            yield from spots(value)
    elif isinstance(node, yaml.SequenceNode):
        for rank, value in enumerate(node.value):
            yield node, rank, "", value
            yield from spots(value)


def unreadable(value):
    """What stands where one value is wanted, or a list, and is neither."""
    if isinstance(value, yaml.ScalarNode):
        return yaml.MappingNode("tag:yaml.org,2002:map", [])
    return yaml.ScalarNode("tag:yaml.org,2002:str", "?!")


@cache
def with_one_unreadable():
    """The small file, once for each of its values, with something unreadable in its place."""
    files = []
    for place in range(len(list(spots(yaml.compose(SMALL))))):
        root = yaml.compose(SMALL)
        holder, rank, name, value = list(spots(root))[place]
        wrong = unreadable(value)
        is_map = isinstance(holder, yaml.MappingNode)
        holder.value[rank] = (holder.value[rank][0], wrong) if is_map else wrong
        files.append((name, yaml.serialize(root, allow_unicode=True)))
    return files


def test_whatever_cannot_be_read_gives_no_problem_but_its_own():
    files = with_one_unreadable()
    assert len(files) > 90
    for name, text in files:
        findings = reading.Findings()
        reading.typed(text.encode(), shape.CATALOGUE, findings)
        own = [f"{each.line}: {each.message}" for each in sorted(set(findings.problems))]
        assert own
        assert problems(text) == own, name


def test_whatever_cannot_be_read_hides_nothing_that_does_not_depend_on_it():
    held = "purposes: [droits]"
    told = "finalité inconnue « devoirs »"
    hidden = []
    for name, text in with_one_unreadable():
        if held not in text:
            continue
        found = problems(text.replace(held, "purposes: [devoirs]"))
        if not any(told in line for line in found):
            hidden.append(name)
    # The list of purposes, its one row, and the name of this row: nobody knows then what is one.
    assert hidden == ["purposes", "", "slug"]


def test_key_written_twice_names_both_lines():
    first = line_of("horizon: term")
    text = changed("horizon: term", "horizon: term\n        horizon: term")
    assert problems(text) == [f"{first + 1}: clé « horizon » déjà écrite à la ligne {first}"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("source: journal", "source: gazette", "source inconnue « gazette »"),
        ("sizes: [village]", "sizes: [hameau]", "strate inconnue « hameau »"),
        ("by_size: {village: 1}", "by_size: {hameau: 1}", "strate inconnue « hameau »"),
        ("url: null", "url: javascript:alert(1)",
         "url : « javascript:alert(1) » n’est pas une adresse (https://…)"),
        ("number: 1", "number: 1000", "number : 1000 est trop grand : 999 au plus"),
        ("related: []", "related: [fermer]", "mesure inconnue « fermer »"),
        ("measures: [ouvrir]", "measures: [fermer]", "mesure inconnue « fermer »"),
        (
            "default: 2",
            "default: 9",
            "réglage « jours » : Choisissez une valeur entre 1 et 6.",
        ),
        (
            "by_size: {village: 1}",
            "by_size: {village: 0}",
            "réglage « jours » : Choisissez une valeur entre 1 et 6.",
        ),
        (
            "default: 2",
            "default: deux",
            "réglage « jours » : Écrivez un nombre en chiffres, par exemple 12.",
        ),
        ("min: 1\n", "min: 7\n", "le minimum dépasse le maximum"),
        ("ouvrons {jours} par", "ouvrons {mois} par", "accolades inconnues « {mois} »"),
        ("ouvrons {jours} par", "ouvrons {jours par", "une accolade est seule"),
        ("Un guichet ouvert\"", "Un {jours}\"", "pas d’accolades dans une ligne de tract"),
        ("Une personne sur six", "Un.e agent.e sur six", "pas de point dans les mots : « Un.e »"),
        ("min_population: 1000", "min_population: 1200",
         "un trou entre les strates : attendu 1000"),
        (
            "min_population: 1000",
            "min_population: 900",
            "un chevauchement entre les strates : attendu 1000",
        ),
        ("slug: droits", "slug: Droits", "slug : « Droits » n’est pas un identifiant"
         " (minuscules, chiffres et tirets)"),
        ("date: \"2026-01-31\"", "date: \"31/01/2026\"", "date : « 31/01/2026 » n’est pas une date"
         " (2026-11-21)"),
        ("purposes: [droits]", "purposes: droits", "purposes : il faut ici une liste"),
        ("title: \"Un guichet\"", "title: [Un guichet]", "title : il faut ici une seule valeur"),
        ("title: \"Un guichet\"", "title: \"\"", "title : le texte est vide"),
        ("title: \"Un guichet\"", "title: null", "title : le texte est vide"),
    ],
)  # fmt: skip
def test_a_single_fault_is_told_at_its_line(old, new, message):
    found = problems(changed(old, new))
    assert f"{line_of(old)}: {message}" in found


def test_two_wordings_for_one_size_are_refused():
    again = (
        '          - sizes: [village]\n            text: "Encore."\n            unsuitable: null\n'
    )
    text = changed("        decided_by: mayor", again + "        decided_by: mayor")
    assert problems(text) == [
        f"{line_of('decided_by: mayor')}: dans cette mesure, la strate « village » écrite deux fois"
    ]


def test_line_of_more_than_90_signs_is_refused():
    text = changed('Un guichet ouvert"', "x" * 91 + '"')
    assert problems(text) == [f"{line_of('line: ')}: line : 91 signes, 90 au plus"]


def test_insee_like_codes_and_words_stay_text():
    text = changed('title: "Le Journal"', "title: 01004").replace('label: "Droits"', "label: no")
    content = catalogue.read(text.encode())
    assert content["sources"]["journal"]["title"] == "01004"
    assert content["purposes"] == [{"slug": "droits", "label": "no"}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "1: le fichier est vide"),
        (b"a: &x 1\nb: *x\n", "1: ancre &x interdite"),
        (b"a: !!python/object:os.system x\n",
         "1: étiquette tag:yaml.org,2002:python/object:os.system interdite"),
        (b"caf\xe9: 1\n", "1: le fichier n’est pas en UTF-8 : l’enregistrer en UTF-8"),
        (b"a: 1\nb: \x00\n", "2: signe interdit U+0000 : le retirer"),
        (b"a:\n\t- 1\n", "2: YAML mal formé : tabulation : mettre des espaces"),
        (b'a: "jamais\n', "2: YAML mal formé : guillemet jamais fermé"),
        (b"a: 1\n---\nb: 2\n", "2: YAML mal formé : un seul document par fichier"),
        (b"[" * 100_000, "1: plus de 20 niveaux imbriqués"),
        (b"- " * 100_000, "1: plus de 20 niveaux imbriqués"),
        (b"x" * (2 * 1024 * 1024 + 1), "1: fichier de plus de 2 Mio : ce n’est pas un catalogue"),
    ],
)  # fmt: skip
def test_hostile_file_is_refused_in_one_sentence(data, message):
    assert message in problems(data)


def test_alias_bomb_is_refused_without_unfolding():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
    )
    found = problems(bomb)
    assert found.count("1: ancre &a interdite") == 1
    assert "2: alias *a interdit : recopier le texte" in found


def test_file_with_thousands_of_faults_stops_at_a_bound():
    faults = "".join(f"clef{i}: 1\n" for i in range(5000))
    assert len(problems(faults)) == reading.MAX_PROBLEMS
