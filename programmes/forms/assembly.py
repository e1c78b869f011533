"""Forms of the paper assembly: its head, and one line of votes."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from desescalade import typography

from ..assemblies import Line
from ..models import Assembly, Ballot
from ..models.assembly import BOXES, HEAD
from .plain import speak_plainly

# A slip of the keyboard, not a room.
MOST_PEOPLE = 99_999
YEARS_BACK, DAYS_AHEAD = 10, 366


class HandsField(forms.IntegerField):
    """A number of people as it is typed: "1 000". Empty is None, and 0 is 0."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False,
            min_value=0,
            max_value=MOST_PEOPLE,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **kwargs,
        )

    def to_python(self, value: str | None) -> int | None:
        return super().to_python("".join(str(value or "").split()))


def speak_of_hands(form: forms.BaseForm) -> None:
    """Our words for what is no number of people."""
    for field in form.fields.values():
        if isinstance(field, HandsField):
            field.error_messages["invalid"] = (
                "Écrivez un nombre en chiffres, par exemple 12, ou laissez la case vide."
            )
            for validator in field.validators:
                validator.message = (
                    "Un nombre ne peut pas être plus petit que 0 : vérifiez-le."
                    if validator.limit_value == 0
                    else f"C’est plus de {typography.number(MOST_PEOPLE)} : vérifiez ce nombre."
                )


class AssemblyForm(forms.ModelForm):
    present = HandsField(
        label="Personnes présentes", help_text="Laissez vide si personne n’a compté."
    )

    class Meta:
        model = Assembly
        fields = list(HEAD)
        widgets = {
            "held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "place": forms.TextInput(attrs={"autocomplete": "off"}),
            "note": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        labels = {
            "held_on": "Date",
            "place": "Lieu ou nom (facultatif)",
            "note": "Remarque (facultatif)",
        }

    field_order = ["held_on", "present", "place", "note"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        speak_of_hands(self)
        for kind in ("required", "invalid"):
            self.fields["held_on"].error_messages[kind] = (
                "Écrivez la date de l’assemblée : le jour, le mois, l’année."
            )

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        today = timezone.localdate()
        if day < today - timedelta(days=366 * YEARS_BACK):
            raise forms.ValidationError(
                f"Cette date a plus de {YEARS_BACK} ans : vérifiez l’année."
            )
        if day > today + timedelta(days=DAYS_AHEAD):
            raise forms.ValidationError("Cette date est dans plus d’un an : vérifiez l’année.")
        return day

    def clean_present(self) -> int | None:
        if self.cleaned_data["present"] == 0:
            raise forms.ValidationError(
                "Écrivez combien de personnes étaient là, au moins 1, ou laissez la case vide."
            )
        return self.cleaned_data["present"]

    def values(self) -> dict[str, Any]:
        """What was typed, as a version of the assembly holds it."""
        values = {name: self.cleaned_data[name] for name in HEAD}
        return {**values, "held_on": values["held_on"].isoformat()}


class BallotForm(forms.ModelForm):
    """The boxes of one line; the prefix is the id of its commitment."""

    in_favour = HandsField(label="Pour")
    against = HandsField(label="Contre")
    to_adapt = HandsField(label="À adapter")
    abstained = HandsField(label="Abstention")

    class Meta:
        model = Ballot
        fields = [*BOXES, "note"]
        widgets = {"note": forms.TextInput(attrs={"autocomplete": "off"})}
        labels = {"note": "À changer"}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        speak_of_hands(self)

    def values(self) -> list[int | str | None]:
        return [self.cleaned_data[name] for name in (*BOXES, "note")]


class Sheet:
    """One screen of the entry: the head, on the first one, and some of the lines."""

    def __init__(
        self,
        data: QueryDict | None,
        assembly: Assembly,
        lines: Sequence[Line],
        *,
        has_head: bool,
    ) -> None:
        self.head = (
            AssemblyForm(data, initial={name: getattr(assembly, name) for name in HEAD})
            if has_head
            else None
        )
        known = {row.commitment_id: row for row in assembly.ballots.all()}
        self.rows = [
            (
                line,
                BallotForm(
                    data,
                    prefix=line.commitment,
                    # A form writes on its row even what it refuses: the rows are read again.
                    instance=known.get(line.commitment, Ballot()),
                ),
            )
            for line in lines
        ]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self._forms())

    def _forms(self) -> list[forms.BaseForm]:
        return [*([self.head] if self.head else []), *(form for _, form in self.rows)]

    def typed(self) -> dict[str, Any]:
        """By the names that `assemblies.key_in` takes; of valid forms."""
        votes = {str(line.commitment): form.values() for line, form in self.rows}
        return {**(self.head.values() if self.head else {}), **votes}

    def errors(self) -> Iterator[tuple[str, str, str]]:
        """For each: the id of its box, where it is in words, the sentence."""
        if self.head:
            for field in self.head:
                for error in field.errors:
                    yield field.id_for_label, str(field.label), error
        for line, form in self.rows:
            for field in form:
                for error in field.errors:
                    yield field.id_for_label, f"Ligne {line.number}, {field.label.lower()}", error


def named_lines(data: QueryDict) -> list[int]:
    """The ids of commitments that the fields of a sheet name, in their order."""
    found = [name.partition("-") for name in data]
    return list(
        dict.fromkeys(
            int(pk)
            for pk, _, field in found
            if field in (*BOXES, "note") and pk.isascii() and pk.isdigit() and len(pk) <= 15
        )
    )


def with_saved(data: QueryDict, taken: dict[str, Any]) -> QueryDict:
    """What was typed, with what a colleague has saved where this person wrote nothing."""
    data = data.copy()
    for name, value in taken.items():
        fields = (
            {name: value}
            if name in HEAD
            else {f"{name}-{box}": each for box, each in zip((*BOXES, "note"), value, strict=True)}
        )
        for field, each in fields.items():
            data[field] = "" if each is None else str(each)
    return data
