"""The programme’s file: read again as it was, whatever is written in it."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.exchange import programme_file as file
from programmes.exchange import tree
from programmes.printing.document import (
    Imprint,
    Objection,
    Value,
    Written,
)

from .texts import programme_of, promise


def test_programme_file_of_the_demonstration_reads_again(demo):
    document, _ = demo
    for fields in (("title", "line"), ("title", "text"), file.FIELDS):
        assert file.read(file.dump(document, fields)) == file.contents(document, fields)


def test_programme_file_of_hostile_texts_reads_again(hostile):
    assert file.read(file.dump(hostile)) == file.contents(hostile)


@given(st.lists(st.text(max_size=80), min_size=7, max_size=7))
@settings(max_examples=60, deadline=None)
def test_programme_file_reads_again_whatever_was_written(texts):
    title, line, text, easy, value, summary, name = texts
    written = Written(title, line, "{delai} " + text, easy, (Value("delai", value),))
    document = programme_of(promise(1, "x", written=written), promise(2, text, measure="no"))
    first, second = document.chapters
    document = replace(document, list_name=name, chapters=(replace(first, summary=summary), second))
    content = file.dump(document)
    assert file.read(content) == file.contents(document)
    assert yaml.safe_load(content)["chapters"][0]["summary"] == tree.clean(summary)


@pytest.mark.parametrize(
    "text",
    ["01004", "no", "Off", "12:30", "2026-11-22", "null", "~", "1e3", "0x1F", "", "=", "- a"],
)
def test_text_stays_a_text_for_every_reader_of_yaml(small, text):
    written = Written(text, text, text, text, ())
    document = programme_of(promise(1, "x"), promise(2, "x", written=written))
    loaded = yaml.safe_load(file.dump(replace(document, title=text, subtitle=text)))
    commitment = loaded["chapters"][1]["commitments"][0]
    found = [loaded["title"], loaded["subtitle"], *(commitment[name] for name in file.FIELDS)]
    assert found == [text] * 6
    # A reader of YAML 1.2 knows other bare words: nothing is left bare.
    line = next(each for each in file.dump(document).decode().splitlines() if "code:" in each)
    assert line == '  code: "01004"'


def test_programme_file_keeps_order_and_folds_long_texts(small):
    long = "Nous ouvrons la mairie le samedi, " * 4
    written = Written("Un titre", "", f"{long}dans {{delai}}.", "", (Value("delai", "7"),))
    document = programme_of(promise(1, "x"), promise(2, "x", measure="pcs", written=written))
    content = file.dump(document, ("title", "text")).decode().replace("\n        ", "\n")
    assert content[content.index('  - title: "Le reste"') :] == (
        '  - title: "Le reste"\n'
        '    summary: ""\n'
        "    commitments:\n"
        '      - measure: "pcs"\n'
        'fidelity: "own"\n'
        'decided_by: "Le maire décide"\n'
        'horizon: "avant la moitié du mandat"\n'
        'title: "Un titre"\n'
        "text: >-\n"
        "  Nous ouvrons la mairie le samedi, Nous ouvrons la mairie le samedi, Nous ouvrons\n"
        "  la mairie le samedi, Nous ouvrons la mairie le samedi, dans {delai}.\n"
        "values:\n"
        '  delai: "7"\n'
        "    figures:\n"
        '      - statement: "Neuf"\n'
        "source: 1\n"
        "sources:\n"
        "  - number: 1\n"
        '    title: "Insee"\n'
        '    date: "2025-04"\n'
        '    url: "https://insee.fr/a_b"\n'
    )


def test_programme_file_holds_the_values_that_its_texts_name():
    values = (Value("delai", "7"), Value("copies", "5"))
    written = Written("Dans {delai}", "Une ligne", "En {copies}", "", values)
    document = programme_of(promise(1, "x"), promise(2, "x", written=written))
    found = {
        fields: file.contents(document, fields).chapters[1].commitments[0].values
        for fields in (("line",), ("title", "line"), file.FIELDS)
    }
    assert found == {("line",): (), ("title", "line"): values[:1], file.FIELDS: values}


def test_programme_file_holds_what_is_printed_and_nothing_else():
    secret = promise(
        987654,
        "visible",
        title="Un titre",
        line="Une ligne",
        budget="secret",
        pitches=("secret",),
        objections=(Objection("secret", "secret", "secret"),),
    )
    document = replace(
        programme_of(secret, promise(2, "x")),
        slogan="secret",
        candidates=("secret",),
        imprint=Imprint(True, "secret", "secret"),
    )
    content = file.dump(document).decode()
    leaked = [word for word in ("secret", "réserve", "987654") if word in content]
    assert ("visible" in content, leaked) == (True, [])


def test_all_problems_of_a_programme_file_are_told_at_once(small):
    content = file.dump(small).decode()
    for old, new in [
        ('format: "desescalade-programme/1"', 'format: "desescalade-programme/9"'),
        ('code: "01004"', 'code: "1004"'),
        ('kind: "campaign"', "kind: &a campaign"),
        ('vote_date: "2026-12-06"', 'vote_date: "6 décembre"'),
        ('list_name: "Bien vivre ici"', 'liste: "Bien vivre ici"'),
        ("  - number: 1\n", "  - number: un\n"),
    ]:
        assert content.count(old) == 1
        content = content.replace(old, new)
    with pytest.raises(file.ProgrammeFileError) as caught:
        file.read(content.encode())
    lines = content.splitlines()
    found = [(lines[each.line - 1].strip(), each.message) for each in caught.value.problems]
    assert [line for line, _ in found] == [
        'format: "desescalade-programme/9"',
        # A key that is missing is told where its mapping begins.
        'format: "desescalade-programme/9"',
        'code: "1004"',
        "kind: &a campaign",
        'vote_date: "6 décembre"',
        'liste: "Bien vivre ici"',
        "- number: un",
    ]
    assert "list_name" in found[0][1] + found[1][1]
    assert found[2][1] == "code : « 1004 » ; attendu : un code INSEE"
    assert found[3][1] == "ancre &a interdite"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("        source: 1\n", "        source: 4\n", "la source 4 n’est pas dans le fichier"),
        (
            "      - fidelity:",
            '      - measure: "pcs"\n        fidelity:',
            "la mesure « pcs » est prise deux fois",
        ),
    ],
)
def test_what_does_not_hold_together_in_a_programme_file_is_told(small, old, new, message):
    content = file.dump(small).decode().replace(old, new)
    with pytest.raises(file.ProgrammeFileError) as caught:
        file.read(content.encode())
    assert {problem.message for problem in caught.value.problems} == {message}


@pytest.mark.parametrize("content", [b"", b"\xff", b"- a", b"a: *b", b"[" * 100_000, b"{}"])
def test_what_is_no_programme_file_is_refused(content):
    with pytest.raises(file.ProgrammeFileError):
        file.read(content)
