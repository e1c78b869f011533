"""What curators write at the desk goes to the file and comes back as it was."""

from copy import deepcopy
from difflib import SequenceMatcher
from functools import cache

from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from proposals import catalogue
from proposals.catalogue import dumping, entries, reading, shape
from proposals.catalogue.loading import Fate

from . import edits

PROPOSAL = "services-essentiels-hors-reseau"
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}

# What YAML reads otherwise than a person does, and what French typography sets.
TROUBLES = [
    *("no", "Non", "null", "~", "true", "0", "01004", "1e3", "0x1F", "12:30", "2026-11-21"),
    *("- tiret", "-", "---", "...", "? question", ": deux", "a: b", "a #b", "# titre", "#"),
    *("« Oui » !", "l’eau", "l'eau", 'dit "non"', "\\n", "\\", "%", "@", "`", "!tag", "&a", "*a"),
    *(
        "|",
        ">",
        ">-",
        "[1, 2]",
        "{}",
        "{jours}",
        "50 %",
        "1 000 €",
        "🌳",
        "👩‍🌾",
        "é",
        "日本",
        "\u0301",
    ),
    *(
        "a  b",
        "a\u00a0b",
        "a\u202fb",
        "a\tb",
        "x\x7f",
        "x\x85y",
        "x\u2028y",
        "x\ufeffy",
        "x\u200by",
    ),
    *("Une ligne\nune autre", "un\n\ndeux", "un\n  retrait\nfin", "fin \nsuite", "\n", " ", "  "),
    "Une phrase assez longue pour que le fichier doive la plier sur deux lignes au moins. " * 2,
    "https://exemple.fr/" + "tres-long-" * 15,
]
WORDS = st.lists(
    st.one_of(
        st.sampled_from(TROUBLES),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: " ".join(parts).strip())


@cache
def real():
    """The entries of the catalogue with the first and the last item of each list."""
    return {
        key: with_short_lists(entries.shape_of(key[0]), value)
        for key, value in edits.real().items()
    }


def with_short_lists(kind, value):
    match kind:
        case shape.Record(fields=fields):
            return {name: with_short_lists(each, value[name]) for name, each in fields.items()}
        case shape.ListOf(item=shape.Record() as item) if value:
            return [with_short_lists(item, entry) for entry in (*value[:1], *value[1:][-1:])]
    return value


# An order has no values of its own.
KEYS = edits.keys().filter(lambda key: key[0] != "order")


def of_kind(kind, old):
    """Another value, such as a form of the desk would accept."""
    match kind:
        case shape.Text() | shape.Literal():
            return WORDS.filter(lambda text: is_accepted(kind, text))
        case shape.Number():
            return st.decimals(-999, 999, places=3).map(shape.plain)
    return st.composite(lambda draw: edits.other(draw, kind, old))()


def is_accepted(kind, text):
    """As a form of the desk does, which asks the shape and keeps what was typed."""
    try:
        kind.value(text)
    except ValueError:
        return False
    return text != ""


@st.composite
def rewritten(draw):
    """An entry of the catalogue after one to four edits of its values."""
    key = draw(KEYS)
    kind, value = entries.shape_of(key[0]), deepcopy(real()[key])
    spots = list(edits.leaves(kind, value))
    assume(spots)
    for path, leaf in draw(st.lists(st.sampled_from(spots), min_size=1, max_size=4)):
        optional = getattr(leaf, "optional", False) and draw(st.booleans())
        new = None if optional else draw(of_kind(leaf, edits.get(value, path)))
        edits.put(value, path, new) if path else None
    return key, value


@st.composite
def rearranged(draw):
    """An entry after items were added, taken away and moved."""
    key = draw(KEYS)
    value = draw(edits.edited(key, real()[key]))
    assume(value is not None)
    return key, value


def alone(key, value):
    """A catalogue that has this entry only."""
    files = {(kind, ""): [] for kind in entries.WHOLE}
    for kind in ("catalogue", "size_classes"):
        files[kind, ""] = real()[kind, ""]
    if key[0] == "measure":
        slug = value["proposal"]
        bare = {"purposes": [], "figures": [], "questions": []}
        files["proposal", slug] = {**real()["proposal", PROPOSAL], **bare, "slug": slug}
    return entries.join({**files, key: value})


def read_again(content):
    """By the shape of the file; what must hold between entries is not asked for."""
    findings = reading.Findings()
    again = reading.typed(dumping.to_text(content).encode(), shape.CATALOGUE, findings)
    assert findings.problems == []
    return again


@settings(max_examples=1000, **SLOW)
@given(st.one_of(rewritten(), rewritten(), rearranged()))
def test_what_is_written_at_the_desk_is_read_again_as_it_was(edited):
    content = alone(*edited)
    assert read_again(content) == content


ROOTS = {
    "measure": lambda key: ("proposals", 0, "measures", 0),
    "proposal": lambda key: ("proposals", 0),
    "sheet": lambda key: ("reflection_sheets", 0),
    "source": lambda key: ("sources", key),
}


@st.composite
def one_leaf(draw):
    """An entry, the path of a value of it, and another value to put there."""
    key = draw(KEYS)
    spots = [
        (path, leaf)
        for path, leaf in edits.leaves(entries.shape_of(key[0]), real()[key])
        # Short lists of slugs stand on one line, together.
        if not isinstance(leaf, shape.Slug | shape.Whole) and "by_size" not in path
    ]
    assume(spots)
    path, leaf = draw(st.sampled_from(spots))
    return key, path, draw(of_kind(leaf, edits.get(real()[key], path)))


@settings(max_examples=200, **SLOW)
@given(one_leaf())
def test_edit_changes_the_lines_of_its_value_only(edit):
    key, path, new = edit
    before = deepcopy(real()[key])
    after = deepcopy(before)
    edits.put(after, path, new)
    old, now = (dumping.to_text(alone(key, value)) for value in (before, after))
    lines = lines_of(old, (*ROOTS.get(key[0], lambda _: (key[0],))(key[1]), *path))
    blocks = SequenceMatcher(None, old.splitlines(), now.splitlines(), autojunk=False)
    for what, first, last, _, _ in blocks.get_opcodes():
        assert what == "equal" or (lines.start <= first and last <= lines.stop)


def lines_of(text, path):
    """From that of the value to that of whatever comes next, counted from 0."""
    findings = reading.Findings()
    reading.typed(text.encode(), shape.CATALOGUE, findings)
    while path not in findings.places:
        # Left out, as it is what it is when nothing is said: it would stand among its neighbours.
        path = path[:-1]
        inside = [
            line for place, (line, _) in findings.places.items() if place[: len(path)] == path
        ]
        return range(min(inside) - 1, max(inside) + 1)
    start, _ = findings.places[path]
    after = [line for line, _ in findings.places.values() if line > start]
    return range(start - 1, min(after, default=len(text.splitlines()) + 1) - 1)


OTHER = "essai"


@cache
def whole_catalogue():
    return catalogue.read(django_settings.CATALOGUE_FILE.read_bytes())


def one_proposal():
    """A proposal of the catalogue with all that it names, as a catalogue of its own."""
    whole = deepcopy(whole_catalogue())
    proposal = whole["proposals"][0]
    own = {measure["slug"] for measure in proposal["measures"]}
    for holder in proposal["measures"]:
        holder["related"] = [slug for slug in holder["related"] if slug in own]
    for holder in proposal["questions"]:
        holder["measures"] = [slug for slug in holder["measures"] if slug in own]
    for sheet in whole["reflection_sheets"]:
        sheet["proposals"] = [1]
    return {
        **whole,
        "catalogue": {**whole["catalogue"], "slug": OTHER, "title": "Essai"},
        "proposals": [proposal],
        "reflection_sheets": whole["reflection_sheets"][:1],
    }


@st.composite
def rewritten_all_over(draw):
    """A whole catalogue after a handful of edits that leave it in order."""
    content = one_proposal()
    kind = shape.CATALOGUE
    spots = [
        (path, leaf)
        for path, leaf in edits.leaves(kind, content)
        if isinstance(leaf, shape.Text | shape.Flag | shape.Address)
        and path[-1] != "retired"
        # A value must stay one of the choices.
        and path[-2:-1] != ("choices",)
    ]
    for path, leaf in draw(st.lists(st.sampled_from(spots), min_size=3, max_size=8)):
        before = edits.get(content, path)
        edits.put(content, path, draw(of_kind(leaf, before)))
        if not reads(content):
            # A brace, a name that is another's.
            edits.put(content, path, before)
    for _ in range(draw(st.integers(0, 3))):
        # Looked up each time: a move changes which item a path leads to.
        lists = [path for path, _ in edits.lists(kind, content) if path[0] != "size_classes"]
        items = edits.get(content, draw(st.sampled_from(lists)))
        items.insert(0, items.pop())
    return catalogue.read(dumping.to_text(content).encode())


def reads(content) -> bool:
    try:
        catalogue.read(dumping.to_text(content).encode())
    except catalogue.CatalogueError:
        return False
    return True


# A load takes seconds: to find the smallest of the failing catalogues would take many minutes.
@settings(max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate], **SLOW)
@given(rewritten_all_over())
def test_file_that_is_loaded_and_written_again_says_the_same(db, content):
    with transaction.atomic():
        report = catalogue.load(content)
        text = catalogue.dump(OTHER)
        transaction.set_rollback(True)
    assert {*report.fates.values()} == {Fate.ADDED}
    assert text == dumping.to_text(content)
    assert catalogue.read(text.encode()) == content
