"""The complete file of a programme: what it holds, and that it says the same when it is read."""

import base64
import html
import re
import uuid
import zlib
from dataclasses import fields, replace

import pytest
import yaml
from django.core.management import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes import actions, editions
from programmes.enums import Printer, ProgrammeKind, Status
from programmes.exchange import complete_file as file
from programmes.exchange import complete_shape as shape
from programmes.exchange import gathering, programme_file, uploads
from programmes.exchange.exports import COMPLETE_EXPORTS
from programmes.models import Comment, Commitment, LayoutCommitment
from programmes.models.layout import Layout
from programmes.printing.document import build
from proposals.enums import Authority, Budget, Horizon
from proposals.models import WordingRevision
from tests.pages import Page, text_of

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"
TRAPS = [
    *("no", "yes", "null", "~", "01004", "12:30", "1e3", "0x1F", "- a", "# b", "a: b", "a #b"),
    *(
        "'",
        '"',
        "« à »",
        "''",
        '"a"',
        " au début",
        "à la fin ",
        "  deux  espaces ",
        "\tx",
        "a\n\n b",
    ),
    *(
        "a\nb\n",
        "\na",
        "| a",
        "> a",
        "& a",
        "* a",
        "! a",
        "% a",
        "@ a",
        "` a",
        "? a",
        ": a",
        "🎉👩‍👩‍👧",
    ),
    *("e\u0301", "\ufeffa", "a\u00a0b\u202f;", "---", "...", "<pre>&amp;</pre>", "\U0010fffd"),
]
SIGNS = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="{}[]\\\u2028\u2029\ufffe\uffff"
    + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])),
)
WILD = st.one_of(st.sampled_from(TRAPS), st.text(SIGNS, max_size=90)).filter(
    lambda text: not programme_file.INVISIBLE.search(text) and len(text) <= 90
)
WORDS = WILD.filter(lambda text: text.strip())
PROSE = st.one_of(WORDS, st.text(st.sampled_from("a é.\n "), min_size=200, max_size=6000)).filter(
    lambda text: text.strip()
)
KEYS = st.uuids().map(str)
PARAMETERS = st.builds(
    file.Parameter,
    slug=st.from_regex("[a-z][a-z0-9_]{0,20}", fullmatch=True),
    value=WORDS,
    label=WILD,
    type=st.just("text"),
    unit=WILD.map(lambda text: text[:40]),
    unit_one=st.just(""),
    min=st.sampled_from([None, "0.5"]),
    max=st.sampled_from([None, "24"]),
    choices=st.lists(WILD, max_size=2).map(tuple),
    help=PROSE,
    default=WILD,
)


@st.composite
def commitments(draw):
    texts = {
        "title": draw(WORDS), "line": draw(WILD), "text": draw(PROSE), "easy": draw(WILD),
    }  # fmt: skip
    is_measure = draw(st.booleans())
    catalogue = file.Catalogue(
        title=draw(WORDS), line=draw(WILD), text=draw(PROSE), easy=draw(WILD),
        sizes=draw(st.sampled_from([(), ("village", "bourg")])), size_label=draw(WILD),
        taken_at_size=draw(st.sampled_from(["", "no"])), release="2026-11", declined="",
    )  # fmt: skip
    return file.Commitment(
        key=draw(KEYS),
        version=draw(st.integers(0, 99_999_999)),
        measure=f"mesure-{uuid.uuid4().hex[:12]}" if is_measure else "",
        status=draw(st.sampled_from(Status.values)),
        reason=draw(WILD),
        **texts,
        decided_by=draw(st.sampled_from(Authority.values)),
        horizon=draw(st.sampled_from(Horizon.values)),
        budget=draw(st.sampled_from(Budget.values)),
        parameters=tuple(draw(st.lists(PARAMETERS, max_size=2, unique_by=lambda row: row.slug))),
        pitches=tuple(draw(st.lists(WILD, max_size=2))),
        objections=tuple(
            file.Objection(*each)
            for each in draw(st.lists(st.tuples(WILD, WILD, WILD), max_size=1))
        ),
        catalogue=catalogue if is_measure else None,
    )


