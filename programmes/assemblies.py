"""The paper assembly: the lines of the printed form, keying in what the room said of each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import actions, history
from .enums import Cause
from .models import Assembly, Ballot, Chapter, Commitment, Programme
from .models.assembly import BOXES, HEAD
from .printing import document, orders
from .printing.formats import FORMATS
from .printing.layout import Layout

FORM = FORMATS["bulletin-assemblee"]
# Keeps a page of the entry under 250 nodes.
LINES_PER_PAGE = 12
NOT_ASKED = [*(None for _ in BOXES), ""]


@dataclass(frozen=True)
class Line:
    """A line of the paper form, by its number there; `commitment` is an id."""

    number: int
    commitment: int
    text: str
    chapter: str
    is_discussed: bool = False
    is_dropped: bool = False


def open_assembly(assembly: Assembly) -> None:
    """Saves a new assembly as the first version of itself."""
    with transaction.atomic():
        assembly.save()
        history.record(assembly, Cause.ADDED)


def lines_of(assembly: Assembly, also: Collection[int] = ()) -> list[Line]:
    """The lines with their numbers on paper: those of the first entry, then what came since.

    What is printed no more keeps its line, and its number; so do the ids `also`, which are looked
    up in the programme. Reads a fixed number of times.
    """
    printed = _printed(assembly.programme)
    ids = list(dict.fromkeys([*assembly.order, *printed, *also]))
    lines = {**printed, **_not_printed(assembly.programme, set(ids) - set(printed))}
    return [replace(lines[pk], number=rank) for rank, pk in enumerate(ids, 1) if pk in lines]


def _printed(programme: Programme) -> dict[int, Line]:
    """The lines in the order of the printed form, not numbered yet."""
    layout = orders.layouts_of(programme).get(FORM.slug, Layout())
    form = layout.arrange(document.build(programme, FORM.statuses))
    return {
        row.id: Line(0, row.id, row.shown_line, chapter.title, is_discussed=row.is_discussed)
        for chapter in form.chapters
        for row in chapter.commitments
    }


def _not_printed(programme: Programme, ids: Collection[int]) -> dict[int, Line]:
    rows = Commitment.everything.filter(programme=programme, pk__in=ids).with_parameters()
    lines = {}
    for row in rows:
        row.programme = programme
        text = row.shown("line") or row.shown("title")
        is_dropped = row.dropped_at is not None
        lines[row.pk] = Line(0, row.pk, text, row.chapter.title, is_dropped=is_dropped)
    return lines


def pages(lines: Iterable[Line]) -> list[list[Line]]:
    """Whole chapters on each page, as many as it bears; a long chapter goes over several."""
    found: list[list[Line]] = [[]]
    for _, group in groupby(lines, key=lambda line: line.chapter):
        chapter = list(group)
        if found[-1] and len(found[-1]) + len(chapter) > LINES_PER_PAGE:
            found.append([])
        for line in chapter:
            if len(found[-1]) == LINES_PER_PAGE:
                found.append([])
            found[-1].append(line)
    return found


@dataclass(frozen=True)
class Doubt:
    """A line on which more hands were raised than people were there."""

    number: int
    commitment: int
    voices: int
    present: int

    @property
    def key(self) -> str:
        """What a second save sends back to say that it is so."""
        return f"{self.commitment}:{self.voices}/{self.present}"


@dataclass(frozen=True)
class Keying:
    """What came of an entry. Nothing is saved where there is a clash or a doubt, or in the bin.

    `clashes` says what is saved where a colleague and this person wrote two different things;
    `taken`, what is saved where only the colleague did. `is_dropped` where a colleague has put
    the assembly in the bin.
    """

    clashes: Mapping[str, Any]
    taken: Mapping[str, Any]
    doubts: Sequence[Doubt] = ()
    is_dropped: bool = False

    @property
    def is_saved(self) -> bool:
        return not (self.clashes or self.doubts or self.is_dropped)


def key_in(
    assembly: Assembly,
    typed: Mapping[str, Any],
    lines: Sequence[Line],
    *,
    version: int | None,
    confirmed: Collection[str],
) -> Keying:
    """Saves what was typed: names of the head, ids of commitments with the values of a ballot.

    `version` is the one that the page was opened at: what only a colleague has written since stays
    as she wrote it. Two people may so key in one assembly, each her own lines.
    """
    with transaction.atomic():
        # Locked, or alone by SQLite's immediate transaction: nothing is written in between.
        fresh = Assembly.objects.select_for_update().filter(pk=assembly.pk).first()
        if fresh is None:
            return Keying({}, {}, is_dropped=True)
        fresh.programme = assembly.programme
        saved = _flat(fresh.state())
        opened = fresh.state() if version == fresh.version else history.state_at(fresh, version)
        written, clashes, taken = _compare(typed, saved, _flat(opened) if opened else {})
        doubts = [
            doubt
            for doubt in _doubts({**saved, **written}, written, lines)
            if doubt.key not in confirmed
        ]
        if written and not clashes and not doubts:
            _write(fresh, written, lines)
    return Keying(clashes, taken, doubts)


def _flat(state: dict) -> dict[str, Any]:
    return {**{name: state[name] for name in HEAD}, **state["ballots"]}


def _compare(
    typed: Mapping[str, Any], saved: Mapping[str, Any], opened: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What this person wrote, what clashes with a colleague's, what only the colleague wrote."""
    written, clashes, taken = {}, {}, {}
    for name, value in typed.items():
        nothing = None if name in HEAD else NOT_ASKED
        now, then = saved.get(name, nothing), opened.get(name, nothing)
        if value == now:
            continue
        if value == then:
            taken[name] = now
        elif now == then:
            written[name] = value
        else:
            clashes[name] = now
    return written, clashes, taken


