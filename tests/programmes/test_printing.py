"""The print as people get it: laid out by WeasyPrint, read back with poppler and pikepdf."""

import re
from dataclasses import replace
from datetime import date

import pytest

from desescalade import markdown, typography
from programmes import actions
from programmes.enums import Fidelity, ProgrammeKind
from programmes.models import Commune, Programme
from programmes.printing import rendering
from programmes.printing.document import Imprint, build
from programmes.printing.formats import FORMATS
from programmes.templatetags import paper
from proposals.models import Measure, Signatory, SizeClass

from .printed import MM, laid_out, opened, pages, poppler, squeezed

A4 = FORMATS["programme-a4"]
PLAN = "pcs-rupture-reseaux"


@pytest.fixture(scope="module")
def whole(demo):
    """Every measure of the catalogue: document, titles not to print, laid out."""
    document, others = demo(70)
    return document, others, laid_out(document, A4)


def with_texts(document, *texts, title="Un titre"):
    (chapter,) = document.chapters
    (first,) = chapter.commitments
    rows = (
        replace(first, id=rank, title=title, text=text) for rank, text in enumerate(texts, start=1)
    )
    return replace(document, chapters=(replace(chapter, commitments=tuple(rows)),))


def columns(content):
    """The text of each page without margin column and foot."""
    box = {"-x": 60, "-y": 18, "-W": 125, "-H": 250}
    return pages(
        content, "-r", "72", *(str(part) for k, mm in box.items() for part in (k, round(mm * MM)))
    )


def plain(label):
    return " ".join(label.split())


def wanted(commitment):
    return squeezed(markdown.to_text(typography.typeset(commitment.text)))


def test_every_commitment_is_printed_exactly_once(whole):
    document, _, rendered = whole
    text = squeezed("".join(columns(rendered.pdf)))
    assert len(document.commitments) == 70
    assert [text.count(wanted(commitment)) for commitment in document.commitments] == [1] * 70


def test_bookmarks_are_title_chapters_and_commitments(whole):
    document, _, rendered = whole
    expected = [(1, document.title), (2, "Ce que nous ferons")]
    for chapter in document.chapters:
        expected.append((2, f"{chapter.number} {typography.typeset(chapter.title)}"))
        expected += [(3, typography.typeset(row.title)) for row in chapter.commitments]
    expected += [(2, "Sources des chiffres"), (2, "Qui écrit, qui imprime")]
    assert [(level, plain(label)) for level, label, _ in rendered.bookmarks] == [
        (level, plain(label)) for level, label in expected
    ]


def test_contents_give_the_page_of_each_chapter(whole):
    _, _, rendered = whole
    starts = {label: page for level, label, page in rendered.bookmarks if level == 2}
    options = ["-r", "72", "-x", "500", "-W", "25", "-y", "60", "-H", "690", "-f", "2", "-l", "3"]
    listed = re.findall(r"\d+", poppler(rendered.pdf, *options))
    assert [int(number) for number in listed] == [
        page for label, page in starts.items() if label[0].isdigit()
    ]


def test_what_is_declined_or_discussed_is_not_printed(whole):
    _, others, rendered = whole
    text = squeezed(poppler(rendered.pdf))
    assert len(others) == 2
    assert [title for title in others if squeezed(title) in text] == []


def test_no_page_ends_with_a_title_and_none_is_empty(whole):
    document, _, rendered = whole
    bodies = [squeezed(page) for page in columns(rendered.pdf)][3:]
    titles = [squeezed(row.title) for row in (*document.commitments, *document.chapters)]
    assert [title for page in bodies for title in titles if page.endswith(title)] == []
    assert [len(page) for page in bodies if len(page) < 100] == []


def test_no_signatory_is_named(whole, db):
    _, _, rendered = whole
    text = poppler(rendered.pdf)
    assert [row.name for row in Signatory.objects.all() if row.name in text] == []


def test_pdf_declares_itself_accessible(whole):
    document, _, rendered = whole
    with opened(rendered.pdf) as file:
        assert file.open_metadata()["pdfuaid:part"] == "1"
        assert bool(file.Root.MarkInfo.Marked) is True
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle) is True
        assert str(file.Root.Lang) == "fr"
        information = {key: str(value) for key, value in file.docinfo.items()}
    del information["/Producer"]
    assert information == {
        "/Title": document.title,
        "/Author": document.list_name,
        "/Subject": document.subtitle,
    }