FIGURES = st.builds(
    file.Figure,
    statement=PROSE, value=WILD.map(lambda text: text[:80]), caveat=WILD, source_title=WILD,
    source_url=st.sampled_from(["", "https://exemple.fr/a?b=1#c"]),
    source_date=WILD.map(lambda text: text[:80]), is_printed=st.booleans(),
)  # fmt: skip


@st.composite
def files(draw):
    chapters = tuple(
        file.Chapter(
            number, draw(st.sampled_from(["", f"proposition-{number}"])), draw(WILD), draw(WILD),
            tuple(draw(st.lists(FIGURES, max_size=1))),
            tuple(draw(st.lists(commitments(), max_size=2))),
        )
        for number in draw(st.lists(st.integers(0, 999), max_size=2, unique=True))
    )  # fmt: skip
    chosen = tuple(row.key for chapter in chapters for row in chapter.commitments)
    return file.CompleteFile(
        origin=draw(st.sampled_from(["", "0123456789abcdef"])),
        version=draw(st.integers(0, 9)),
        settings=file.Settings(
            draw(st.sampled_from(["", "table"])), "01004", draw(WILD.map(lambda text: text[:80])),
            draw(st.none() | st.integers(0, 99_999)), draw(st.sampled_from(ProgrammeKind.values)),
            draw(st.none() | st.dates()), draw(WILD), draw(WILD), draw(WILD),
            draw(WILD.map(lambda text: text[:60])), draw(st.sampled_from(["", *Printer.values])),
            draw(WILD), draw(WILD),
        ),
        chapters=chapters,
        layouts=tuple(
            file.Layout(
                slug, draw(WILD), draw(WILD), draw(PROSE), draw(st.sampled_from(["", "#1f4d3a"])),
                "", draw(WILD), draw(WILD), draw(st.sampled_from([0, 3, 5])),
                draw(st.none() | st.integers(1, 1_000_000)),
                draw(st.sampled_from(["", "0.05", "100"])), chosen,
            )
            for slug in draw(st.sampled_from([(), ("depliant",), ("depliant", "no")]))
        ),
    )  # fmt: skip


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(files())
def test_what_is_written_is_read_back_exactly_and_gives_the_same_bytes(said):
    written = file.dump(said)
    assert file.read(written) == said
    assert file.dump(file.read(written)) == written


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_any_yaml_reader_finds_the_same_texts(said):
    found = yaml.safe_load(file.dump(said))
    assert [
        [row["text"] for row in chapter.get("commitments", [])] for chapter in found["chapters"]
    ] == [[row.text for row in chapter.commitments] for chapter in said.chapters]
    assert found["settings"]["commune_code"] == "01004"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_what_a_form_carries_along_comes_out_unchanged(said):
    written = file.dump(said)
    assert uploads.unpack(uploads.pack(written)) == written


@pytest.fixture
def full(programme, take):
    """A programme with everything that a file may hold, and everything that it must not."""
    plan, day, map_ = take(PLAN, DAY, MAP)
    actions.decide(day, Status.DISCUSSED)
    actions.decide(map_, Status.DECLINED, "Pas chez nous : trop cher")
    plan.text, plan.title = "Nos mots à nous.\n\n- un\n- deux", "Notre titre « à nous »"
    plan.save()
    value = plan.parameters.get(slug="delai_revision_mois")
    value.value = "9"
    value.save()
    own = Commitment(
        programme=programme, title="Un lavoir", text="Rouvert.", decided_by="mayor",
        horizon="term", status=Status.DONE,
    )  # fmt: skip
    actions.add_own_commitment(own, None)
    (dropped,) = take("solidarite-voisinage")
    actions.drop(dropped)
    Comment.objects.create(commitment=plan, alias="Zoé", said_by="M. Secret", text="Confidence")
    layout = Layout.objects.create(
        programme=programme, format="depliant", slogan="Debout", copies=200, side_price="0.05"
    )
    for position, row in enumerate([own, plan]):
        LayoutCommitment.objects.create(layout=layout, commitment=row, position=position)
    programme.title, programme.list_name, programme.variant = "Titre", "Bien vivre", "B"
    programme.save()
    return programme


