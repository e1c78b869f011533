"""The catalogue's drafts as a commune would have them, on screen and on paper.

The real thing, not a look-alike: the draft is written to the published rows, a programme takes it
up as a team would, its document is built, and all of it is taken back. What is left is frozen data
without an id of any row; HTML and PDF are made of it afterwards, outside the transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from desescalade import markdown
from proposals import models as published
from proposals import releases
from proposals.catalogue import from_rows, parts, scope, to_rows
from proposals.catalogue.entries import Entries, Key
from proposals.desk import drafts
from proposals.desk import models as desk
from proposals.models import Measure, SizeClass
from proposals.tables.catalogue import MAIN

from . import actions, diagnosis, merging
from .merging import Piece
from .models import Commune, Programme
from .printing import document as printed
from .printing.document import Chapter, Commitment, Document
from .printing.formats import Format
from .printing.prints import Print

# On the cover, where a list would say what it stands for: nobody takes the print for a final one.
TITLE = "Aperçu d’un brouillon"
SUBTITLE = "Des textes du catalogue qui ne sont pas encore publiés"

# What a programme reads; sheets, signatories and thresholds stand on pages of their own.
READ = ("purposes", "size_classes", "source", "proposal", "order", "measure")
KINDS = ("mesure", "proposition", "brouillons")


class NotWritable(Exception):
    """The draft cannot be published as it is; `sentences` say why, in French."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


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


class Draft:
    """What is looked at: the entries to write, and the measures to take up.

    `kind` is one of KINDS; `key` is the slug of a row, or of a catalogue for all its drafts. The
    entries of both sides are read once. Raises LookupError where the desk has no such thing.
    """

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        self.catalogue = _catalogue_of(kind, key)
        self.working = from_rows.entries_of(desk, self.catalogue)
        self.public = from_rows.entries_of(published, self.catalogue)
        self.slugs: list[str]
        self.slugs, self._wanted = self._scope()

    def _scope(self) -> tuple[list[str], list[Key]]:
        """The measures to take up and the entries to write, as the file names them."""
        slug = self.key.removeprefix(scope.prefix(self.catalogue))
        match self.kind:
            case "mesure" if ("measure", slug) in self.working:
                return [slug], [("measure", slug)]
            case "proposition" if ("proposal", slug) in self.working:
                slugs = self._shown_under(slug)
                own = [("proposal", slug), ("order", slug)]
                return slugs, own + [("measure", measure) for measure in slugs]
            case "brouillons" if self.working:
                return self._all_drafts()
        raise LookupError(self.kind, self.key)

    def _all_drafts(self) -> tuple[list[str], list[Key]]:
        changed = drafts.changed_keys(self.public, self.working)
        keys = [key for key in changed if key[0] in READ and key in self.working]
        slugs = [slug for kind, slug in keys if kind == "measure"]
        for kind, slug in keys:
            if kind == "proposal":
                slugs += self._shown_under(slug)
        return list(dict.fromkeys(slugs)), keys

    def _shown_under(self, proposal: str) -> list[str]:
        return [
            slug
            for (kind, slug), value in self.working.items()
            if kind == "measure" and value["proposal"] == proposal and self.is_shown(slug)
        ]

    def is_shown(self, slug: str) -> bool:
        """Whether teams would see the measure, once it is published."""
        value = self.working["measure", slug]
        return value["published"] and not value["retired"]

    @property
    def title(self) -> str:
        slug = self.key.removeprefix(scope.prefix(self.catalogue))
        kind = {"mesure": "measure", "proposition": "proposal"}.get(self.kind)
        return self.working[kind, slug]["title"] if kind else "Tous les brouillons"

    @cached_property
    def entries(self) -> Entries:
        """What is written. Raises NotWritable."""
        try:
            found = parts.needed(self._wanted, self.working, self.public)
        except parts.Unknown as error:
            raise NotWritable([str(error)]) from error
        if missing := _missing_texts(found):
            raise NotWritable(missing)
        return found

    def problems(self) -> list[str]:
        """A French sentence for all that one would have to mend before publishing."""
        after = {**self.public, **self.entries}
        known = set(releases.inconsistencies(self.public)) if self.public else set()
        found = [each for each in releases.inconsistencies(after) if each not in known]
        for key, value in self.entries.items():
            found += parts.faults(key, value)
            if key[0] == "measure":
                texts = [value, *value["wordings"]]
                said = [text[name] or "" for text in texts for name in ("text", "easy")]
                found += [problem for text in said for problem in markdown.problems(text)]
        return list(dict.fromkeys(found))

    def examples(self) -> list[Example]:
        """A commune of each size, well within it, in one query for each."""
        found = []
        for size in self.working["size_classes", ""]:
            low, high = size["min_population"], size["max_population"]
            middle = (low + high) // 2 if high is not None else 2 * low
            rows = Commune.objects.filter(population__gte=middle).order_by("population", "pk")
            commune = rows.filter(population__lte=high).first() if high else rows.first()
            if commune:
                found.append(Example(size["label"], commune))
        return found


