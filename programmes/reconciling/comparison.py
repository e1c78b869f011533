"""What a file says otherwise than a programme."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from proposals import parameters

from .. import history, importing
from ..enums import Status
from ..exchange import complete_file as file
from ..exchange import gathering, recognising
from ..exchange.complete_file import CompleteFile
from ..exchange.recognising import Known
from ..forms.guarded import as_typed
from ..models import Change, Commitment, CommitmentParameter, Programme
from ..models.commitment import TEXT_FIELDS
from .differences import Difference, Subject, compared

DECIDED = ("status", "reason", "horizon")
OF_OWN = ("decided_by", "budget")
SETTINGS = (*importing.SETTINGS, "own_population")


@dataclass(frozen=True)
class Comparison:
    """`seen` changes whenever anybody saves something here."""

    programme: Programme
    file: CompleteFile
    is_own_file: bool
    subjects: tuple[Subject, ...]
    added: tuple[tuple[file.Chapter, Known], ...]
    missing: tuple[Commitment, ...]
    in_bin: tuple[Commitment, ...]
    seen: str

    @property
    def changed(self) -> list[Subject]:
        return [subject for subject in self.subjects if subject.news]

    @property
    def clashing(self) -> list[Subject]:
        return [subject for subject in self.subjects if subject.conflicts]

    @property
    def kept(self) -> list[Subject]:
        return [subject for subject in self.subjects if subject.of("here")]

    @property
    def refusing(self) -> list[Subject]:
        return [subject for subject in self.subjects if subject.refused]

    @property
    def brings_nothing(self) -> bool:
        return not (self.added or self.changed or self.clashing)

    def problems(self, choices: Mapping[str, str]) -> dict[str, list[str]]:
        """By the name of a conflict, what is wrong with the two texts put together."""
        found = {
            each.name: file.problems_of(each.field, each.result("both"), subject.slugs())
            for subject in self.clashing
            for each in subject.conflicts
            if each.is_prose and choices.get(each.name) == "both"
        }
        return {name: problems for name, problems in found.items() if problems}


def compare(programme: Programme, said: CompleteFile, *, is_of_print: bool = False) -> Comparison:
    """What a file says otherwise than the programme, in a fixed number of queries.

    A commitment is found again by its key, else by its measure; whatever stands in the file is
    looked for in this programme alone.
    """
    rows = list(Commitment.everything.filter(programme=programme).in_order().with_parameters())
    for row in rows:
        row.programme = programme
    pairs = _pairs(rows, said)
    is_own_file = said.origin == gathering.origin_of(programme)
    states = _states(programme, pairs) if is_own_file else {}
    matched = {row.pk for row in pairs.values()}
    taken = {row.measure_id for row in rows if row.measure_id and not row.dropped_at}
    new = [each for each in said.commitments if each not in pairs]
    known = recognising.recognise(
        new, programme.size_class(), taken, catalogue=programme.catalogue_id
    )
    subjects = [_settings(programme, said, is_own_file, is_of_print)]
    for each, row in pairs.items():
        if not row.dropped_at:
            subjects.append(_subject(row, each, states.get(row.pk), is_of_print))
    return Comparison(
        programme=programme,
        file=said,
        is_own_file=is_own_file,
        subjects=tuple(subject for subject in subjects if subject.differences),
        added=tuple(
            (chapter, known[each])
            for chapter in said.chapters
            for each in chapter.commitments
            if each in known
        ),
        missing=tuple(
            row
            for row in rows
            if row.pk not in matched
            and not row.dropped_at
            and (row.status == Status.RETAINED or not is_of_print)
        ),
        in_bin=tuple(row for row in pairs.values() if row.dropped_at),
        seen=seen(programme, rows),
    )


def _pairs(rows: list[Commitment], said: CompleteFile) -> dict[file.Commitment, Commitment]:
    """Each commitment of the file that is here, with its row; one in the bin comes last."""
    by_key = {str(row.key): row for row in rows}
    pairs = {each: by_key[each.key] for each in said.commitments if each.key in by_key}
    left = [row for row in rows if row not in pairs.values()]
    left.sort(key=lambda row: row.dropped_at is None)
    by_measure = {row.measure_id: row for row in left if row.measure_id}
    own = {row.source_title.strip(): row for row in left if row.is_own and not row.dropped_at}
    for each in said.commitments:
        if each in pairs:
            continue
        # One without a key is from paper: of the team's own, the title is all there is.
        named = None if each.key or each.measure else own.pop(each.title.strip(), None)
        if found := by_measure.pop(each.measure, None) or named:
            pairs[each] = found
    return pairs


def _states(programme: Programme, pairs: Mapping[file.Commitment, Commitment]) -> dict[int, dict]:
    """What each commitment said at the version that the file names, where that is known."""
    wanted = {(row.pk, each.version) for each, row in pairs.items()}
    changes = Change.objects.filter(
        programme=programme, commitment__isnull=False, version__in={pair[1] for pair in wanted}
    )
    return {
        change.commitment_id: change.state
        for change in changes
        if (change.commitment_id, change.version) in wanted
    }


def seen(programme: Programme, rows: Iterable[Commitment]) -> str:
    """Of all commitments, those in the bin too; only the versions are read."""
    versions = sorted((row.pk, row.version) for row in rows)
    return hashlib.sha256(repr((programme.version, versions)).encode()).hexdigest()[:32]


def _settings(
    programme: Programme, said: CompleteFile, is_own_file: bool, is_of_print: bool
) -> Subject:
    state = history.state_at(programme, said.version) if is_own_file else None
    found = []
    for name in SETTINGS:
        if is_of_print and name.startswith(("printer", "variant")):
            continue
        field = Programme._meta.get_field(name)
        new = getattr(said.settings, "population" if name == "own_population" else name)
        base = None if state is None else as_typed(state.get(name))
        found += compared(
            f"reglages-{name}",
            name,
            str(field.verbose_name),
            base,
            as_typed(getattr(programme, name)),
            as_typed(new),
            dict(field.choices or ()),
        )
    return Subject(programme, None, tuple(found))


def _subject(
    row: Commitment, said: file.Commitment, state: dict | None, is_of_print: bool
) -> Subject:
    found: list[Difference] = []
    for name in TEXT_FIELDS:
        new = getattr(said, name)
        if not new and (is_of_print or not row.is_own):
            continue
        base = _base_text(row, said, state, name)
        found += compared(*_named(row, name), base, row.source_text(name), new)
    if not is_of_print:
        for name in (*DECIDED, *(OF_OWN if row.is_own else ())):
            base = None if state is None else as_typed(state.get(name))
            words = dict(Commitment._meta.get_field(name).choices or ())
            found += compared(
                *_named(row, name), base, getattr(row, name), getattr(said, name), words
            )
    found += _values(row, said, state)
    subject = Subject(row, said, tuple(found))
    slugs = subject.slugs()
    return replace(subject, differences=tuple(_asked(each, slugs) for each in found))


def _asked(difference: Difference, slugs: list[str]) -> Difference:
    """What cannot stand as it was put together is for the team to put together."""
    if difference.kind != "merged":
        return difference
    problems = file.problems_of(difference.field, difference.result(""), slugs)
    return replace(difference, kind="conflict") if problems else difference


def _named(row: Commitment, name: str) -> tuple[str, str, str]:
    return (
        f"engagement-{row.pk}-{name}",
        name,
        str(Commitment._meta.get_field(name).verbose_name),
    )


def _base_text(row: Commitment, said: file.Commitment, state: dict | None, name: str) -> str | None:
    if state is not None:
        return state.get(name) or state.get(f"base_{name}") or ""
    if said.catalogue:
        return getattr(said.catalogue, name)
    return None if row.is_own else getattr(row, f"base_{name}")


def _values(row: Commitment, said: file.Commitment, state: dict | None) -> Iterator[Difference]:
    """The values of the parameters that are both here and in the file; bounds are those here."""
    new = {each.slug: each for each in said.parameters}
    for here in row.parameters.all():
        if here.slug not in new:
            continue
        theirs = new[here.slug]
        base = state and state.get("parameters", {}).get(here.slug)
        value, refusal = _fitting(here, theirs.value)
        yield from compared(
            f"engagement-{row.pk}-reglage-{here.slug}",
            f"reglage_{here.slug}",
            here.label,
            base or theirs.default or None,
            here.value,
            value,
            refusal=refusal,
        )


def _fitting(here: CommitmentParameter, value: str) -> tuple[str, str]:
    """The value as it would be stored, and why it cannot be."""
    try:
        parameters.parse(
            value, type=here.type, min=here.min, max=here.max, choices=here.choice_list()
        )
    except ValidationError as error:
        return value, error.messages[0]
    return importing.stored(value, here.type), ""
