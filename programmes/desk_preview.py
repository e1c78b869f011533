"""The catalogue's drafts as a commune would have them, on screen and on paper.

The real thing, not a look-alike: the draft is written to the published rows, a programme takes it
up as a team would, its document is built, and all of it is taken back. What is left is frozen data
without an id of any row; HTML and PDF are made of it afterwards, outside the transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from desescalade import merging
from desescalade.merging import Piece
from proposals import models as published
from proposals.catalogue import to_rows
from proposals.desk import drafts
from proposals.desk.excerpt import Excerpt, NotWritable
from proposals.models import Measure, SizeClass

from . import actions, diagnosis
from .models import Commune, Programme
from .printing import document as printed
from .printing.document import Chapter, Commitment, Document
from .printing.formats import Format
from .printing.prints import Print

# On the cover, where a list would say what it stands for: nobody takes the print for a final one.
TITLE = "Aperçu d’un brouillon"
SUBTITLE = "Des textes du catalogue qui ne sont pas encore publiés"


@dataclass(frozen=True)
class Change:
    """A text for this commune, as it differs from what is published."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Reading:
    """A measure as the commune has it.

    `reason` says why it has this wording; `before` is what is published, for the same commune.
    """

    slug: str
    commitment: Commitment
    reason: str
    unsuitable: str
    is_shown: bool
    before: Commitment | None

    @cached_property
    def changes(self) -> list[Change]:
        return _changes(_words(self.before), _words(self.commitment)) if self.before else []


@dataclass(frozen=True)
class Part:
    """A chapter of the preview; `slug` is that of its proposal."""

    slug: str
    chapter: Chapter
    readings: tuple[Reading, ...]
    changes: list[Change]


@dataclass(frozen=True)
class Screen:
    """`problems` do not keep the draft from being read, but from being published."""

    size: str
    parts: tuple[Part, ...]
    problems: list[str]


@dataclass(frozen=True)
class Example:
    """A commune of a size, to look through its eyes."""

    label: str
    commune: Commune


def examples(excerpt: Excerpt) -> list[Example]:
    """A commune of each size, well within it, in one query for each."""
    found = []
    for size in excerpt.working["size_classes", ""]:
        low, high = size["min_population"], size["max_population"]
        middle = (low + high) // 2 if high is not None else 2 * low
        rows = Commune.objects.filter(population__gte=middle).order_by("population", "pk")
        commune = rows.filter(population__lte=high).first() if high else rows.first()
        if commune:
            found.append(Example(size["label"], commune))
    return found


def screen(excerpt: Excerpt, commune: Commune) -> Screen:
    """The draft as the page shows it. Raises NotWritable."""
    problems = excerpt.problems()
    with _taken_back(excerpt):
        size = SizeClass.objects.of(excerpt.catalogue).for_population(commune.population)
        before, _ = _taken_up(excerpt, commune, size)
        _write(excerpt)
        size = SizeClass.objects.of(excerpt.catalogue).for_population(commune.population)
        after, advice = _taken_up(excerpt, commune, size)
    published_texts = {row.measure: row for row in before.commitments}
    shown = []
    for chapter in after.chapters:
        readings = tuple(
            Reading(
                slug=row.measure,
                commitment=row,
                reason=advice[row.measure][0],
                unsuitable=advice[row.measure][1],
                is_shown=excerpt.is_shown(excerpt.bare(row.measure)),
                before=published_texts.get(row.measure),
            )
            for row in chapter.commitments
        )
        slug = excerpt.working["measure", excerpt.bare(readings[0].slug)]["proposal"]
        shown.append(Part(excerpt.row(slug), chapter, readings, _proposal_changes(excerpt, slug)))
    return Screen(size.label if size else "", tuple(shown), problems)


def document(excerpt: Excerpt, commune: Commune) -> Document:
    """The draft as it is printed. The same draft gives an equal document. Raises NotWritable."""
    with _taken_back(excerpt):
        _write(excerpt)
        size = SizeClass.objects.of(excerpt.catalogue).for_population(commune.population)
        built, _ = _taken_up(excerpt, commune, size)
    return built


def order(excerpt: Excerpt, commune: Commune, format: Format) -> Print:
    """The print of the draft: it says on each page that it is not to be handed out.

    What a list has yet to fill in, its imprint first of all, is nothing that a curator could mend:
    the rules are not asked.
    """
    return Print(document(excerpt, commune), format)


@contextmanager
def _taken_back(excerpt: Excerpt) -> Iterator[None]:
    """Takes back whatever is written within. Raises NotWritable where the database refuses it."""
    # What cannot be written is known before anybody has to wait for us.
    _ = excerpt.entries
    try:
        with transaction.atomic():
            drafts.keep_others_from_writing()
            yield
            transaction.set_rollback(True)
    except (IntegrityError, DataError, ProtectedError) as error:
        raise NotWritable(
            [
                "Ce brouillon ne va pas avec ce qui est publié : un numéro, une finalité ou une"
                " strate sont pris, ou encore utilisés ailleurs."
            ],
            needs_others=excerpt.kind != "brouillons",
        ) from error


def _write(excerpt: Excerpt) -> None:
    to_rows.Writer(published, excerpt.catalogue).write(excerpt.entries)


def _taken_up(
    excerpt: Excerpt, commune: Commune, size: SizeClass | None
) -> tuple[Document, dict[str, tuple[str, str]]]:
    """What a team gets that takes up these measures; for each why it is this wording, and why not.

    Measures that are not there, or without a text, are passed over: what is published may lack
    them.
    """
    programme = Programme.objects.create(commune=commune, title=TITLE, subtitle=SUBTITLE)
    slugs = [excerpt.row(slug) for slug in excerpt.slugs]
    measures = Measure.objects.filter(pk__in=slugs, wordings__is_default=True)
    reasons = {}
    for measure in measures.select_related("proposal").with_wordings():
        actions.adopt_measure(programme, measure, size)
        advice = diagnosis.advise(measure, programme, size)
        reasons[measure.pk] = advice.reason, advice.unsuitable
    return _numbered(printed.build(programme)), reasons


def _numbered(built: Document) -> Document:
    """With ranks in the place of the ids of rows that will never have been."""
    ranks = {row.id: rank for rank, row in enumerate(built.commitments, start=1)}
    chapters = tuple(
        replace(
            chapter,
            commitments=tuple(replace(row, id=ranks[row.id]) for row in chapter.commitments),
        )
        for chapter in built.chapters
    )
    return replace(built, chapters=chapters)


def _words(row: Commitment) -> dict[str, str]:
    said = [f"{each.objection}\n{each.answer}" for each in row.objections]
    return {
        "Titre": row.title,
        "Ligne de tract": row.shown_line,
        "Texte": row.text,
        "Version simplifiée": row.easy,
        "Qui décide": row.decided_by,
        "Échéance": row.horizon,
        "Budget": row.budget,
        "Arguments": "\n".join(row.pitches),
        "Objections": "\n".join(said),
    }


def _proposal_changes(excerpt: Excerpt, slug: str) -> list[Change]:
    key = ("proposal", slug)
    if key not in excerpt.entries or key not in excerpt.public:
        return []
    return _changes(*(_words_of_proposal(side[key]) for side in (excerpt.public, excerpt.entries)))


def _words_of_proposal(value: dict) -> dict[str, str]:
    return {
        "Titre": value["title"],
        "Résumé": value["summary"],
        "Chiffres": "\n".join(figure["statement"] for figure in value["figures"]),
    }


def _changes(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    return [
        Change(label, merging.word_diff(before[label], text))
        for label, text in after.items()
        if text != before[label]
    ]
