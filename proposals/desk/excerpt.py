"""A part of the working copy, with all that it needs to stand beside what is published."""

from collections.abc import Sequence
from functools import cached_property

from desescalade import markdown

from .. import models as published
from .. import releases
from ..catalogue import entries as cut
from ..catalogue import from_rows, parts, scope
from ..catalogue.entries import Entries, Key
from . import drafts
from . import models as desk

# What a programme reads; sheets, signatories and thresholds stand on pages of their own.
READ = ("purposes", "size_classes", "source", "proposal", "order", "measure")


class NotWritable(Exception):
    """The draft cannot be published as it is; `sentences` say why, in French.

    With `needs_others`, it might be together with other drafts.
    """

    def __init__(self, sentences: Sequence[str], *, needs_others: bool = False) -> None:
        self.sentences, self.needs_others = list(sentences), needs_others
        super().__init__(" ".join(self.sentences))


class Excerpt:
    """The entries to write, and the measures that a programme then takes up.

    `kind` is "mesure", "proposition" or "brouillons", as in an address; `key` the slug of a row, or
    of a catalogue for all its drafts. The entries of both sides are read once. Raises LookupError
    where the desk has no such thing.
    """

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        self.catalogue = key if kind == "brouillons" else scope.parted(key)[0]
        self.working = from_rows.entries_of(desk, self.catalogue)
        self.public = from_rows.entries_of(published, self.catalogue)
        slugs, self._wanted = self._scope()
        self.missing = {slug: found for slug in slugs if (found := self._missing_texts(slug))}
        self.slugs = [slug for slug in slugs if slug not in self.missing]

    def _scope(self) -> tuple[list[str], list[Key]]:
        """The measures to take up and the entries to write, as the file names them."""
        slug = self.bare(self.key)
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

    def row(self, slug: str) -> str:
        """The slug of the row of an entry."""
        return scope.joined(self.catalogue, slug)

    def bare(self, row: str) -> str:
        """The slug in the file of the entry of a row."""
        return scope.parted(row)[1]

    @property
    def title(self) -> str:
        slug = self.bare(self.key)
        kind = {"mesure": "measure", "proposition": "proposal"}.get(self.kind)
        return self.working[kind, slug]["title"] if kind else "Tous les brouillons"

    @cached_property
    def entries(self) -> Entries:
        """What is written. Raises NotWritable."""
        try:
            found = parts.needed([*self._wanted, *self._first()], self.working, self.public)
        except parts.Unknown as error:
            raise NotWritable([str(error)]) from error
        if self.missing and not self.slugs:
            raise NotWritable(self._all_missing())
        return found

    def _missing_texts(self, slug: str) -> list[str]:
        """Without these texts a measure is nothing that a team could take up."""
        value, name = self.working["measure", slug], f"Mesure « {slug} »"
        wordings = [wording for wording in value["wordings"] if not wording["text"].strip()]
        found = [
            f"{name} : sa déclinaison « {' '.join(wording['sizes'])} » n’a pas encore de texte."
            for wording in wordings
        ]
        if not value["text"].strip():
            found.insert(0, f"{name} : sa déclinaison par défaut n’a pas encore de texte.")
        return found

    def _all_missing(self) -> list[str]:
        return [sentence for sentences in self.missing.values() for sentence in sentences]

    def _first(self) -> list[Key]:
        """What a catalogue that was never published needs besides."""
        return [] if self.public else [("purposes", ""), ("size_classes", "")]

    def problems(self) -> list[str]:
        """A French sentence for all that one would have to mend before publishing.

        Raises NotWritable.
        """
        lists = {(kind, ""): self.working[kind, ""] for kind in cut.WHOLE}
        after = {**lists, **self.public, **self.entries}
        known = set(releases.inconsistencies(self.public)) if self.public else set()
        found = self._all_missing()
        found += [each for each in releases.inconsistencies(after) if each not in known]
        for key, value in self.entries.items():
            found += parts.faults(key, value)
            if key[0] == "measure":
                texts = [value, *value["wordings"]]
                said = [text[name] or "" for text in texts for name in ("text", "easy")]
                found += [problem for text in said for problem in markdown.problems(text)]
        return list(dict.fromkeys(found))