def _doubts(
    state: Mapping[str, Any], written: Mapping[str, Any], lines: Sequence[Line]
) -> list[Doubt]:
    """Of the lines that are written now; of all of them where the number of people is."""
    present = state["present"]
    if present is None:
        return []
    concerned = state if "present" in written else written
    return [
        Doubt(line.number, line.commitment, voices, present)
        for line in lines
        if (name := str(line.commitment)) in concerned
        and (voices := sum(value or 0 for value in state[name][:-1])) > present
    ]


def _write(assembly: Assembly, written: Mapping[str, Any], lines: Sequence[Line]) -> None:
    assembly.claim(assembly.version)
    for name in HEAD:
        if name in written:
            setattr(assembly, name, written[name])
    assembly.held_on = date.fromisoformat(str(assembly.held_on))
    votes = {line.commitment for line in lines if str(line.commitment) in written}
    if votes:
        assembly.order = [line.commitment for line in lines]
    assembly.save(update_fields=[*HEAD, "order"])
    for pk in votes:
        row = assembly.ballots.filter(commitment=pk)
        if written[str(pk)] == NOT_ASKED:
            row.delete()
        else:
            values = dict(zip((*BOXES, "note"), written[str(pk)], strict=True))
            assembly.ballots.update_or_create(commitment_id=pk, defaults=values)
    history.record(assembly, Cause.KEYED_IN)


def drop(assembly: Assembly) -> None:
    """Puts an assembly in the bin, its votes with it: they show nowhere until it comes back."""
    with transaction.atomic():
        assembly.advance()
        assembly.dropped_at = timezone.now()
        assembly.save(update_fields=["dropped_at"])
        history.record(assembly, Cause.DROPPED)


def bring_back(assembly: Assembly) -> None:
    with transaction.atomic():
        assembly.advance()
        assembly.dropped_at = None
        assembly.save(update_fields=["dropped_at"])
        history.record(assembly, Cause.BROUGHT_BACK)


def arrange_by_result(programme: Programme, chapters: Iterable[Chapter]) -> int:
    """Puts first what found most favour in its last vote; says how many chapters changed.

    What was not voted on comes after, and equals stay, as before. The former order can be taken
    back from the history, also where nobody had ever touched it.
    """
    changed = 0
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        for chapter in chapters:
            chapter.programme = programme
            rows = list(chapter.commitments.in_order())
            votes = Ballot.objects.by_commitment(rows)
            ranked = sorted(rows, key=lambda row: _rank(votes.get(row.pk)))
            if ranked != rows:
                _arrange(chapter, ranked)
                changed += 1
    return changed


def _rank(votes: list[Ballot] | None) -> float:
    share = votes[-1].share if votes else None
    # No share at all comes after a share of nothing.
    return 1 if share is None else -share


def _arrange(chapter: Chapter, rows: Sequence[Commitment]) -> None:
    before = chapter.state()
    if history.state_at(chapter, chapter.version) != before:
        history.record(chapter, Cause.ORDERED)
    chapter.advance()
    actions.arrange(chapter, [row.pk for row in rows], before["figures"])
