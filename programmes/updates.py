"""The catalogue moves on: what it says now of a measure that a team has taken, and what to do.

Nothing here changes a programme by itself. A team takes the new text, keeps its own, or puts both
together; a refusal holds until the catalogue says something newer.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from desescalade import merging
from proposals.catalogue import scope
from proposals.models import Measure, Release, ReleasedEntry, WordingRevision
from proposals.releases import sizes_by_measure, sizes_of

from . import actions, history
from .enums import Cause, Status
from .models import Commitment, Programme
from .models.commitment import BASE_FIELDS, TEXT_FIELDS

# A measure is renamed once or twice in a catalogue's life; a longer chain is a circle.
MAX_SUCCESSORS = 5
# What an update writes; the place of a commitment is its chapter's affair.
WRITTEN = (
    *(*TEXT_FIELDS, *BASE_FIELDS, "measure", "decided_by"),
    *("revision", "declined_revision", "sizes", "size_label"),
)


@dataclass(frozen=True)
class Update:
    """A newer text of the catalogue for a commitment, in the words of its revision.

    `measure` is the one that speaks now: the same, or the successor of one that was withdrawn.
    """

    commitment: Commitment
    measure: Measure
    revision: WordingRevision

    @property
    def is_successor(self) -> bool:
        return self.measure.pk != self.commitment.measure_id

    @property
    def mark(self) -> str:
        """What a page shows of it, to be sent back: another text or version makes another."""
        return f"{self.commitment.pk}-{self.commitment.version}-{self.revision.pk}"

    @property
    def is_untouched(self) -> bool:
        """Whether the team left all four texts as the catalogue had them."""
        return not self.commitment.is_adapted

    def new_text(self, field: str) -> str:
        return getattr(self.revision, field)

    def base_text(self, field: str) -> str:
        return getattr(self.commitment, f"base_{field}")

    def merged(self, field: str) -> merging.Merged:
        """The team's text with the catalogue's changes, sentence by sentence."""
        own = self.commitment.source_text(field)
        return merging.merge(self.base_text(field), own, self.new_text(field))

    def proposed(self, field: str) -> str:
        """What the form begins with: both texts where one sentence changed on both sides."""
        merged = self.merged(field)
        return merged.text(["both"] * len(merged.conflicts))

    def changed_fields(self) -> list[str]:
        return [name for name in TEXT_FIELDS if self.base_text(name) != self.new_text(name)]


@dataclass(frozen=True)
class Withdrawal:
    """A commitment whose measure has left the catalogue: it stays as it is.

    `successor` is published, and may be one that the team has already; None without one.
    """

    commitment: Commitment
    successor: Measure | None


@dataclass(frozen=True)
class News:
    """What a team is told: what waits for an answer, and what it can only take note of.

    A withdrawn measure is among the updates where a successor can be taken in its place.
    """

    waiting: list[Update]
    withdrawn: list[Withdrawal]


def waiting(programme: Programme) -> list[Update]:
    """The updates that a team has not answered yet, in the order of the programme."""
    return news(programme).waiting


def update_for(programme: Programme, commitment: Commitment) -> Update | None:
    """Asked of the whole programme: another commitment may have the successor already."""
    found = (row for row in waiting(programme) if row.commitment.pk == commitment.pk)
    return next(found, None)


def news(programme: Programme) -> News:
    """In the order of the programme; a fixed number of queries, however many commitments.

    Texts and wordings are read only of those for which the catalogue may have something to say.
    """
    all_taken = programme.commitments.order_by().exclude(measure=None)
    # A measure that was declined is taken too: nobody has it twice.
    answers = list(
        all_taken.values_list("pk", "measure", "status", "sizes", "revision", "declined_revision")
    )
    taken = {slug for _, slug, *_ in answers}
    ends = _ends(taken, programme.catalogue_id)
    concerned = [
        pk
        for pk, slug, status, sizes, *answered in answers
        if _may_be_news(slug, status, sizes, answered, ends.get(slug))
    ]
    if not concerned:
        return News([], [])
    rows = programme.commitments.in_order().with_parameters().filter(pk__in=concerned)
    rows = list(rows.select_related("chapter", "declined_revision"))
    speaks_now = _speaking({row.measure_id for row in rows}, ends)
    latest = _latest_revisions(measure.pk for measure in speaks_now.values())
    found = News([], [])
    for row in rows:
        row.programme = programme
        if row.status == Status.DECLINED:
            continue
        measure = speaks_now.get(row.measure_id)
        if measure is None or (measure.pk != row.measure_id and measure.pk in taken):
            found.withdrawn.append(Withdrawal(row, measure))
            continue
        sizes = _sizes(measure, row)
        revision = latest.get((measure.pk, sizes)) or latest.get((measure.pk, ""))
        if revision and _is_news(row, revision):
            found.waiting.append(Update(row, measure, revision))
            # Two measures that have become one: the first commitment goes on, the other stays.
            taken.add(measure.pk)
    return found


def withdrawals(programme: Programme, commitments: Iterable[Commitment]) -> dict[int, Withdrawal]:
    """Those of these whose measure has left the catalogue, whatever was answered, by their id.

    Reads `measure.proposal`: select it. Asks the database only where there are some.
    """
    gone = [row for row in commitments if row.measure and not _is_shown(row.measure)]
    if not gone:
        return {}
    speaks_now = _successors({row.measure_id for row in gone}, programme.catalogue_id)
    return {row.pk: Withdrawal(row, speaks_now.get(row.measure_id)) for row in gone}


def releases_of(programme: Programme, withdrawn: Iterable[Withdrawal]) -> dict[int, Release]:
    """The last release that withdrew each of these measures, by the id of the commitment.

    One that left with its whole proposal is in none. One query, and none for nothing.
    """
    slugs = {row.commitment.measure_id: row.commitment.pk for row in withdrawn}
    if not slugs:
        return {}
    catalogue = programme.catalogue_id
    entries = ReleasedEntry.objects.filter(
        release__catalogue=catalogue,
        kind="measure",
        key__in=[scope.parted(slug)[1] for slug in slugs],
    ).filter(Q(after__retired=True) | Q(after__published=False))
    found = entries.exclude(before__retired=True).defer("before", "after").order_by("pk")
    return {
        slugs[scope.joined(catalogue, entry.key)]: entry.release
        for entry in found.select_related("release")
    }


def _is_shown(measure: Measure) -> bool:
    """What `Measure.objects.published()` asks of the database."""
    return measure.published and not measure.retired and measure.proposal.published


def _is_news(commitment: Commitment, revision: WordingRevision) -> bool:
    if revision.measure_slug != commitment.measure_id:
        # A successor may be older than the text of the measure that it replaces.
        declined = commitment.declined_revision
        is_declined = declined and declined.measure_slug == revision.measure_slug
        return not is_declined or revision.pk > declined.pk
    answered = max(commitment.revision_id or 0, commitment.declined_revision_id or 0)
    is_other = any(
        getattr(commitment, f"base_{name}") != getattr(revision, name) for name in TEXT_FIELDS
    )
    return is_other and revision.pk > answered


def _sizes(measure: Measure, commitment: Commitment) -> str:
    """The sizes of the wording that stands for the one that the commitment has."""
    known = {sizes_of(wording) for wording in measure.wordings.all()}
    if commitment.sizes in known:
        return commitment.sizes
    return sizes_of(measure.wording_for(commitment.taken_at_size))


@dataclass(frozen=True)
class End:
    """The published measure that speaks for another now.

    `newest` are the last revisions of its texts by their sizes, "" for the default wording;
    `sizes` are those for which it has a wording today.
    """

    slug: str
    newest: Mapping[str, int]
    sizes: Collection[str]


def _may_be_news(
    slug: str, status: str, sizes: str, answered: Iterable[int | None], end: End | None
) -> bool:
    """Whether a commitment has to be looked at: what `news` says of the others is nothing."""
    if status == Status.DECLINED:
        return False
    if end is None or end.slug != slug or sizes not in end.sizes:
        return True
    newest = end.newest.get(sizes) or end.newest.get("", 0)
    return newest > max(pk or 0 for pk in answered)


def _ends(slugs: Iterable[str], catalogue: str) -> dict[str, End]:
    """For each measure the published one that speaks for it now: itself, or its successor."""
    retired = Measure.objects.of(catalogue).filter(retired=True).exclude(successor=None)
    links = dict(retired.order_by().values_list("pk", "successor"))
    ends = {slug: _end(slug, links) for slug in slugs}
    shown = Measure.objects.published().of(catalogue).filter(pk__in=set(ends.values()))
    newest = {slug: {} for slug in shown.order_by().values_list("pk", flat=True)}
    revisions = WordingRevision.objects.filter(measure_slug__in=newest).order_by("pk")
    for slug, sizes, pk in revisions.values_list("measure_slug", "sizes", "pk"):
        newest[slug][sizes] = pk
    known = sizes_by_measure(newest)
    return {slug: End(end, newest[end], known[end]) for slug, end in ends.items() if end in newest}


def _end(slug: str, links: Mapping[str, str]) -> str:
    steps = 0
    while slug in links and steps < MAX_SUCCESSORS:
        slug, steps = links[slug], steps + 1
    return slug


def _speaking(slugs: Iterable[str], ends: Mapping[str, End]) -> dict[str, Measure]:
    """The measures of these ends, with their wordings, by the measure that they speak for."""
    known = {slug: ends[slug].slug for slug in slugs if slug in ends}
    rows = Measure.objects.with_wordings().in_bulk(set(known.values()))
    return {slug: rows[end] for slug, end in known.items()}


def _successors(slugs: Iterable[str], catalogue: str) -> dict[str, Measure]:
    slugs = set(slugs)
    return _speaking(slugs, _ends(slugs, catalogue))


def _latest_revisions(slugs: Iterable[str]) -> dict[tuple[str, str], WordingRevision]:
    rows = WordingRevision.objects.filter(measure_slug__in=set(slugs)).order_by("pk")
    return {(row.measure_slug, row.sizes): row for row in rows.select_related("release")}


def take(update: Update, texts: Mapping[str, str] | None = None) -> None:
    """Puts the catalogue's new text under a commitment; claim its version first.

    Without `texts`, those of the team give way, and stay in the history. Parameters keep their
    values; those that the new text brings along come with the value for the commune's size.
    """
    commitment, revision = update.commitment, update.revision
    with transaction.atomic():
        for name in TEXT_FIELDS:
            own = (texts or {}).get(name, "")
            setattr(commitment, f"base_{name}", update.new_text(name))
            setattr(commitment, name, "" if own == update.new_text(name) else own)
        commitment.revision, commitment.declined_revision = revision, None
        commitment.sizes, commitment.size_label = revision.sizes, _size_label(update)
        commitment.measure = update.measure
        if update.is_successor:
            commitment.decided_by = update.measure.decided_by
        commitment.save(update_fields=WRITTEN)
        actions.copy_parameters(commitment, update.measure, commitment.taken_at_size)
        actions.copy_arguments(commitment, update.measure)
        history.record(commitment, Cause.UPDATED)


def _size_label(update: Update) -> str:
    sizes = update.revision.sizes
    known = (row for row in update.measure.wordings.all() if sizes_of(row) == sizes)
    wording = next(known, update.measure.default_wording)
    return wording.sizes_in_words()


def refuse(update: Update) -> None:
    """Keeps the team's text; the catalogue's is not offered again until it changes once more."""
    commitment = update.commitment
    with transaction.atomic():
        commitment.declined_revision = update.revision
        commitment.save(update_fields=["declined_revision"])
        history.record(commitment, Cause.REFUSED)
