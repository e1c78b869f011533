"""The files that a programme leaves in: read back by LibreOffice, Markdown and YAML readers."""

import io
import re
import subprocess
import unicodedata
from dataclasses import replace
from datetime import date
from itertools import pairwise
from zipfile import ZipFile

import pytest
import yaml
from django.core.management import call_command
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown import markdown

from desescalade import typography
from desescalade.markdown import MAX_DEPTH, to_text
from programmes.enums import Fidelity, ProgrammeKind, Status
from programmes.exchange import bulletin, chapter, exports, letter, markdown_file, tree
from programmes.exchange import programme_file as file
from programmes.exchange.exports import EXPORTS
from programmes.models import Commitment as CommitmentRow
from programmes.models import Programme
from programmes.printing.document import (
    Chapter,
    Commitment,
    Document,
    Figure,
    Imprint,
    Objection,
    Source,
    Stamp,
    Value,
    Written,
    build,
)

CHAPTERS = ("chapitre.odt", "chapitre.docx", "chapitre.html", "chapitre.md")
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
EVERYTHING = """\
Du **gras**, de l'*italique*, **les *deux* à la fois** et `du code` ; voir
[la charte](https://exemple.fr/charte?a=1&b=2).

- premier
- deuxième
    - imbriqué

3. trois
4. quatre

> Une citation !

# Un titre dans le texte

Fin\x20\x20
de ligne

* * *
"""
HOSTILE = {
    "long word": "a" * 300 + " ; fin",
    "emoji": "Bravo 🎉👩‍👩‍👧 café\u0301",
    "direction": "abc\u202edef\u2066ghi\u200fjkl",
    "control": "a\x00b\x01c\x0bd\x1be\ufffff\ud800g",
    "script": '<script>alert("1")</script> & &amp; <!-- ]]> <?php',
    "marks": "*a* _b_ `c` [d](e) # f\n=== \\ ~~g~~ | h |",
    "nested": "\n".join("    " * depth + "- niveau" for depth in range(MAX_DEPTH)),
    "too deep": "\n".join("    " * depth + "- niveau" for depth in range(MAX_DEPTH + 2)),
    "link": "[x](http://[y) [z](https://exemple.fr/[a]|b) [t](tel:+33476000000)",
    "alike": "01004",
    "no": "no",
    "blank": " \t\n ",
}


def promise(rank, text, **fields):
    return Commitment(
        id=rank,
        title=fields.pop("title", f"Titre {rank}"),
        line=fields.pop("line", f"Ligne {rank}"),
        text=text,
        decided_by="Le maire décide",
        horizon="avant la moitié du mandat",
        fidelity=Fidelity.OWN,
        **fields,
    )


def programme_of(*commitments):
    half = len(commitments) // 2
    figures = (Figure("Huit sur dix", 1, "réserve"), Figure("Deux sur dix", None, ""))
    return Document(
        title="Une commune debout",
        subtitle="Sans écran",
        list_name="Bien vivre ici",
        commune="Ambérieu-en-Bugey",
        commune_code="01004",
        department="Ain",
        population=15_000,
        kind=ProgrammeKind.CAMPAIGN,
        vote_date=date(2026, 12, 6),
        chapters=(
            Chapter(1, "Les écrans", "Moins d'écrans !", commitments[:half], figures, 6),
            Chapter(2, "Le reste", "", commitments[half:], (Figure("Neuf", 1, ""),), 0),
        ),
        sources=(Source(1, "Insee", "2025-04", "https://insee.fr/a_b"),),
        imprint=Imprint(True, "Camille Roux", "3, place de l’Église"),
        stamp=Stamp(2, "k7d3-9xq2", date(2026, 11, 22)),
    )


@pytest.fixture
def small():
    return programme_of(promise(1, EVERYTHING), promise(2, "Un texte.", title="Où ? Ici"))