def test_file_holds_all_statuses_with_reasons_texts_values_figures_and_layouts(full):
    said = gathering.gather(full)
    by_title = {row.title: row for row in said.commitments}
    plan, own = by_title["Notre titre « à nous »"], by_title["Un lavoir"]
    assert sorted(row.status for row in said.commitments) == sorted(Status.values)
    assert [row.reason for row in said.commitments if row.reason] == ["Pas chez nous : trop cher"]
    assert plan.text == "Nos mots à nous.\n\n- un\n- deux"
    assert plan.catalogue.title == Commitment.objects.get(measure=PLAN).base_title
    (delay,) = (each for each in plan.parameters if each.slug == "delai_revision_mois")
    assert (delay.value, delay.default, delay.min, delay.max) == ("9", "6", "3", "24")
    assert len(plan.pitches) == Commitment.objects.get(measure=PLAN).pitches.count() > 0
    assert own.catalogue is None
    assert {figure.is_printed for figure in said.chapters[0].figures} == {True, False}
    assert [(row.format, row.slogan, row.chosen) for row in said.layouts] == [
        ("depliant", "Debout", (own.key, plan.key))
    ]
    assert said.settings.variant == "B"


def test_file_holds_nothing_of_the_people_nor_of_the_bin(full, alice):
    membership = full.memberships.get(user=alice)
    membership.alias = "Alice-au-marché"
    membership.save()
    editions.make_edition(full)
    for export in COMPLETE_EXPORTS.values():
        content = html.unescape(export.make(full).decode())
        dropped = Commitment.everything.exclude(dropped_at=None).get()
        private = ("Confidence", "M. Secret", "Zoé", "Alice-au-marché", "alice", full.pk)
        assert [word for word in (*private, dropped.base_title) if word in content] == []


def test_same_content_gives_the_same_bytes_in_a_constant_number_of_queries(
    full, take, django_assert_num_queries
):
    for export in COMPLETE_EXPORTS.values():
        assert export.make(full) == export.make(full)
    with django_assert_num_queries(8):
        gathering.gather(full)
    take("mode-degrade-services")
    with django_assert_num_queries(8):
        gathering.gather(full)


def test_keys_stay_and_differ(full):
    keys = [row.key for row in gathering.gather(full).commitments]
    assert len(set(keys)) == len(keys)
    assert keys == [row.key for row in gathering.gather(full).commitments]


def test_refused_update_is_named_by_its_digest(full):
    plan = Commitment.objects.get(measure=PLAN)
    plan.declined_revision = WordingRevision.objects.filter(measure_slug=DAY).first()
    plan.save()
    said = next(row for row in gathering.gather(full).commitments if row.measure == PLAN)
    assert said.catalogue.declined == gathering.digest_of(plan.declined_revision)


def test_every_field_of_the_shape_is_a_field_of_the_data():
    pairs = [
        (shape.CONTENT, file.CompleteFile), (shape.SETTINGS, file.Settings),
        (shape.CHAPTER, file.Chapter), (shape.FIGURE, file.Figure),
        (shape.COMMITMENT, file.Commitment), (shape.CATALOGUE, file.Catalogue),
        (shape.PARAMETER, file.Parameter), (shape.OBJECTION, file.Objection),
        (shape.LAYOUT, file.Layout),
    ]  # fmt: skip
    for record, data in pairs:
        assert list(record.fields) == [field.name for field in fields(data)]


def mend(content: bytes, old: str, new: str) -> bytes:
    assert old in content.decode()
    return content.decode().replace(old, new, 1).encode()