def test_links_are_tagged_as_links(whole):
    _, _, rendered = whole
    with opened(rendered.pdf) as file:
        numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
        owners = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
        kinds = {
            str(owners[int(annotation.StructParent)].S)
            for page in file.pages
            for annotation in page.get("/Annots", [])
        }
    assert kinds == {"/Link"}


def test_only_our_faces_are_embedded(whole):
    _, _, rendered = whole
    with opened(rendered.pdf) as file:
        fonts = {
            str(font.BaseFont).partition("+")[2]
            for page in file.pages
            for font in page.Resources.Font.values()
        }
    assert {name.partition("-")[0].lower() for name in fonts} == {"vollkorn", "andika"}


def test_same_content_gives_the_same_bytes(whole):
    document, _, rendered = whole
    assert laid_out(document, A4).pdf == rendered.pdf


@pytest.mark.parametrize("measures", [1, 3])
def test_document_takes_a_fixed_number_of_queries(db, barsac, measures, django_assert_num_queries):
    programme, _, _ = actions.open_programme(barsac)
    for measure in Measure.objects.with_wordings()[:measures]:
        actions.adopt_measure(programme, measure, programme.size_class())
    programme = Programme.objects.with_place().get(pk=programme.pk)
    with django_assert_num_queries(5):
        document = build(programme)
    assert len(document.commitments) == measures


@pytest.mark.parametrize(
    ("commune", "own", "other"),
    [
        ("26027", "Notre plan tiendra en quatre pages", "Chaque quartier aura son plan"),
        ("38185", "Chaque quartier aura son plan", "Notre plan tiendra en quatre pages"),
    ],
)
def test_village_and_city_are_printed_in_their_own_words(demo, commune, own, other):
    document, _ = demo(1, commune)
    text = squeezed(poppler(laid_out(document, A4).pdf))
    assert squeezed(own) in text
    assert squeezed(other) not in text


@pytest.mark.parametrize("commune", ["75056", "94038", "98735", "without population"])
def test_any_commune_prints(demo, db, commune):
    if commune == "without population":
        commune = Commune.objects.filter(population=None).first().pk
    document, _ = demo(2, commune)
    rendered = laid_out(document, A4)
    assert squeezed(document.commune) in squeezed(pages(rendered.pdf)[0])
    assert "{" not in poppler(rendered.pdf)
    assert "None" not in poppler(rendered.pdf)


@pytest.mark.parametrize(("measures", "labels"), [(0, 3), (1, 5), (300, 315)])
def test_any_number_of_commitments_prints(demo, measures, labels):
    document, _ = demo(measures)
    rendered = laid_out(document, A4)
    text = squeezed("".join(columns(rendered.pdf)))
    assert [row.title for row in document.commitments if wanted(row) not in text] == []
    assert len(document.commitments) == measures
    assert len(rendered.bookmarks) == labels
    assert "Ne pas jeter sur la voie publique." in columns(rendered.pdf)[-1]


def test_empty_programme_says_so(demo):
    document, _ = demo(0)
    text = poppler(laid_out(document, A4).pdf)
    assert "Ce programme ne contient encore aucun engagement." in text


LONG = "anticonstitutionnellement" * 12


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "Emoji 😀👩‍🌾🏴, droite à gauche \u202e\u200f مرحبا, accolades {rien} {{ rien }}.",
        "<script>alert(1)</script> <b>gras</b> &amp; & < >",
        "- un\n    - deux\n        - trois\n\n> citation\n\n1. un\n2. deux\n\n# Titre",
        "[**mots** en gras](https://exemple.fr/" + "adresse-longue/" * 20 + ")",
        "Une phrase qui revient. " * 300,
        "",
    ],
    ids=["one word", "signs", "markup", "lists", "link", "pages", "nothing"],
)
def test_hostile_text_stays_inside_the_page(small, text):
    title = text.replace("\n", " ")[:300]
    rendered = laid_out(with_texts(small, text, "Fin.", title=title), A4)
    boxes = re.findall(
        r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"',
        poppler(rendered.pdf, "-bbox"),
    )
    outside = [
        box
        for box in (tuple(float(part) / MM for part in box) for box in boxes)
        if box[0] < 19.5 or box[1] < 15 or box[2] > 192.5 or box[3] > 285
    ]
    assert outside == []
    assert "Fin." in poppler(rendered.pdf)


def test_hostile_names_stay_on_the_cover(small):
    name = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
    document = replace(small, commune=name, title=f"{name} {name}"[:90], list_name="x" * 100)
    rendered = laid_out(replace(document, subtitle="y" * 160), A4)
    assert [level for level, _, page in rendered.bookmarks if page == 1] == [1]
    assert "Plan pour le mandat" in pages(rendered.pdf)[0]
    assert rendered.page_count == 2