@pytest.fixture(scope="module")
def hostile():
    """Every field of a commitment says what no person would."""
    return programme_of(
        *(
            promise(rank, text, title=f"{rank} {text}", line=f"{rank} {text}", easy=text)
            for rank, text in enumerate(HOSTILE.values(), start=1)
        )
    )


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The document of the demonstration, and the titles that are not to leave."""
    output = io.StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", commune="26027", measures=20, stdout=output)
        pk = output.getvalue().split()[1]
        document = build(Programme.objects.with_place().get(pk=pk))
        others = CommitmentRow.objects.filter(programme=pk).exclude(status=Status.RETAINED)
        titles = [row.shown("title") for row in others]
        transaction.set_rollback(True)
    return document, titles


@pytest.fixture(scope="module")
def opened(demo, hostile, tmp_path_factory):
    """What LibreOffice makes of both documents in both formats, by "demo.odt" and so on."""
    folder = tmp_path_factory.mktemp("libreoffice")
    names = []
    for name, document in (("demo", demo[0]), ("hostile", hostile)):
        for ending in ("odt", "docx"):
            (folder / f"{name}-{ending}.{ending}").write_bytes(
                EXPORTS[f"chapitre.{ending}"].make(document)
            )
            names.append(f"{name}-{ending}")
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "fodt", *sorted(path.name for path in folder.glob("*-*.*"))]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return {name: etree.parse(folder / f"{name}.fodt").find(".//{*}body/{*}text") for name in names}


def words(element):
    """The text of an element of LibreOffice, without the notes that are called in it."""
    if etree.QName(element).localname == "note":
        return ""
    inner = (words(child) + (child.tail or "") for child in element)
    return (element.text or "") + "".join(inner)


def every(text, name):
    return text.iter(f"{{{TEXT}}}{name}")


def outline(document, level=2):
    blocks = chapter.blocks(document, level)
    return [(each.level, tree.words(each.children)) for each in blocks if is_heading(each)]


def is_heading(block):
    return isinstance(block, tree.Heading)


def squeezed(text):
    return re.sub(r"[\s\u00a0\u202f]+", "", text)


@pytest.mark.parametrize("name", ["demo", "hostile"])
@pytest.mark.parametrize("ending", ["odt", "docx"])
def test_libreoffice_finds_our_outline(demo, hostile, opened, name, ending):
    document = {"demo": demo[0], "hostile": hostile}[name]
    found = every(opened[f"{name}-{ending}"], "h")
    level = f"{{{TEXT}}}outline-level"
    assert [(int(each.get(level)), words(each)) for each in found] == outline(document)


@pytest.mark.parametrize("ending", ["odt", "docx"])
def test_libreoffice_finds_a_note_for_each_figure_with_a_source(demo, opened, ending):
    document, _ = demo
    sources = {source.number: source for source in document.sources}
    expected = [
        tree.words(chapter.source_words(sources[figure.source]))
        for each in document.chapters
        for figure in each.figures
        if figure.source is not None
    ]
    bodies = every(opened[f"demo-{ending}"], "note-body")
    assert [words(body).strip() for body in bodies] == expected
    assert len(expected) > 10


@pytest.mark.parametrize("ending", ["odt", "docx"])
def test_libreoffice_finds_the_figures_in_lists(demo, opened, ending):
    document, _ = demo
    items = [
        words(paragraph)
        for item in every(opened[f"demo-{ending}"], "list-item")
        for paragraph in item.findall(f"{{{TEXT}}}p")
    ]
    figures = [figure for each in document.chapters for figure in each.figures]
    assert items == [tree.plain(figure.statement) for figure in figures]


@pytest.mark.parametrize("ending", ["odt", "docx"])
def test_lists_nested_to_the_bound_stay_lists(opened, ending):
    levels = [
        sum(etree.QName(parent).localname == "list" for parent in paragraph.iterancestors())
        for paragraph in every(opened[f"hostile-{ending}"], "p")
        if words(paragraph) == "niveau"
    ]
    assert levels == list(range(1, MAX_DEPTH + 1))


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_commitment_is_exported_exactly_once_and_nothing_else(demo, opened, slug):
    document, others = demo
    content = EXPORTS[slug].make(document)
    text = {
        "odt": lambda: words(opened["demo-odt"]),
        "docx": lambda: words(opened["demo-docx"]),
        "html": lambda: "".join(etree.HTML(content).itertext()),
        "md": lambda: "".join(etree.HTML(markdown(content.decode())).itertext()),
    }[slug.partition(".")[2]]()
    once = [squeezed(to_text(typography.typeset(row.text))) for row in document.commitments]
    assert [squeezed(text).count(each) for each in once] == [1] * 20
    assert [title for title in others if squeezed(title) in squeezed(text)] == []


@pytest.mark.parametrize("slug", EXPORTS)
def test_same_document_gives_the_same_bytes(hostile, slug):
    assert EXPORTS[slug].make(hostile) == EXPORTS[slug].make(hostile)


@pytest.mark.parametrize("slug", EXPORTS)
def test_empty_programme_is_exported_too(small, slug):
    empty = replace(small, chapters=(), sources=(), stamp=None, vote_date=None, list_name="")
    assert EXPORTS[slug].make(empty)


@pytest.mark.parametrize("slug", ["chapitre.odt", "chapitre.docx"])
def test_archive_keeps_no_hour(small, slug):
    with ZipFile(io.BytesIO(EXPORTS[slug].make(small))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def properties(content, name):
    with ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read(name))
    return {etree.QName(each).localname: each.text for each in root.iter() if each.text}


def test_odt_names_its_title_its_list_its_language_and_its_date(small):
    assert properties(EXPORTS["chapitre.odt"].make(small), "meta.xml") == {
        "title": "Une commune debout",
        "initial-creator": "Bien vivre ici",
        "creator": "Bien vivre ici",
        "creation-date": "2026-11-22T00:00:00",
        "date": "2026-11-22T00:00:00",
        "language": "fr-FR",
    }


def test_docx_names_its_title_its_list_its_language_and_its_date(small):
    assert properties(EXPORTS["chapitre.docx"].make(small), "docProps/core.xml") == {
        "title": "Une commune debout",
        "creator": "Bien vivre ici",
        "language": "fr-FR",
        "created": "2026-11-22T00:00:00Z",
        "modified": "2026-11-22T00:00:00Z",
    }


def test_odt_begins_with_its_kind_and_declares_all_its_files(small):
    with ZipFile(io.BytesIO(EXPORTS["chapitre.odt"].make(small))) as archive:
        first, *rest = archive.infolist()
        manifest = etree.fromstring(archive.read("META-INF/manifest.xml"))
        kind = archive.read(first)
    paths = [each.values()[0] for each in manifest]
    assert (first.filename, first.compress_type) == ("mimetype", 0)
    assert kind.decode() == EXPORTS["chapitre.odt"].media_type
    assert [*paths[1:], "META-INF/manifest.xml"] == [entry.filename for entry in rest]


def test_words_in_word_are_formatted_by_styles(small):
    with ZipFile(io.BytesIO(EXPORTS["chapitre.docx"].make(small))) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
        known = etree.fromstring(archive.read("word/styles.xml"))
    ids = {style.get(known.tag.replace("styles", "styleId")) for style in known}
    used = {
        each.values()[0]
        for each in body.iter()
        if etree.QName(each).localname in ("pStyle", "rStyle")
    }
    direct = [etree.QName(each).localname for rpr in body.iter("{*}rPr") for each in rpr]
    assert used - ids == set()
    # The word that is both bold and in italics: a run has one style only.
    assert [each for each in direct if each != "rStyle"] == ["i"]


def test_title_takes_the_level_that_is_asked(small):
    for level in (1, 2, 3):
        found = outline(small, level)
        assert found[0] == (level, "Une commune debout")
        assert {step for (a, _), (b, _) in pairwise(found) if (step := b - a) > 1} == set()
    for level in (0, 4):
        with pytest.raises(ValueError, match="level"):
            chapter.blocks(small, level)


def test_headings_in_a_text_follow_those_of_the_chapter(small):
    assert outline(small) == [
        (2, "Une commune debout"),
        (3, "Les écrans"),
        (4, "Titre 1"),
        (5, "Un titre dans le texte"),
        (4, "Repères"),
        (3, "Le reste"),
        (4, "Où\u202f? Ici"),
        (4, "Repères"),
    ]


def test_chapter_says_whose_it_is(small):
    assert chapter.provenance(small) == (
        "Ce chapitre est celui de la liste Bien vivre ici. Ses 2 engagements sont propres à la"
        " liste. Il n’engage que la liste."
    )


def test_html_of_a_text_is_read_as_it_was_written():
    assert tree.parse(
        "<h4>Un <em>titre</em></h4>\n<p>a <strong>b <em>c</em></strong><br>\nd "
        '<a href="https://exemple.fr/" rel="noopener">e</a></p>\n'
        '<ol start="3">\n<li>f\n<ul>\n<li>g</li>\n</ul>\n</li>\n</ol>\n<hr>\n'
        "<blockquote>\n<h5>h</h5>\n</blockquote>"
    ) == (
        tree.Heading(4, ("Un ", tree.Marked("em", ("titre",)))),
        tree.Paragraph(
            (
                "a ",
                tree.Marked("strong", ("b ", tree.Marked("em", ("c",)))),
                tree.Break(),
                "d ",
                tree.Link("https://exemple.fr/", ("e",)),
            )
        ),
        tree.List(
            ((tree.Paragraph(("f",)), tree.List(((tree.Paragraph(("g",)),),))),),
            start=3,
        ),
        tree.Rule(),
        tree.Quote((tree.Paragraph((tree.Marked("strong", ("h",)),)),)),
    )


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://exemple.fr:8000/a?b=[c]", "https://exemple.fr:8000/a?b=%5Bc%5D"),
        ("tel:+33476000000", "tel:+33476000000"),
        ("http://[x", None),
        ("javascript:alert(1)", None),
    ],
)
def test_address_that_no_program_takes_is_left_out(address, kept):
    assert tree.link(address, ("x",)) == ((tree.Link(kept, ("x",)),) if kept else ("x",))


@pytest.mark.parametrize("text", [EVERYTHING, *HOSTILE.values()])
def test_markdown_reads_again_as_the_same_text(text):
    blocks = tree.prose(text, 4)
    again = markdown_file.to_markdown(blocks).decode()
    # Our reader shows entities as they are typed; others read &lt; as <.
    again = again.replace("&lt;", "<").replace("&amp;", "&").replace("&#61;", "=")
    assert tree.prose(again, 4) == blocks


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("un **mot** fort", "un **mot** fort"),
        ("un**mot**fort", "un**mot**fort"),
        ("**« Oui »**, dit-on", "**« Oui »**, dit-on"),
        ("**« Oui »**dit-on", "<strong>« Oui »</strong>dit-on"),
        ("***a* b**", "<strong>*a* b</strong>"),
    ],
)
def test_markdown_marks_only_where_every_reader_sees_a_mark(source, written):
    assert markdown_file.to_markdown(tree.prose(source, 4)).decode() == f"{written}\n".replace(
        "« Oui »", "«\u00a0Oui\u00a0»"
    )


def test_markdown_holds_no_tag_that_a_reader_would_take_for_one(hostile):
    html = markdown(EXPORTS["chapitre.md"].make(hostile).decode(), extensions=["footnotes"])
    assert set(re.findall("<([a-z0-9]+)", html)) <= {
        *("p", "em", "strong", "code", "a", "br", "hr", "blockquote", "ul", "ol", "li"),
        *("h2", "h3", "h4", "h5", "h6", "sup", "div"),
    }
    assert html.count("<h4") == len(HOSTILE) + 2


def test_source_called_twice_is_one_note_with_two_ways_back(small):
    html = EXPORTS["chapitre.html"].make(small).decode()
    ids = re.findall(' id="([^"]+)"', html)
    targets = re.findall(' href="#([^"]+)"', html)
    assert sorted(ids) == [
        "desescalade-appel-1",
        "desescalade-appel-1-2",
        "desescalade-note-1",
    ]
    assert sorted(targets) == [
        "desescalade-appel-1",
        "desescalade-appel-1-2",
        "desescalade-note-1",
        "desescalade-note-1",
    ]
    assert "Insee, avril\u00a02025, " in html


def test_html_shows_what_was_typed(hostile):
    page = etree.HTML(EXPORTS["chapitre.html"].make(hostile).decode())
    assert page.findall(".//script") == []
    assert "<script>alert(" in "".join(page.itertext())


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


def test_letter_fits_in_72_columns(hostile):
    lines = letter.to_text(hostile).decode().splitlines()
    assert max(map(letter.columns, lines)) <= 72
    assert [line for line in lines if re.match(r"\s*[;»:!?,\u00a0\u202f]", line)] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_word_that_is_cut_leaves_no_closing_sign_alone():
    assert letter.wrap("a" * 12 + "\u202f; fin", "", 12) == "a" * 11 + "\na\u202f; fin"


def test_letter_has_every_line_once(demo):
    document, others = demo
    text = squeezed(letter.to_text(document).decode())
    lines = [squeezed(tree.plain(row.shown_line)) for row in document.commitments]
    assert [text.count(line) for line in lines] == [1] * 20
    assert [title for title in others if squeezed(title) in text] == []


def test_letter_reads_like_a_letter(small):
    stamp = replace(small.stamp, address="https://exemple.fr/t/k7d3-9xq2/")
    assert letter.to_text(replace(small, stamp=stamp)).decode() == (
        "Une commune debout\n"
        "==================\n"
        "\n"
        "Sans écran\n"
        "\n"
        "Bien vivre ici, Ambérieu-en-Bugey (Ain)\n"
        "\n"
        "Élection municipale du 6\u00a0décembre 2026\n"
        "\n"
        "1. Les écrans\n"
        "-------------\n"
        "\n"
        "– Ligne 1\n"
        "\n"
        "2. Le reste\n"
        "-----------\n"
        "\n"
        "– Ligne 2\n"
        "\n"
        "Ce programme est celui de la liste Bien vivre ici. Ses 2 engagements\n"
        "sont propres à la liste. Il n’engage que la liste.\n"
        "\n"
        "Le programme entier\u00a0:\n"
        "https://exemple.fr/t/k7d3-9xq2/\n"
    )


@given(st.text(max_size=120), st.integers(min_value=8, max_value=72))
@settings(max_examples=80, deadline=None)
def test_wrapping_loses_no_letter_and_keeps_to_its_width(text, width):
    text = tree.plain(text)
    wrapped = letter.wrap(text, letter.BULLET, width)
    lines = wrapped.split("\n")
    kept = "".join(lines).removeprefix(letter.BULLET)
    assert squeezed(kept) == squeezed(unicodedata.normalize("NFC", text))
    assert [line for line in lines if letter.columns(line) > width] == []


@pytest.mark.parametrize("length", bulletin.LENGTHS)
def test_short_text_quotes_whole_sentences_and_counts_the_rest(demo, length):
    document, _ = demo
    text = bulletin.short(document, length)
    sentences = {
        words if words.endswith((".", "?", "!")) else f"{words}."
        for row in document.commitments
        if (words := tree.plain(row.shown_line))
    }
    quoted = [sentence for sentence in sentences if sentence in text]
    rest = re.search(r"Et (\d+)\u00a0autres engagements à lire dans notre programme\.$", text)
    assert length * 0.75 < len(text) <= length
    assert len(quoted) + (int(rest[1]) if rest else 0) == 20
    assert text.startswith(tree.plain(f"{document.title}. {document.subtitle}."))


def test_short_text_draws_on_the_chapters_in_turn():
    rows = [promise(rank, "x", line=f"La ligne numéro {rank}") for rank in range(1, 7)]
    document = programme_of(*rows)
    assert bulletin.short(document, 130) == (
        "Une commune debout. Sans écran. La ligne numéro 1. La ligne numéro 4."
        " Et 4\u00a0autres engagements à lire dans notre programme."
    )


def test_short_text_gives_up_the_subtitle_before_the_last_line():
    document = programme_of(promise(1, "x", line="Une ligne"))
    document = replace(document, subtitle="Un mot " * 40)
    assert bulletin.short(document, 300) == "Une commune debout. Une ligne."


def test_short_text_of_a_title_that_is_too_long_is_not_cut(small):
    document = replace(small, title="a" * 400)
    assert bulletin.short(document, 300) == (
        "a" * 400 + ". 2\u00a0engagements à lire dans notre programme."
    )


def test_level_can_be_asked_of_each_chapter_file(small):
    assert b"<h3>Une commune debout</h3>" in exports.chapter_html(small, 3)
    assert exports.chapter_markdown(small, 1).startswith(b"# Une commune debout\n")
    assert exports.chapter_odt(small, 1) != exports.chapter_odt(small)
    assert exports.chapter_docx(small, 1) != exports.chapter_docx(small)
