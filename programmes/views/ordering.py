"""Orders as people type them: a rank in a box, a button up or down."""

from collections.abc import Sequence

from django.http import QueryDict


def typed_order(data: QueryDict, ids: Sequence[int]) -> list[int]:
    """The ids as the typed ranks (`rank-<id>`, from 1) order them, then a button (`up`, `down`).

    A rank that is not a number, or was not on the page, stays. One that is given the rank of
    another takes its place: the other makes room on the side that it came from.
    """

    def key(pair: tuple[int, int]) -> tuple[int, int]:
        old, pk = pair
        wanted = number(data, f"rank-{pk}")
        new = old if wanted is None else wanted
        return new, (new > old) - (new < old)

    ordered = [pk for _, pk in sorted(enumerate(ids, start=1), key=key)]
    for name, step in (("up", -1), ("down", 1)):
        if (moved := number(data, name)) in ordered:
            place = ordered.index(moved)
            ordered.insert(max(place + step, 0), ordered.pop(place))
    return ordered


def wrong_ranks(data: QueryDict, ids: Sequence[int]) -> list[int]:
    """The ids whose typed rank is no whole number; an empty box is no rank."""
    typed = ((pk, data.get(f"rank-{pk}", "").strip()) for pk in ids)
    return [pk for pk, text in typed if text and whole(text) is None]


def number(data: QueryDict, name: str) -> int | None:
    """A whole number from a form or an address; None for anything else."""
    return whole(data.get(name, ""))


def numbers(data: QueryDict, name: str) -> list[int]:
    """All whole numbers of this name; whatever else was sent is left out."""
    return [known for text in data.getlist(name) if (known := whole(text)) is not None]


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
