"""The chapter files: read back by LibreOffice, by readers of Markdown and of HTML."""

import io
import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from zipfile import ZipFile

import pytest
from lxml import etree
from markdown import markdown

from desescalade import typography
from desescalade.markdown import MAX_DEPTH, to_text
from programmes.exchange import chapter, exports, markdown_file, tree
from programmes.exchange.exports import EXPORTS

from .texts import EVERYTHING, HOSTILE, squeezed

CHAPTERS = ("chapitre.odt", "chapitre.docx", "chapitre.html", "chapitre.md")
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


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


def test_level_can_be_asked_of_each_chapter_file(small):
    assert b"<h3>Une commune debout</h3>" in exports.chapter_html(small, 3)
    assert exports.chapter_markdown(small, 1).startswith(b"# Une commune debout\n")
    assert exports.chapter_odt(small, 1) != exports.chapter_odt(small)
    assert exports.chapter_docx(small, 1) != exports.chapter_docx(small)