def problems(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(programme_file.ProgrammeFileError) as raised:
        file.read(content)
    return [(each.line, each.message) for each in raised.value.problems]


@pytest.fixture
def lines(full):
    return file.dump(gathering.gather(full))


def line_of(content: bytes, start: str) -> int:
    return next(
        number
        for number, line in enumerate(content.decode().splitlines(), start=1)
        if line.strip().startswith(start)
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('status: "done"', 'status: "fait"', 'status: "fait"', "attendu : retained"),
        ('kind: "campaign"', 'kind: "guerre"', "kind:", "attendu : campaign"),
        ('value: "9"', 'value: "99"', 'value: "99"', "Choisissez une valeur entre 3 et 24."),
        ('value: "9"', 'value: "demain"', 'value: "demain"', "Écrivez un nombre en chiffres"),
        ('commune_code: "26027"', 'commune_code: "Barsac"', "commune_code", "un code INSEE"),
        ("Rouvert.", "Rouvert {hier}.", 'text: "Rouvert', "« {hier} » n’est pas un réglage"),
        ("Rouvert.", "Rouvert {.", 'text: "Rouvert', "accolade"),
        ('text: "Rouvert."', 'text: ""', 'text: ""', "text : le texte est vide"),
        ('"Un lavoir"', f'"{"a" * 91}"', 'title: "aaa', "91 signes, 90 au plus"),
        ('slogan: "Debout"', 'slogan: "Deb\\u202eout"', "slogan", "U+202E"),
        ('side_price: "0.05"', 'side_price: "cher"', "side_price", "un prix comme 0.05"),
        ('slogan: "Debout"', 'devise: "Debout"', "devise", "clé inconnue « devise »"),
        ('slogan: "Debout"', "slogan: *a", "slogan", "alias *a interdit"),
    ],
)
def test_each_problem_is_named_at_its_place(lines, old, new, at, said):
    broken = mend(lines, old, new)
    found = problems(broken)
    assert [line for line, _ in found] == [line_of(broken, at)]
    assert said in found[0][1]


def test_what_is_there_twice_is_named(lines):
    keys = re.findall(r'key: "([0-9a-f-]{36})"', lines.decode())
    assert problems(mend(lines, keys[1], keys[0]))[0][1] == f"la clé {keys[0]} sert deux fois"
    twice = mend(lines, f'measure: "{DAY}"', f'measure: "{PLAN}"')
    assert [said for _, said in problems(twice)] == [f"la mesure « {PLAN} » est prise deux fois"]


def test_all_problems_are_named_at_once(lines):
    broken = mend(mend(lines, 'value: "9"', 'value: "99"'), 'kind: "campaign"', 'kind: "x"')
    # What no single value shows is looked at when each is right by itself.
    assert len(problems(broken)) == 1
    broken = mend(mend(lines, 'status: "done"', 'status: "x"'), 'kind: "campaign"', 'kind: "x"')
    assert len(problems(broken)) == 2


HOSTILE = {
    "aliases": b"a: &a [1]\nb: *a\n",
    "tag": b"a: !!python/object/apply:os.system ['true']\n",
    "deep": b"[" * 100_000,
    "many": b"a: [" + b"1," * 60_000 + b"]",
    "twice": b"origin: ''\norigin: ''\n",
    "latin": "title: é".encode("latin-1"),
    "nul": b"a: \x00",
    "two documents": b"a: 1\n---\nb: 2\n",
    "list": b"- a\n",
    "unclosed": b'a: "\n',
    "tab": b"a:\n\t- b\n",
    "large": b"a: " + b"x" * 2_200_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(content):
    head = b'format: "desescalade-programme-complet/1"\n'
    for each in (content, head + content):
        with pytest.raises((programme_file.ProgrammeFileError, uploads.UploadRefused)):
            uploads.read(each)
    assert all(said for _, said in problems(head + content))


def test_check_stops_when_its_time_is_spent(lines, monkeypatch):
    monkeypatch.setattr(file, "SECONDS", -1)
    assert problems(lines) == [(1, file.TOO_SLOW)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", uploads.EMPTY),
        (b" \n", uploads.EMPTY),
        (b"bonjour", uploads.NOTHING),
        (b"# Un titre\n\nDu texte.\n\n## Un autre\n\nFin.\n", uploads.MARKDOWN),
        (b"PK\x03\x04rest", uploads.WORD_PROCESSOR),
        (b"<!doctype html><p>Bonjour</p>", uploads.NO_PROGRAMME_IN_PAGE),
        (b"<pre " * 100_000, uploads.NO_PROGRAMME_IN_PAGE),
        (b'<pre id="desescalade-programme-complet">a', uploads.NO_PROGRAMME_IN_PAGE),
        (b'format: "desescalade-programme-complet/2"\n', uploads.NEWER),
        (b"\x89PNG\r\n\x1a\n\0\0", uploads.NOTHING),
        (b"x" * (uploads.MAX_UPLOAD + 1), uploads.TOO_LARGE),
    ],
    ids=range(11),
)
def test_what_is_no_programme_gets_a_plain_sentence(content, sentence):
    with pytest.raises(uploads.UploadRefused) as raised:
        uploads.read(uploads.text_of(content))
    assert str(raised.value) == sentence


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "é",
        "!!!",
        base64.b64encode(b"no").decode(),
        base64.b64encode(zlib.compress(b"a" * 3_000_000)).decode(),
    ],
    ids=["empty", "letters", "marks", "not packed", "bomb"],
)
def test_what_was_tampered_with_on_the_way_is_refused(sent):
    with pytest.raises(uploads.UploadRefused):
        uploads.unpack(sent)