def test_texts_are_escaped(small):
    html = rendering.html_of(
        replace(with_texts(small, "<i>x</i>", title="<i>x</i>"), list_name='"><i>x</i>'), A4
    )
    assert "<i>" not in html


def test_links_of_a_text_show_their_address(small):
    document = with_texts(small, "Lire [la **charte**](https://exemple.fr/charte).")
    text = " ".join(poppler(laid_out(document, A4).pdf).split())
    assert "Lire la charte (exemple.fr/charte)." in text


def test_election_is_announced_with_its_day(small):
    document = replace(small, kind=ProgrammeKind.CAMPAIGN, vote_date=date(2027, 3, 14))
    cover = " ".join(pages(laid_out(document, A4).pdf)[0].split())
    assert "Élection municipale du dimanche 14 mars 2027" in cover
    assert "Plan pour le mandat" not in cover


def test_foot_carries_list_and_page_but_not_on_the_cover(small):
    cover, body = pages(laid_out(small, A4).pdf, "-y", "760", "-H", "82", "-W", "600")
    assert cover.split() == []
    assert body.split() == ["Bien", "vivre", "ici", "·", "tirage", "1,", "k7d3-9xq2", "2"]


@pytest.mark.parametrize(
    ("name", "address", "missing"),
    [
        ("", "", "Il manque le nom et l’adresse de qui imprime"),
        ("Camille Roux", "", "Il manque l’adresse de qui imprime"),
        ("", "3, place de l’Église", "Il manque le nom de qui imprime"),
    ],
)
def test_without_imprint_every_page_is_a_draft_that_says_why(small, name, address, missing):
    document = replace(small, imprint=Imprint(True, name, address))
    found = pages(laid_out(document, A4).pdf)
    assert ["Projet : ne pas distribuer" in page for page in found] == [True, True]
    assert missing in " ".join(found[-1].split())
    assert "Imprimé par" not in found[-1]


def test_imprint_names_a_company_otherwise_than_ourselves(small):
    ours = " ".join(poppler(laid_out(small, A4).pdf).split())
    assert "Imprimé par nos soins : Camille Roux, 3, place de l’Église, 26150 Barsac." in ours
    company = replace(small, imprint=Imprint(False, "Imprimerie Dioise", "26150 Die"))
    theirs = " ".join(poppler(laid_out(company, A4).pdf).split())
    assert "Imprimé par Imprimerie Dioise, 26150 Die." in theirs


@pytest.mark.parametrize(
    ("fidelities", "words"),
    [
        ([], ""),
        (
            [Fidelity.AS_IS],
            "Son engagement reprend des textes proposés par un collectif d’associations.",
        ),
        (
            [Fidelity.AS_IS] * 5 + [Fidelity.ADAPTED] + [Fidelity.OWN] * 2,
            "Sur ses 8 engagements, 5 reprennent des textes proposés par un collectif"
            " d’associations, 1 les adapte et 2 sont propres à la liste.",
        ),
        (
            [Fidelity.ADAPTED] * 2 + [Fidelity.OWN],
            "Sur ses 3 engagements, 2 adaptent des textes proposés par un collectif"
            " d’associations et 1 est propre à la liste.",
        ),
        ([Fidelity.OWN], "Son engagement est propre à la liste."),
    ],
)
def test_provenance_agrees_in_number(small, fidelities, words):
    (chapter,) = small.chapters
    (row,) = chapter.commitments
    rows = tuple(replace(row, fidelity=fidelity) for fidelity in fidelities)
    document = replace(small, chapters=(replace(chapter, commitments=rows),))
    assert rendering.provenance(document) == words


def test_colophon_names_the_collective_and_who_is_bound(demo):
    document, _ = demo(1)
    text = " ".join(poppler(laid_out(document, A4).pdf).split())
    assert (
        "Son engagement reprend des textes proposés par un collectif d’associations."
        " Il n’engage que la liste." in text
    )


