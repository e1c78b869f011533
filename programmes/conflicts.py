"""Two people wrote the same thing: what each of them changed, and how it can be put together."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from desescalade import merging

from . import history
from .forms.guarded import GuardedForm
from .models import Change, Versioned


@dataclass(frozen=True)
class Clash:
    """A field that both changed, each in another way. `base` is None when it is not known."""

    name: str
    label: str
    base: str | None
    theirs: str
    mine: str

    def against(self, text: str) -> tuple[merging.Piece, ...]:
        return merging.word_diff(self.base or "", text)

    @property
    def their_changes(self) -> tuple[merging.Piece, ...]:
        return self.against(self.theirs)

    @property
    def my_changes(self) -> tuple[merging.Piece, ...]:
        return self.against(self.mine)


@dataclass(frozen=True)
class Conflict:
    """Who saved first, what clashes, and the fields to send again for each way out."""

    last: Change | None
    clashes: tuple[Clash, ...]
    mine: QueryDict

    def combined(self) -> QueryDict:
        """Both texts where they can be told apart, one after the other where they cannot."""
        data = self.mine.copy()
        for clash in self.clashes:
            data[clash.name] = combine(clash)
        return data


def combine(clash: Clash) -> str:
    if clash.base is None:
        return f"{clash.mine}\n\n{clash.theirs}"
    merged = merging.merge(clash.base, clash.mine, clash.theirs)
    return merged.text(["both"] * len(merged.conflicts))


def find(form: GuardedForm, subject: Versioned, base_version: int | None) -> Conflict:
    """What stands between what was typed and what is saved now.

    A field that only the colleague changed is taken over, one that only this person changed
    stays: `mine` holds the whole form like that, ready to be sent at the newest version.
    """
    base = history.state_at(subject, base_version)
    then = None if base is None else form.values_of(base)
    now, typed = form.values_of(subject.state()), form.typed_values()
    data, clashes = form.data.copy(), []
    data["version"] = str(subject.version)
    for name, field in form.fields.items():
        if name == "version" or now.get(name, "") == typed[name]:
            continue
        if then is not None and typed[name] == then.get(name, ""):
            data[name] = now[name]
        elif then is None or now[name] != then.get(name, ""):
            before = None if then is None else then.get(name, "")
            clashes.append(
                Clash(
                    name,
                    str(field.label),
                    before if before is None else in_words(field, before),
                    in_words(field, now[name]),
                    in_words(field, typed[name]),
                )
            )
    last = Change.objects.of(subject).filter(version=subject.version).first()
    return Conflict(last, tuple(clashes), data)


def in_words(field: forms.Field, value: str) -> str:
    """A choice by its label; any other value as it is."""
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))