def _catalogue_of(kind: str, key: str) -> str:
    if kind == "brouillons":
        return key
    name, separator, _ = key.partition(scope.SEPARATOR)
    return name if separator else MAIN


def _missing_texts(entries: Entries) -> list[str]:
    """Without these texts there is nothing that a team could take up."""
    found = []
    for (kind, slug), value in entries.items():
        if kind != "measure":
            continue
        name = f"Mesure « {slug} »"
        if not value["text"].strip():
            found.append(f"{name} : sa déclinaison par défaut n’a pas encore de texte.")
        found += [
            f"{name} : sa déclinaison « {' '.join(wording['sizes'])} » n’a pas encore de texte."
            for wording in value["wordings"]
            if not wording["text"].strip()
        ]
    return found


def screen(draft: Draft, commune: Commune) -> Screen:
    """The draft as the page shows it. Raises NotWritable."""
    problems = draft.problems()
    with _taken_back(draft):
        size = SizeClass.objects.of(draft.catalogue).for_population(commune.population)
        before, _ = _taken_up(draft, commune, size)
        _write(draft)
        size = SizeClass.objects.of(draft.catalogue).for_population(commune.population)
        after, advice = _taken_up(draft, commune, size)
    published_texts = {row.measure: row for row in before.commitments}
    shown = []
    for chapter in after.chapters:
        readings = tuple(
            Reading(
                slug=row.measure,
                commitment=row,
                reason=advice[row.measure][0],
                unsuitable=advice[row.measure][1],
                is_shown=draft.is_shown(_bare(draft, row.measure)),
                before=published_texts.get(row.measure),
            )
            for row in chapter.commitments
        )
        slug = draft.working["measure", _bare(draft, readings[0].slug)]["proposal"]
        shown.append(Part(_own(draft, slug), chapter, readings, _proposal_changes(draft, slug)))
    return Screen(size.label if size else "", tuple(shown), problems)


def document(draft: Draft, commune: Commune) -> Document:
    """The draft as it is printed. The same draft gives an equal document. Raises NotWritable."""
    with _taken_back(draft):
        _write(draft)
        size = SizeClass.objects.of(draft.catalogue).for_population(commune.population)
        built, _ = _taken_up(draft, commune, size)
    return built


def order(draft: Draft, commune: Commune, format: Format) -> Print:
    """The print of the draft: it says on each page that it is not to be handed out.

    What a list has yet to fill in, its imprint first of all, is nothing that a curator could mend:
    the rules are not asked.
    """
    return Print(document(draft, commune), format)


@contextmanager
def _taken_back(draft: Draft) -> Iterator[None]:
    """Takes back whatever is written within. Raises NotWritable where the database refuses it."""
    _ = draft.entries
    try:
        with transaction.atomic():
            drafts.keep_others_from_writing()
            yield
            transaction.set_rollback(True)
    except (IntegrityError, DataError, ProtectedError) as error:
        raise NotWritable(
            [
                "Ce brouillon ne va pas avec ce qui est publié : un numéro, une finalité ou une"
                " strate sont pris ou encore utilisés ailleurs. Regardez « Tous les brouillons »,"
                " qui les essaie ensemble."
            ]
        ) from error


def _write(draft: Draft) -> None:
    to_rows.Writer(published, draft.catalogue).write(draft.entries)


def _taken_up(
    draft: Draft, commune: Commune, size: SizeClass | None
) -> tuple[Document, dict[str, tuple[str, str]]]:
    """What a team gets that takes up these measures; for each why it is this wording, and why not.

    Measures that are not there, or without a text, are passed over: what is published may lack
    them.
    """
    programme = Programme.objects.create(commune=commune, title=TITLE, subtitle=SUBTITLE)
    slugs = [_own(draft, slug) for slug in draft.slugs]
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


def _own(draft: Draft, slug: str) -> str:
    return f"{scope.prefix(draft.catalogue)}{slug}"


def _bare(draft: Draft, slug: str) -> str:
    return slug.removeprefix(scope.prefix(draft.catalogue))


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


def _proposal_changes(draft: Draft, slug: str) -> list[Change]:
    key = ("proposal", slug)
    if key not in draft.entries or key not in draft.public:
        return []
    return _changes(*(_words_of_proposal(side[key]) for side in (draft.public, draft.entries)))


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