def test_text_editors_line_ends_and_byte_order_mark_change_nothing(lines):
    windows = b"\xef\xbb\xbf" + lines.replace(b"\n", b"\r\n")
    assert uploads.read(uploads.text_of(windows)) == file.read(lines)


def test_offline_page_shows_what_is_retained_and_discussed_and_nothing_else(full):
    content = COMPLETE_EXPORTS["programme-hors-ligne.html"].make(full)
    shown = content.decode().partition("<details>")[0]
    found = text_of(type("Answer", (), {"content": shown.encode()}))
    printed = build(full, (Status.RETAINED, Status.DISCUSSED)).commitments
    squeezed = re.sub(r"\s+", "", html.unescape(shown)).replace("\u202f", "")
    assert len(printed) == 2
    for row in printed:
        title = re.sub(r"[\s\u202f]+", "", row.title)
        assert squeezed.count(title) == 1
    assert "Rouvert." not in found
    assert "Pas chez nous" not in found


def test_offline_page_fetches_nothing_runs_nothing_and_is_well_formed(full):
    content = COMPLETE_EXPORTS["programme-hors-ligne.html"].make(full)
    page = Page(content)
    assert page.fetched == []
    assert [tag for tag in page.inline if tag != "style"] == []
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert b"default-src 'none'" in content


@pytest.mark.parametrize(
    "text", ["</pre></details><b>x</b>", "&lt;pre&gt; &amp;amp;", "<!-- <pre>"]
)
def test_offline_page_gives_back_the_very_file_whatever_is_written(full, text):
    plan = Commitment.objects.get(measure=PLAN)
    plan.text = text
    plan.save()
    page = COMPLETE_EXPORTS["programme-hors-ligne.html"].make(full)
    assert uploads.text_of(page) == file.dump(gathering.gather(full))


def test_exports_are_downloads_with_the_name_of_the_commune(as_alice, full):
    for name in COMPLETE_EXPORTS:
        answer = as_alice.get(f"/programmes/{full.pk}/exporter/{name}")
        assert answer.content == COMPLETE_EXPORTS[name].make(full)
        assert answer["Content-Disposition"] == f'attachment; filename="barsac-{name}"'


def test_edition_has_no_complete_file(as_alice, full):
    editions.make_edition(full)
    address = f"/programmes/{full.pk}/exporter/programme-complet.yaml"
    assert as_alice.get(f"{address}?tirage=1").status_code == 404


def test_print_screen_lists_them(as_alice, full):
    said = text_of(as_alice.get(f"/programmes/{full.pk}/imprimer/"))
    for export in COMPLETE_EXPORTS.values():
        assert export.label in said


@pytest.mark.parametrize("name", COMPLETE_EXPORTS)
def test_command_writes_them(management, full, tmp_path, name):
    to = tmp_path / name
    management("print_programme", full.pk, format=name, to=to)
    assert to.read_bytes() == COMPLETE_EXPORTS[name].make(full)


def test_command_refuses_them_for_an_edition(management, full, tmp_path):
    editions.make_edition(full)
    with pytest.raises(CommandError, match="le demander sans --edition"):
        management(
            "print_programme", full.pk, format="programme-complet.yaml", edition=1,
            to=tmp_path / "a",
        )  # fmt: skip


def test_example_of_the_documentation_can_be_read(settings):
    text = (settings.BASE_DIR / "docs" / "fichier-programme.md").read_text()
    (example,) = re.findall(r"```yaml\n(format.*?)```", text, re.DOTALL)
    said = file.read(example.encode())
    assert [row.title for row in said.commitments][-1] == "Rouvrir le lavoir"
    assert replace(said, version=0) == replace(file.read(file.dump(said)), version=0)
