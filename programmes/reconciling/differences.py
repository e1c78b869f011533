"""One text, value or choice that is not the same here and in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from desescalade import merging

from ..exchange import complete_file as file
from ..exchange.programme_file import PROSE_FIELDS
from ..models import Commitment, Programme

Kind = Literal["here", "file", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class Difference:
    """What is not the same here and in the file.

    `kind` says who changed it: "here" only (it stays), in the "file" only (it is taken), both in
    other sentences ("merged"), both the same ("conflict"). A value that the bounds here forbid is
    "refused", with the reason in `refusal`. `base` is None when it is not known.
    """

    name: str
    field: str
    label: str
    kind: Kind
    base: str | None
    own: str
    new: str
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    refusal: str = ""

    @cached_property
    def merged(self) -> merging.Merged:
        return merging.merge(self.base or "", self.own, self.new)

    @property
    def is_prose(self) -> bool:
        return self.field in PROSE_FIELDS

    def result(self, choice: str) -> str:
        """What is to be written; `choice` ("own", "new", "both") is for a conflict."""
        match self.kind:
            case "file":
                return self.new
            case "merged":
                return self.merged.text()
            case "conflict" if choice == "both" and self.is_prose:
                return self.merged.text(["both"] * len(self.merged.conflicts))
            case "conflict" if choice == "new":
                return self.new
        return self.own

    @property
    def change(self) -> tuple[merging.Piece, ...]:
        """What happens to the text here without any choice."""
        return merging.word_diff(self._said(self.own), self._said(self.result("own")))

    @property
    def here(self) -> tuple[merging.Piece, ...]:
        return merging.word_diff(self._said(self._before), self._said(self.own))

    @property
    def in_file(self) -> tuple[merging.Piece, ...]:
        return merging.word_diff(self._said(self._before), self._said(self.new))

    @property
    def _before(self) -> str:
        """Where the base is not known, the file is shown as it differs from here."""
        return self.own if self.base is None else self.base

    def _said(self, value: str) -> str:
        return self.words.get(value, value)


@dataclass(frozen=True)
class Subject:
    """A commitment or the settings, with its differences; `said` is None for the settings."""

    row: Commitment | Programme
    said: file.Commitment | None
    differences: tuple[Difference, ...]

    @property
    def is_settings(self) -> bool:
        return self.said is None

    def of(self, *kinds: Kind) -> list[Difference]:
        return [each for each in self.differences if each.kind in kinds]

    @property
    def news(self) -> list[Difference]:
        return self.of("file", "merged")

    @property
    def conflicts(self) -> list[Difference]:
        return self.of("conflict")

    @property
    def refused(self) -> list[Difference]:
        return self.of("refused")

    def results(self, choices: Mapping[str, str]) -> dict[str, str]:
        """The fields whose value changes here."""
        values = {
            each.field: each.result(choices.get(each.name, "own"))
            for each in self.of("file", "merged", "conflict")
        }
        own = {each.field: each.own for each in self.differences}
        return {name: value for name, value in values.items() if value != own[name]}

    def slugs(self) -> list[str]:
        """The parameters that texts may name: those here, and those that come with the file."""
        known = {row.slug for row in self.row.parameters.all()}
        return sorted(known | {each.slug for each in self.said.parameters})


def compared(
    name: str,
    field: str,
    label: str,
    base: str | None,
    own: str,
    new: str,
    words: Mapping[str, str] | None = None,
    refusal: str = "",
) -> list[Difference]:
    """One difference or none."""
    if own == new:
        return []
    kind: Kind
    if refusal and base != new:
        kind = "refused"
    elif base == new:
        kind = "here"
    elif base == own:
        kind = "file"
    elif field in PROSE_FIELDS and merging.merge(base or "", own, new).is_clean:
        kind = "merged"
    else:
        kind = "conflict"
    return [Difference(name, field, label, kind, base, own, new, words or {}, refusal)]