def test_programme_of_own_words_does_not_claim_the_catalogue(small):
    assert "collectif" not in rendering.html_of(small, A4)


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ("", ""),
        ("Court", "Court"),
        ("Favoriser les emplois", "Favoriser les emplois"),
        (
            "Garantir un service public humain",
            "Garantir un service public\u00a0humain",
        ),
        ("deux mots de " + "x" * 50, "deux mots de " + "x" * 50),
        ("x" * 50, "x" * 50),
        ("<i> un <b>", "&lt;i&gt; un &lt;b&gt;"),
    ],
)
def test_last_line_of_a_title_is_not_a_lone_word(title, html):
    assert paper.even(title, 25) == html


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ("Un porte-monnaie", 'Un <span class="whole">porte-monnaie</span>'),
        # What a no-break space ties to it stays with it.
        (
            "Assurer la sécurité des vidéo-clubs & co",
            'Assurer la sécurité des <span class="whole">vidéo-clubs\u00a0&amp;\u00a0co</span>',
        ),
        ("Avant - après", "Avant - après"),
        ("Une inter\u00adcommunalité", "Une intercommunalité"),
    ],
)
def test_no_line_of_a_title_ends_inside_a_word(title, html):
    assert paper.even(title, 25) == html
    assert paper.linked(paper.even("Un porte-monnaie", 25)) == "Un porte\u2011monnaie"
    assert (paper.longest_word("Un porte-monnaie bleu"), paper.longest_word("")) == (13, 0)


@pytest.mark.parametrize("slug", ["programme-a4", "livret-a5", "depliant", "circulaire"])
def test_hyphen_of_a_title_neither_ends_a_line_nor_changes_in_the_text(demo, slug):
    document, _ = demo(12)
    text = poppler(laid_out(document, FORMATS[slug]).pdf, "-raw")
    assert "Assurer la sécurité sans vidéo-surveillance" in text.replace("\n", " ")
    assert "vidéo-\n" not in text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "Un long texte se termine ici.",
            'Un long texte se<span class="tail"> termine\u00a0ici.</span>',
        ),
        ("Un & deux <b>", 'Un &amp;<span class="tail"> deux\u00a0&lt;b&gt;</span>'),
        ("Mot", "Mot"),
    ],
)
def test_last_words_of_a_paragraph_stay_together(text, html):
    assert paper.settled(text) == html


@pytest.mark.parametrize(
    ("html", "split"),
    [
        ("<p>Un. Deux ?\nTrois…</p>", "<p>Un.</p><p>Deux ?</p><p>Trois…</p>"),
        ("<p><strong>Un.</strong> Deux.</p>", "<p><strong>Un.</strong></p><p>Deux.</p>"),
        ("<p><em>Un. Deux.</em> Trois.</p>", "<p><em>Un. Deux.</em></p><p>Trois.</p>"),
        (
            "<p>«\u00a0Un.\u00a0» «\u00a0Deux.\u00a0»</p>",
            "<p>«\u00a0Un.\u00a0»</p><p>«\u00a0Deux.\u00a0»</p>",
        ),
        ("<p>M.\u00a0Roux en 3. et 1.5 h.</p>", "<p>M.\u00a0Roux en 3. et 1.5 h.</p>"),
        ("<p>Un.<br>\nDeux.</p>", "<p>Un.<br>\nDeux.</p>"),
        ("<ul><li>Un. Deux.</li></ul>", "<ul><li>Un. Deux.</li></ul>"),
        ("", ""),
    ],
)
def test_sentences_of_an_easy_text_are_paragraphs(html, split):
    assert paper.sentences(html) == split


def test_commitments_without_easy_words_are_told_apart(small):
    (chapter,) = small.chapters
    (row,) = chapter.commitments
    easy = replace(row, id=2, easy="Facile.")
    both = replace(chapter, commitments=(row, easy))
    assert paper.in_easy_words((chapter, both)) == [replace(chapter, commitments=(easy,))]
    assert paper.without_easy_words(both.commitments) == [row]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2025-04-28", "28\u00a0avril\u00a02025"),
        ("2025-04", "avril\u00a02025"),
        ("2025", "2025"),
        ("2021-12 (à vérifier)", "décembre\u00a02021 (à vérifier)"),
        ("2025-13-40", "2025-13-40"),
    ],
)
def test_dates_of_sources_are_written_out(when, words):
    assert typography.typeset(typography.dates_in_words(when)) == words


def test_wording_of_the_size_is_the_one_in_the_document(take, programme):
    take(PLAN)
    (commitment,) = build(Programme.objects.with_place().get(pk=programme.pk)).commitments
    assert SizeClass.objects.for_population(programme.population).slug == "village"
    assert commitment.text.startswith("Notre plan tiendra en quatre pages")


def test_name_is_kept_on_one_line():
    assert paper.joined("Jean de La <b>") == "Jean\u00a0de\u00a0La\u00a0&lt;b&gt;"
