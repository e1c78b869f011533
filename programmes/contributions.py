"""What teams send to the catalogue: what it says, what becomes of it in a draft, the answer.

A contribution is given: it says what its team was shown before sending, and nothing else of the
programme leaves with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from desescalade import merging
from desescalade.folding import fold
from desescalade.sentences import folded
from proposals import models as published
from proposals.catalogue import entries, from_rows, matching, scope
from proposals.desk import drafts, journal
from proposals.desk.enums import Cause, Verb
from proposals.desk.enums import Role as DeskRole
from proposals.enums import ExampleKind
from proposals.models import Measure, Release, Wording
from proposals.releases import sizes_of
from proposals.tables.measure import LINE_LENGTH

from .enums import ContributionKind, ContributionStatus, MeasureText
from .models import Commitment, Contribution, Programme

EXAMPLE = entries.shape_of("measure").fields["examples"].item
ONE_LINE = (MeasureText.TITLE, MeasureText.LINE)
CONFLICT = (
    "Depuis cet envoi, le catalogue a changé la même phrase : reprenez les mots à la main, puis"
    " répondez."
)
NO_PLACE = (
    "Cette mesure n’a plus ce texte dans le catalogue : reprenez les mots à la main, puis répondez."
)
TOO_LONG = f"Réuni avec le texte d’aujourd’hui, celui-ci passe {LINE_LENGTH} signes."
# Names of a team: told before they leave, never kept back.
TOLD = ("place", "fact", "wrong", "source", "note", "signature")


class Outdated(ValueError):
    """The draft has moved on; the message, for curators, says what to do."""


class AlreadyAnswered(Exception):
    """Somebody else has answered meanwhile."""


@dataclass(frozen=True)
class Passage:
    """A text of a measure, as the catalogue has it: where it stands, and what it says."""

    measure_slug: str
    sizes: str
    field: MeasureText
    text: str


def passage(measure: Measure, commitment: Commitment, field: MeasureText) -> Passage:
    """The text of today that this text of a commitment comes from.

    Where a wording has no line or easy text of its own, it is the default's. Reads the prefetched
    wordings of the measure.
    """
    if field == MeasureText.TITLE:
        return Passage(measure.pk, "", field, measure.title)
    wording = _wording(measure, commitment.sizes) or measure.wording_for(commitment.taken_at_size)
    if not getattr(wording, field):
        wording = measure.default_wording
    return Passage(measure.pk, sizes_of(wording), field, getattr(wording, field))


def starting_text(commitment: Commitment, passage: Passage) -> str:
    """What a form begins with: the team's own words, put together with the catalogue's of today."""
    own = getattr(commitment, passage.field)
    base = getattr(commitment, f"base_{passage.field}")
    if own in ("", base):
        return passage.text
    if base == passage.text:
        return own
    merged = merging.merge(base, own, passage.text)
    return merged.text() if merged.is_clean else own


def present_text(contribution: Contribution) -> str | None:
    """What the catalogue says today where an improvement would go; None without such a place."""
    measure = Measure.objects.with_wordings().filter(pk=contribution.measure_slug).first()
    if measure is None or not contribution.field:
        return None
    if contribution.field == MeasureText.TITLE:
        return measure.title
    wording = _wording(measure, contribution.sizes)
    return wording and getattr(wording, contribution.field)


def _wording(measure: Measure, sizes: str) -> Wording | None:
    wanted = set(sizes.split())
    for wording in measure.wordings.all():
        if set(sizes_of(wording).split()) == wanted:
            return wording
    return None


def mark(contribution: Contribution) -> str:
    """The same for two contributions that say the same."""
    said = json.dumps(contribution.content(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Said:
    """A piece of a contribution with its label; `pieces` where it is held against another text."""

    label: str
    text: str
    pieces: tuple[merging.Piece, ...] = ()


def said(contribution: Contribution, sizes: Mapping[str, str], title: str | None) -> list[Said]:
    """All that a contribution says, for the team before it sends it and for curators alike.

    `sizes`: the labels of sizes of communes by slug.
    """
    rows = [Said("Mesure", title or contribution.measure_slug)]
    if contribution.kind == ContributionKind.IMPROVEMENT:
        where = contribution.get_field_display()
        if contribution.field != MeasureText.TITLE:
            where = f"{where}, {sizes_in_words(contribution, sizes)}"
        pieces = merging.word_diff(contribution.base, contribution.text)
        rows += [Said("Texte visé", where), Said("Changement", contribution.text, pieces)]
    named = [
        ("Lieu", contribution.place),
        ("Fait", contribution.fact),
        ("Ce qui est faux", contribution.wrong),
        ("Où le vérifier", contribution.source),
        ("Pourquoi", contribution.note),
        ("Signature", contribution.signature),
    ]
    return rows + [Said(label, text) for label, text in named if text]


def sizes_in_words(contribution: Contribution, sizes: Mapping[str, str]) -> str:
    labels = [sizes.get(slug, slug).lower() for slug in contribution.sizes.split()]
    return ", ".join(labels) or "toutes les tailles"


def names_told(contribution: Contribution, programme: Programme) -> list[str]:
    """Names of this commune and of this list that a contribution would tell, each as it is.

    Those that the catalogue's own text has already are no news.
    """
    typed = [fold(getattr(contribution, name)) for name in TOLD]
    before, after = fold(contribution.base), fold(contribution.text)

    def is_told(name: str) -> bool:
        return any(_has(text, name) for text in typed) or (
            _has(after, name) and not _has(before, name)
        )

    return [name for name in (programme.commune.name, programme.list_name) if is_told(fold(name))]


def _has(folded: str, name: str) -> bool:
    return bool(name) and f" {name} " in f" {folded} "


def send(programme: Programme, contribution: Contribution) -> None:
    contribution.programme = programme
    contribution.save(force_insert=True)


def withdraw(contribution: Contribution) -> bool:
    """Takes back what nobody has answered; says whether it could."""
    deleted, _ = Contribution.objects.waiting().filter(pk=contribution.pk).delete()
    return bool(deleted)


def answer(
    contribution: Contribution,
    status: ContributionStatus,
    text: str,
    role: DeskRole,
    release: Release | None = None,
) -> None:
    """Answers once, and once more what was given up; the row in hand is not changed.

    Without a new text the team keeps that of the first answer. Raises AlreadyAnswered.
    """
    said = {"answer": text} if text else {}
    with transaction.atomic():
        # Before the first row: who waits for the desk with a row in hand waits for ever.
        drafts.keep_others_from_writing()
        answered = (
            Contribution.objects.to_answer()
            .filter(pk=contribution.pk)
            .update(
                status=status, release=release, answered_at=timezone.now(), is_read=False, **said
            )
        )
        if not answered:
            raise AlreadyAnswered
        journal.write(role, Verb.ANSWERED, f"mesure « {contribution.measure_slug} »")


def accept(contribution: Contribution, text: str, role: DeskRole) -> None:
    """Puts a contribution in the draft of its measure, and answers.

    Nothing is written when the draft cannot take it (Outdated) or somebody else has answered
    (AlreadyAnswered). A correction is for curators to make: it changes no draft.
    """
    if contribution.kind == ContributionKind.CORRECTION:
        answer(contribution, ContributionStatus.ACCEPTED, text, role)
        return
    catalogue, slug = scope.parted(contribution.measure_slug)
    with transaction.atomic():
        drafts.keep_others_from_writing()
        if stands_in(contribution, from_rows.entry(published, "measure", slug, catalogue)):
            # Another team has proposed the same, say: this release has it, or an earlier one.
            release = Release.objects.filter(catalogue=catalogue).first()
            answer(contribution, ContributionStatus.PUBLISHED, text, role, release)
            return
        answer(contribution, ContributionStatus.DRAFTED, text, role)
        drafts.edit(
            "measure",
            slug,
            partial(_into_draft, contribution),
            cause=Cause.CONTRIBUTION,
            role=role,
            catalogue=catalogue,
        )


def _into_draft(contribution: Contribution, entry: dict[str, Any] | None) -> dict[str, Any]:
    if entry is None:
        raise Outdated(NO_PLACE)
    return as_entry(contribution, entry)


def as_entry(contribution: Contribution, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry of its measure (see proposals.catalogue.entries) with a contribution put in.

    Pure: asks no database. An improvement is merged where the entry has moved on since; raises
    Outdated where it no longer has this text, or has changed the same sentence. An example comes
    last, without a source, for its source is in words. A correction gives the entry as it is.
    """
    if contribution.kind == ContributionKind.EXAMPLE:
        return {**entry, "examples": [*entry["examples"], _example(contribution)]}
    if contribution.kind == ContributionKind.IMPROVEMENT:
        return _improved(contribution, entry)
    return entry


