"""Every format for every output, read back: what each of them must hold, and must not."""

import hashlib
import io
from collections import Counter
from dataclasses import replace

import pikepdf
import pytest
from django.utils import timezone
from PIL import Image

from desescalade import markdown, typography
from desescalade.pdf import pictures, preflight
from programmes.enums import DocumentKind, Fidelity, Output, ProgrammeKind
from programmes.exchange import programme_file
from programmes.printing import imposition, print_rules, prints
from programmes.printing.document import Chapter, Commitment, Document, Imprint, Logo
from programmes.printing.formats import FORMATS, Imposition
from programmes.printing.layout import Layout
from programmes.printing.prints import Print
from proposals.models import Signatory
from tests import verapdf

from .printed import MM, drawn, fonts, inks, opened, pages, poppler, size, spoken, squeezed

NAMELESS = {"carte-a6", "affiche-a3", "affiche-a2"}
# What each of them is made for; the others hold any number.
FITTING = {"carte-a6": 3, "affiche-a3": 8, "affiche-a2": 8, "porte-a-porte": 6}
SLUGS = list(FORMATS)
CASES = [(slug, output) for slug in SLUGS for output in Output]
IDS = [f"{slug}-{output}" for slug, output in CASES]
LONG = "anticonstitutionnellement" * 12
HOSTILE = f"{LONG} 😀👩‍🌾 \u202e\u200fمرحبا œ É « » € <b>x</b> {{{{ x }}}}"


def coloured():
    """A logo in colour, as PNG."""
    image = Image.new("RGB", (700, 350), "#0a7d55")
    image.paste("#d9a441", (0, 0, 350, 175))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


LOGO = coloured()


@pytest.fixture(scope="session")
def village(demo):
    """The demonstration with all that a team can add, and the titles that are not to be printed."""
    document, others = demo(12)
    return replace(document, slogan="Moins d’écrans", candidates=("Camille Roux", "Aïcha Benali"),
                   color="#6b1f2a"), others  # fmt: skip


def chosen(document, slug):
    """The first commitments of a document, as many as the format is made for."""
    ids = tuple(row.id for row in document.commitments)[: FITTING.get(slug)]
    logo = Logo(hashlib.sha256(LOGO).hexdigest(), "deux champs", 700, 350)
    layout = Layout(ids, slogan=document.slogan, candidates=document.candidates,
                    color=document.color, logo=logo)  # fmt: skip
    return layout.arrange(document)


@pytest.fixture(scope="session")
def printed(village):
    """Makes a print once, however many tests read it: the order and what was made."""
    made = {}

    def printed(slug, output=Output.ECRAN):
        if (slug, output) not in made:
            document = chosen(village[0], slug)
            order = Print(document, FORMATS[slug], output, bleed=3, logo=LOGO)
            made[slug, output] = order, prints.make(order)
        return made[slug, output]

    return printed


def wanted(commitment, format):
    """The words of a commitment that this format prints, squeezed."""
    match format.field:
        case "text":
            words = markdown.to_text(typography.typeset(commitment.text))
        case "easy" if commitment.easy:
            words = markdown.to_text(typography.typeset(commitment.easy))
        case "easy":
            words = typography.typeset(commitment.title)
        case _:
            words = typography.typeset(commitment.shown_line)
    return squeezed(words)


def copies(slug, output):
    """How often a text stands in the file: several copies may share a sheet."""
    if output is not Output.COPIEUR:
        return 1
    return {Imposition.TWO_UP: 2, Imposition.FOUR_UP: 4}.get(FORMATS[slug].imposition, 1)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_commitment_is_said_exactly_once(printed, slug):
    order, made = printed(slug)
    text = squeezed(spoken(made.pdf))
    found = {row.title: text.count(wanted(row, order.format)) for row in order.document.commitments}
    assert found == dict.fromkeys(found, 1)
    assert len(found) == len(order.document.commitments)


@pytest.mark.parametrize("slug", SLUGS)
def test_printer_gets_the_very_pages_of_the_screen(printed, slug):
    screen, printer = (
        [squeezed(page) for page in pages(printed(slug, output)[1].pdf)]
        for output in (Output.ECRAN, Output.IMPRIMEUR)
    )
    assert printer == screen


@pytest.mark.parametrize("slug", SLUGS)
def test_copier_gets_all_letters_of_the_screen_once_for_each_copy(printed, slug):
    screen, copier = (
        Counter(squeezed(poppler(printed(slug, output)[1].pdf)))
        for output in (Output.ECRAN, Output.COPIEUR)
    )
    times = copies(slug, Output.COPIEUR)
    assert copier == Counter({letter: number * times for letter, number in screen.items()})


