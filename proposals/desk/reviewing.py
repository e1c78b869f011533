"""Drafts on their way to the public: written, asked to be read, read, published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction

from ..catalogue import entries as cut
from ..catalogue import from_rows, scope
from ..catalogue.differences import Difference, differences
from ..catalogue.entries import Key
from ..models import SizeClass
from ..tables.catalogue import MAIN
from . import drafts, journal, models
from .enums import ReviewState, Role, Verb
from .models import PlannedRelease, Review


@dataclass(frozen=True)
class Draft:
    """An entry that the working copy has otherwise than the public; None: it does not have it."""

    key: Key
    published: Any
    value: Any
    review: Review | None
    catalogue: str = MAIN
    # The number of the planned release that holds this very text.
    planned: str = ""

    @property
    def kind(self) -> str:
        return self.key[0]

    @property
    def slug(self) -> str:
        return self.key[1]

    @property
    def name(self) -> str:
        return cut.name(self.key)

    @property
    def title(self) -> str:
        """What the entry is called by people, where it has a title."""
        value = self.value or self.published
        return value.get("title", "") if isinstance(value, dict) else ""

    @property
    def digest(self) -> str:
        return cut.digest(self.value)

    @property
    def mark(self) -> str:
        """Names the draft as it is read now: another text makes another mark."""
        return f"{self.kind}/{self.slug}@{self.digest[:16]}"

    @property
    def state(self) -> str:
        """Where it stands; a text that changed since it was read is a draft again."""
        is_current = self.review is not None and self.review.digest == self.digest
        return self.review.state if is_current else ""

    @property
    def state_in_words(self) -> str:
        if self.planned:
            return f"attend l’édition {self.planned}"
        return ReviewState(self.state).label if self.state else "brouillon"

    @property
    def note(self) -> str:
        return self.review.note if self.state else ""

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(self.key, self.published, self.value)

    @property
    def measure(self) -> str:
        """The slug of a measure as programmes know it; empty for another kind of entry."""
        return scope.joined(self.catalogue, self.slug) if self.kind == "measure" else ""

    @property
    def measures(self) -> list[str]:
        """The measure in a list, or none: what the impact is asked of."""
        return [self.measure] if self.measure else []

    @property
    def sizes_without_wording(self) -> list[str]:
        """The sizes of commune that have only the default text, as labels."""
        if self.kind != "measure" or self.value is None:
            return []
        said = {size for wording in self.value["wordings"] for size in wording["sizes"]}
        return [
            row.label
            for row in SizeClass.objects.of(self.catalogue)
            if scope.parted(row.slug)[1] not in said
        ]


def waiting(catalogue: str = MAIN) -> list[Draft]:
    """All drafts, in the order of the catalogue, in a fixed number of queries."""
    reviews = {(row.kind, row.key): row for row in Review.objects.filter(catalogue=catalogue)}
    planned = _planned(catalogue)
    unpublished = drafts.unpublished(catalogue).items()
    return [
        Draft(key, before, value, reviews.get(key), catalogue, planned.get((*key, digest), ""))
        for key, (before, value) in unpublished
        for digest in [cut.digest(value)]
    ]


def count_of_asked() -> int:
    """How many drafts wait for a review, of texts that did not change since it was asked."""
    asked = Review.objects.filter(state=ReviewState.ASKED)
    by_catalogue: dict[str, list[Review]] = {}
    for review in asked:
        by_catalogue.setdefault(review.catalogue_id, []).append(review)
    count = 0
    for catalogue, reviews in by_catalogue.items():
        entries = from_rows.entries_of(models, catalogue)
        count += sum(cut.digest(entries.get((row.kind, row.key))) == row.digest for row in reviews)
    return count


def _planned(catalogue: str) -> dict[tuple[str, str, str], str]:
    """The number of the first release to come with a text: by kind, key and digest."""
    rows = PlannedRelease.objects.filter(catalogue=catalogue, problem="").order_by("-publish_at")
    return {
        (entry["kind"], entry["key"], cut.digest(entry["after"])): row.number
        for row in rows
        for entry in row.entries
    }


def draft_of(key: Key, catalogue: str = MAIN) -> Draft | None:
    """The draft of one entry; None when the public reads it as it stands."""
    return next((draft for draft in waiting(catalogue) if draft.key == key), None)


def as_marked(marks: Collection[str], catalogue: str = MAIN) -> list[Draft] | None:
    """The drafts that these marks name; None when one of them reads otherwise by now."""
    known = {draft.mark: draft for draft in waiting(catalogue)}
    return None if set(marks) - set(known) else [known[mark] for mark in dict.fromkeys(marks)]


VERBS = {
    ReviewState.ASKED: Verb.ASKED,
    ReviewState.APPROVED: Verb.APPROVED,
    ReviewState.RETURNED: Verb.RETURNED,
}


def mark(found: Iterable[Draft], state: ReviewState, role: Role, note: str = "") -> None:
    """Says where drafts stand, of their text as it is now."""
    with transaction.atomic():
        drafts.keep_others_from_writing()
        for draft in found:
            Review.objects.update_or_create(
                catalogue_id=draft.catalogue,
                kind=draft.kind,
                key=draft.slug,
                defaults={"digest": draft.digest, "state": state, "note": note},
            )
            journal.write(role, VERBS[state], draft.name)