def _example(contribution: Contribution) -> dict[str, Any]:
    return {
        "place": contribution.place,
        "fact": contribution.fact,
        "kind": ExampleKind.EXAMPLE.value,
        "country": "FR",
        "source": None,
    }


def _improved(contribution: Contribution, entry: dict[str, Any]) -> dict[str, Any]:
    place = _place(contribution, entry)
    if place is None:
        raise Outdated(NO_PLACE)
    field = contribution.field
    improved = {**place, field: _put_together(contribution, place[field])}
    if place is entry:
        return improved
    wordings = [improved if each is place else each for each in entry["wordings"]]
    return {**entry, "wordings": wordings}


def _place(contribution: Contribution, entry: dict[str, Any]) -> dict[str, Any] | None:
    """What has the text that an improvement is about: the entry itself or one of its wordings."""
    wanted = {scope.parted(size)[1] for size in contribution.sizes.split()}
    if not wanted:
        return entry
    return next((each for each in entry["wordings"] if set(each["sizes"]) == wanted), None)


def _put_together(contribution: Contribution, present: str | None) -> str:
    if present in (contribution.base, contribution.text):
        return contribution.text
    if present is None:
        raise Outdated(NO_PLACE)
    merged = merging.merge(contribution.base, contribution.text, present)
    if not merged.is_clean:
        raise Outdated(CONFLICT)
    if contribution.field in ONE_LINE and len(merged.text()) > LINE_LENGTH:
        raise Outdated(TOO_LONG)
    return merged.text()


def stands_in(contribution: Contribution, entry: dict[str, Any] | None) -> bool | None:
    """Whether an entry says what an improvement or an example proposed. Pure.

    An example may have been put in other words, up to half of them. None where the sentence of an
    improvement was written anew since, so that nobody could tell.
    """
    if entry is None:
        return False
    if contribution.kind == ContributionKind.EXAMPLE:
        mine = _example(contribution)
        return any(matching.are_alike(EXAMPLE, mine, each) for each in entry["examples"])
    place = _place(contribution, entry)
    present = place and place[contribution.field]
    if not present or present == contribution.base:
        return False
    merged = merging.merge(contribution.base, contribution.text, present)
    return folded(merged.text()) == folded(present) if merged.is_clean else None