@pytest.mark.parametrize(("slug", "output"), CASES, ids=IDS)
def test_nothing_else_leaks(printed, village, db, slug, output):
    text = squeezed(poppler(printed(slug, output)[1].pdf))
    names = [row.name for row in Signatory.objects.all()]
    assert [said for said in (*village[1], *names) if squeezed(said) in text] == []


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if FORMATS[slug].is_public])
@pytest.mark.parametrize("output", Output)
def test_public_print_shows_the_logo_the_slogan_and_the_names(printed, slug, output):
    content = printed(slug, output)[1].pdf
    with opened(content) as file:
        spaces = [
            str(thing.ColorSpace)
            for thing in file.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        ]
    expected = {"ecran": "/DeviceRGB", "copieur": "/DeviceGray", "imprimeur": "/DeviceCMYK"}
    assert spaces == [expected[output]]
    text = squeezed(poppler(content))
    assert "Moinsd’écrans" in text
    # A card and a poster have no room for names.
    assert ("AïchaBenali" in text) is (slug not in NAMELESS)


@pytest.mark.parametrize("slug", SLUGS)
def test_pages_have_the_size_of_the_format_and_no_more_than_it_allows(printed, slug):
    order, made = printed(slug)
    with opened(made.pdf) as file:
        assert {size(page) for page in file.pages} == {order.format.size}
        assert len(file.pages) == made.page_count
    assert made.overflow == ()
    assert order.format.max_pages is None or made.page_count <= order.format.max_pages


@pytest.mark.parametrize(("slug", "output"), CASES, ids=IDS)
def test_faces_are_ours_and_embedded(printed, slug, output):
    with opened(printed(slug, output)[1].pdf) as file:
        found = fonts(file)
    assert {name.partition("-")[0] for name in found} <= {"Vollkorn", "Andika"}
    assert set(found.values()) == {True}


def test_screen_outputs_conform_to_pdf_ua_and_pdf_a(printed, tmp_path):
    paths = {}
    for slug in SLUGS:
        paths[slug] = tmp_path / f"{slug}.pdf"
        paths[slug].write_bytes(printed(slug)[1].pdf)
    found = verapdf.failures(paths.values())
    assert {slug: found[path] for slug, path in paths.items()} == {slug: [] for slug in SLUGS}


@pytest.mark.parametrize("slug", SLUGS)
def test_screen_output_holds_the_file_of_what_it_prints_and_no_more(printed, slug):
    order, made = printed(slug)
    with opened(made.pdf) as file:
        (name,) = file.attachments
        held = programme_file.read(file.attachments[name].get_file().read_bytes())
        assert str(file.Root.Lang) == "fr"
        assert str(file.docinfo["/Title"]) == order.document.title
    assert held == programme_file.contents(order.document, order.format.fields)


@pytest.mark.parametrize("slug", SLUGS)
def test_copier_gets_the_sheets_of_the_imposition(printed, slug):
    order, made = printed(slug, Output.COPIEUR)
    format = order.format
    sheets = imposition.sheets(made.page_count, format.imposition, format.size)
    with opened(made.pdf) as file:
        assert {size(page) for page in file.pages} == {sheets[0].size}
        sides = len(file.pages)
    assert sides == sum(2 if sheet.back else 1 for sheet in sheets) or sides == made.page_count


@pytest.mark.parametrize("slug", SLUGS)
def test_copier_output_leaves_the_edge_free(printed, slug):
    dark = []
    for number, page in enumerate(drawn(printed(slug, Output.COPIEUR)[1].pdf), start=1):
        edge = int(4.5 / 25.4 * 40)
        page.paste("white", (edge, edge, page.width - edge, page.height - edge))
        if page.convert("L").getextrema()[0] < 250:
            dark.append(number)
    assert dark == []


@pytest.mark.parametrize("slug", SLUGS)
def test_printer_output_is_what_a_printer_accepts(printed, slug):
    order, made = printed(slug, Output.IMPRIMEUR)
    assert preflight.problems(made.pdf, size=order.format.size, bleed=3) == []
    with opened(made.pdf) as file:
        assert {size(page) for page in file.pages} == {order.format.size}
        assert {tuple(round(float(part) / MM, 1) for part in page.MediaBox) for page in file.pages}
        widths = {
            round(
                (float(page.BleedBox[2]) - float(page.BleedBox[0])) / MM - order.format.size[0], 1
            )
            for page in file.pages
        }
    assert widths == {6.0}


