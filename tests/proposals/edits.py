"""Random edits of the real catalogue's entries, as curators make them."""

from copy import deepcopy
from functools import cache

from django.conf import settings
from hypothesis import assume
from hypothesis import strategies as st

from proposals import catalogue
from proposals.catalogue import entries, shape
from proposals.catalogue.entries import shape_of


@cache
def real() -> entries.Entries:
    return entries.split(catalogue.read(settings.CATALOGUE_FILE.read_bytes()))


def keys() -> st.SearchStrategy:
    kinds = ("measure", "proposal", "sheet", "source", "order", *entries.WHOLE)
    groups = [st.sampled_from([key for key in real() if key[0] == kind]) for kind in kinds]
    # Measures are most of what is edited.
    return st.one_of(groups[0], groups[0], *groups)


def leaves(kind: shape.Kind, value, path=()):
    """Every scalar of a value: its path by ranks, its kind."""
    match kind:
        case shape.Record(fields=fields):
            for name, each in fields.items():
                yield from leaves(each, value[name], (*path, name))
        case shape.MapOf(item=item):
            for name in value:
                yield from leaves(item, value[name], (*path, name))
        case shape.ListOf(item=item):
            for rank, entry in enumerate(value or []):
                yield from leaves(item, entry, (*path, rank))
        case _:
            yield path, kind


def lists(kind: shape.Kind, value, path=()):
    match kind:
        case shape.Record(fields=fields):
            for name, each in fields.items():
                yield from lists(each, value[name], (*path, name))
        case shape.ListOf(item=item):
            if value:
                yield path, kind
            for rank, entry in enumerate(value or []):
                yield from lists(item, entry, (*path, rank))


def put(value, path, new):
    for part in path[:-1]:
        value = value[part]
    value[path[-1]] = new


def get(value, path):
    for part in path:
        value = value[part]
    return value


def other(draw, kind, old):
    """Another value of the same kind, which no other edit gives."""
    number = draw(st.integers(1, 99_999))
    match kind:
        case shape.Text(max=max):
            return f"{old or ''} {number}."[-max:].strip()
        case shape.Choice(of=of):
            return draw(st.sampled_from([value for value in of.values if value != old]))
        case shape.Flag():
            return not old
        case shape.Whole(max=max):
            return number % (max + 1)
        case shape.Number() | shape.Literal():
            return str(number)
        case shape.Day():
            return f"{2000 + number % 1000}-01-02"
        case shape.Address():
            return f"https://exemple.fr/{number}"
        case shape.Slug(pattern="[A-Z]{2}"):
            return draw(st.sampled_from(["BE", "CH", "ES"]))
    return f"nom{number}"


@st.composite
def edited(draw, key, base):
    """The entry after a few edits of any sort: leaves, items added, removed, moved."""
    kind, value = shape_of(key[0]), deepcopy(base)
    for _ in range(draw(st.integers(0, 4))):
        found = list(lists(kind, value))
        if found and draw(st.booleans()):
            path, list_kind = draw(st.sampled_from(found))
            items = get(value, path) if path else value
            match draw(st.sampled_from(["add", "remove", "move"])):
                case "add":
                    new = deepcopy(draw(st.sampled_from(items)))
                    if isinstance(list_kind.item, shape.Record):
                        name = next(iter(list_kind.item.fields))
                        if name == "sizes":
                            continue
                        new[name] = other(draw, list_kind.item.fields[name], new[name])
                    else:
                        new = other(draw, list_kind.item, new)
                    items.insert(draw(st.integers(0, len(items))), new)
                case "remove" if len(items) > list_kind.at_least:
                    items.pop(draw(st.integers(0, len(items) - 1)))
                case "move":
                    moved = items.pop(draw(st.integers(0, len(items) - 1)))
                    items.insert(draw(st.integers(0, len(items))), moved)
        elif spots := list(leaves(kind, value)):
            path, leaf = draw(st.sampled_from(spots))
            put(value, path, other(draw, leaf, get(value, path)))
    assume(is_without_doubles(kind, value))
    return draw(st.sampled_from([value] * 12 + [None]))


def is_without_doubles(kind, value) -> bool:
    """As `consistency` has it: no slug twice in a list."""
    for path, list_kind in lists(kind, value):
        items = get(value, path)
        match list_kind.item:
            case shape.Record(fields=fields) if "slug" in fields or "name" in fields:
                items = [item.get("slug") or item["name"] for item in items]
            case shape.Record():
                continue
        if len(items) != len(set(items)):
            return False
    return True


@st.composite
def two_edits(draw):
    key = draw(keys())
    base = real()[key]
    return key, base, draw(edited(key, base)), draw(edited(key, base))


@st.composite
def apart(draw):
    """Edits of different leaves: each side's, and what they give together."""
    key = draw(keys())
    base = real()[key]
    # Names that make an item another one, and sizes, are not leaves that one edits.
    spots = [
        (path, kind)
        for path, kind in leaves(shape_of(key[0]), base)
        if not isinstance(kind, shape.Slug | shape.Whole) and path[-1] != "name"
    ]
    assume(len(spots) > 1)
    chosen = draw(st.lists(st.sampled_from(spots), min_size=2, max_size=6, unique_by=str))
    cut = draw(st.integers(1, len(chosen) - 1))
    ours, theirs, both = deepcopy(base), deepcopy(base), deepcopy(base)
    for rank, (path, kind) in enumerate(chosen):
        new = other(draw, kind, get(base, path))
        put(ours if rank < cut else theirs, path, new)
        put(both, path, new)
    return key, base, ours, theirs, both
