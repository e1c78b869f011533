"""Forms on rows that several people write."""

from django import forms
from django.db import transaction
from django.http import QueryDict

from .. import history
from ..enums import Cause

# The way out of a conflict that a page sends its form again with, and one of them.
WAY, TAKE_THEIRS = "conflit", "le-leur"
# Of several forms on a page, those that give way to what the team has saved.
GIVING_WAY = "cede"


class GuardedForm(forms.ModelForm):
    """A form on a row that several people write: it saves only what it has seen.

    It carries the version that it was opened at, and every save is kept in the history.
    """

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    cause = Cause.EDITED

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def save_unless_changed(self) -> bool:
        """Saves, unless somebody else has since the form was opened; says which."""
        with transaction.atomic():
            if not self.instance.claim(self.cleaned_data["version"]):
                return False
            self.save_fields()
            history.record(self.instance, self.cause)
        return True

    def save_fields(self) -> None:
        self.instance.save(update_fields=self._meta.fields)

    def values_of(self, state: dict) -> dict[str, str]:
        """What a version of the row would show in each field of this form, as it is typed."""
        return {name: as_typed(state.get(name)) for name in self._own_fields()}

    def typed_values(self) -> dict[str, str]:
        """What was typed in each field, whether it is right or not."""
        return {name: as_typed(self.data.get(self.add_prefix(name))) for name in self._own_fields()}

    def state_of(self, typed: dict[str, str]) -> dict:
        """The part of a state that typed values stand for, unchecked: to be shown again only."""
        return dict(typed)

    def _own_fields(self) -> list[str]:
        return [name for name in self.fields if name != "version"]


def as_typed(value: object) -> str:
    """A value as a form would send it; browsers send line ends of their own."""
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class SharedForm(forms.Form):
    """One of several small forms on a page that a whole team keeps open.

    What the page showed goes along in hidden fields (`show_hidden_initial`): a value is changed by
    whoever changed it on her page, and by nobody else. `initial` is what is saved.
    """

    def __init__(self, data: QueryDict | None = None, **kwargs) -> None:
        super().__init__(data, **kwargs)
        # Whether the person leaves the team's choice here, whatever she typed.
        self.gives_way = (
            data is not None
            and data.get(WAY) == TAKE_THEIRS
            and self.prefix in data.getlist(GIVING_WAY)
        )

    def seen(self) -> dict[str, str] | None:
        """What the page showed in each field; None when it did not say."""
        names = {name: self.add_initial_prefix(name) for name in self.fields}
        if not all(name in self.data for name in names.values()):
            return None
        return {field: as_typed(self.data[name]) for field, name in names.items()}

    def typed(self) -> dict[str, str]:
        """What was typed in each field, whether it is right or not."""
        return {name: as_typed(self.data.get(self.add_prefix(name))) for name in self.fields}

    def is_stale(self) -> bool:
        """Whether a colleague has saved something else since the page was shown.

        Two who chose the same do not disagree.
        """
        if not self.has_changed() or self.typed() == self.initial:
            return False
        return self.seen() not in (None, self.initial)

    def is_clashing(self) -> bool:
        """Whether a page that is shown again asks which of the two is to stay."""
        return self.gives_way or self.is_stale()

    def may_be_kept(self) -> bool:
        return self.gives_way or (not self.is_stale() and self.is_valid())

    def sides(self) -> list[tuple[str, str]]:
        """In words, what the page first showed, what is saved, and what saving it would write.

        Of a form that is `show_again`.
        """
        values = {"Au départ": self.seen(), "L’équipe": self.initial, "Vous": self.typed()}
        if values["Au départ"] in (None, self.initial):
            del values["Au départ"]
        return [(label, self.in_words(each)) for label, each in values.items()]

    @classmethod
    def in_words(cls, values: dict[str, str]) -> str:
        """A choice by its label, then the words that go with it; empty for nothing at all."""
        found = []
        for name, field in cls.base_fields.items():
            choices = dict(getattr(field, "choices", ()))
            found.append(str(choices.get(values[name], values[name])))
        return "\u00a0: ".join(filter(None, found))

    def show_again(self) -> None:
        """Before a page or a draft is shown again: what she did not change is as it is now.

        The page then says that it has seen what is saved; with what it showed before still in
        its fields, sending it again would wipe what colleagues have saved meanwhile.
        """
        if not self.is_bound:
            return
        now = {
            self.add_prefix(name): value
            for name, value in self.initial.items()
            if name not in self.changed_data
        }
        self.data = {**self.data.dict(), **now}