@pytest.mark.parametrize("bleed", [0, 5])
def test_printer_may_ask_for_another_bleed(village, bleed):
    format = FORMATS["affiche-a3"]
    document = chosen(village[0], format.slug)
    order = Print(document, format, Output.IMPRIMEUR, bleed=bleed, logo=LOGO)
    content = prints.make(order).pdf
    assert preflight.problems(content, size=format.size, bleed=bleed) == []
    with opened(content) as file:
        box = [float(part) / MM for part in file.pages[0].BleedBox]
    assert round(box[2] - box[0]) == format.size[0] + 2 * bleed


@pytest.mark.parametrize("slug", SLUGS)
def test_grey_print_uses_black_ink_only(printed, slug):
    pages = inks(printed(slug, Output.COPIEUR)[1].pdf)
    # Ghostscript makes four inks of a black that is said in RGB.
    assert {page[:3] for page in pages} == {(0, 0, 0)}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_page_is_empty_and_none_is_mostly_ink(printed, slug):
    _, made = printed(slug)
    shares = pictures.coverage(made.pdf)
    assert [share for share in shares if not 0.002 < share < 0.2] == []


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if FORMATS[slug].is_public])
def test_public_print_without_an_edition_is_a_draft_on_every_page(small, slug):
    order = Print(replace(small, stamp=None), FORMATS[slug])
    with opened(prints.make(order).pdf) as file:
        count = len(file.pages)
    text = poppler(prints.make(order).pdf)
    assert text.count(print_rules.DRAFT) >= count


@pytest.mark.parametrize("slug", SLUGS)
def test_public_print_names_its_printer_or_says_that_he_is_missing(small, slug):
    format = FORMATS[slug]
    text = " ".join(poppler(prints.make(Print(small, format)).pdf).split())
    assert ("26150 Barsac" in text) is format.is_public
    draft = replace(small, imprint=Imprint(True, "", ""))
    errors = [
        problem
        for problem in print_rules.problems(draft, format, now=timezone.now())
        if problem.is_error
    ]
    assert bool(errors) is (format.kind is not DocumentKind.INTERNE)


@pytest.mark.parametrize("slug", SLUGS)
def test_empty_programme_prints(small, slug):
    made = prints.make(Print(replace(small, chapters=()), FORMATS[slug]))
    assert made.page_count >= 1


@pytest.fixture(scope="session")
def hostile():
    """Three commitments that say in every field what no person would, in a long-named commune."""
    rows = tuple(
        Commitment(n, f"{n} {HOSTILE}"[:300], f"{n} {HOSTILE}", f"{n} {HOSTILE}", "Le maire décide",
                   "avant la fin du mandat", Fidelity.OWN, easy=f"{n} {HOSTILE}")
        for n in range(1, 4)
    )  # fmt: skip
    document = Document(
        title="Une commune debout",
        subtitle=HOSTILE[:160],
        list_name=HOSTILE[:100],
        commune="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
        department="Marne",
        population=500,
        kind=ProgrammeKind.MANDATE,
        vote_date=None,
        chapters=(Chapter(1, "Nos autres engagements", "", rows, ()),),
        sources=(),
        imprint=Imprint(True, "Camille Roux", "3, place de l’Église"),
    )
    return {slug: prints.make(Print.checked(document, FORMATS[slug])).pdf for slug in SLUGS}


@pytest.mark.parametrize("slug", SLUGS)
def test_hostile_texts_print_completely(hostile, slug):
    said = squeezed(spoken(hostile[slug]))
    assert said.count(LONG) >= 3
    assert said.count("œÉ«»€") >= 3


def test_hostile_texts_conform_too(hostile, tmp_path):
    paths = {slug: tmp_path / f"{slug}.pdf" for slug in SLUGS}
    for slug, path in paths.items():
        path.write_bytes(hostile[slug])
    found = verapdf.failures(paths.values())
    assert {slug: found[path] for slug, path in paths.items()} == {slug: [] for slug in SLUGS}


def of_many(document, number, text="Texte {n}."):
    """The document with so many commitments, each told by its number."""
    (chapter,) = document.chapters
    (row,) = chapter.commitments
    rows = tuple(
        replace(row, id=n, title=f"Titre {n}.", line=f"Ligne {n}.", text=text.format(n=n),
                easy=f"Facile {n}.")
        for n in range(1, number + 1)
    )  # fmt: skip
    return replace(document, chapters=(replace(chapter, commitments=rows),))


@pytest.mark.parametrize("slug", SLUGS)
def test_all_commitments_of_a_long_programme_are_printed(small, slug, rounds):
    number, format = rounds(60, 300), FORMATS[slug]
    made = prints.make(Print.checked(of_many(small, number), format))
    text = squeezed(spoken(made.pdf))
    word = {"text": "Texte", "easy": "Facile"}.get(format.field, "Ligne")
    assert [n for n in range(1, number + 1) if text.count(f"{word}{n}.") != 1] == []
