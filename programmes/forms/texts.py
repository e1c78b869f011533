"""The texts of a commitment, its parameters, and the texts of an update."""

import copy
from collections.abc import Iterable

from django import forms
from django.db import transaction

from desescalade import markdown
from proposals import parameters, placeholders
from proposals.enums import ParameterType
from proposals.models import Proposal

from .. import history, updates
from ..models import Commitment, CommitmentParameter
from ..models.commitment import OWN_CHAPTER, TEXT_FIELDS
from ..updates import Update
from .guarded import GuardedForm, as_typed
from .plain import capitalise_choices, speak_plainly

PARAMETER_PREFIX = "reglage_"


class ParameterField(forms.CharField):
    """A value that the team tunes, with its bounds in words."""

    def __init__(self, parameter: CommitmentParameter) -> None:
        self.parameter = parameter
        super().__init__(
            label=_with_unit(parameter),
            initial=parameter.value,
            max_length=200,
            help_text=_parameter_help(parameter),
            widget=_parameter_widget(parameter),
        )

    def clean(self, value: str) -> str:
        row = self.parameter
        value = super().clean(value).strip()
        for unit in filter(None, (row.unit, row.unit_one)):
            value = value.removesuffix(unit).strip()
        typed = parameters.parse(
            value, type=row.type, min=row.min, max=row.max, choices=row.choice_list()
        )
        return str(typed) if row.type in ParameterType.numeric() else value


def _with_unit(row: CommitmentParameter) -> str:
    """The label with the unit, unless it says it already."""
    says_it = not row.unit or row.unit.lower() in row.label.lower()
    return row.label if says_it else f"{row.label} ({row.unit})"


def _parameter_help(row: CommitmentParameter) -> str:
    known = [row.help]
    if row.min is not None or row.max is not None:
        known.insert(0, parameters.bounds(row.min, row.max))
    return " ".join(filter(None, [*known, f"S’écrit {{{row.slug}}} dans les textes."]))


def _parameter_widget(row: CommitmentParameter) -> forms.Widget:
    match row.type:
        case ParameterType.CHOICE:
            return forms.Select(choices=[(choice, choice) for choice in row.choice_list()])
        case ParameterType.DATE:
            return forms.DateInput(attrs={"type": "date"})
        case ParameterType.TIME:
            return forms.TimeInput(attrs={"type": "time"})
        case ParameterType.TEXT:
            return forms.TextInput()
    return forms.TextInput(attrs={"inputmode": "decimal"})


class TextsForm(GuardedForm):
    """The four texts of a commitment, with the bounds that a print can bear."""

    class Meta:
        model = Commitment
        fields = [*TEXT_FIELDS]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 9}),
            "easy": forms.Textarea(attrs={"rows": 4}),
            "title": forms.Textarea(attrs={"rows": 2}),
            "line": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "title": "90 signes au plus.",
            "line": "90 signes au plus : la promesse telle qu’on la lit sur un tract.",
            "easy": "Des phrases courtes et des mots connus.",
        }

    known_placeholders: Iterable[str] = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        capitalise_choices(self)
        speak_plainly(self)

    def values_of(self, state: dict) -> dict[str, str]:
        texts = {
            name: as_typed(state.get(name) or state.get(f"base_{name}")) for name in TEXT_FIELDS
        }
        values = {
            PARAMETER_PREFIX + slug: value for slug, value in state.get("parameters", {}).items()
        }
        return {**super().values_of({**state, **values}), **texts}

    def state_of(self, typed: dict[str, str]) -> dict:
        values = {
            name.removeprefix(PARAMETER_PREFIX): value
            for name, value in typed.items()
            if name.startswith(PARAMETER_PREFIX)
        }
        return {**typed, "parameters": values}

    def _checked(self, field: str) -> str:
        text = self.cleaned_data[field].replace("\r\n", "\n").strip()
        problems = placeholders.problems(text, self.known_placeholders)
        if field in ("text", "easy"):
            problems += markdown.problems(text)
        elif "\n" in text:
            text = " ".join(text.split())
        if problems:
            raise forms.ValidationError(problems)
        return text

    def clean_title(self) -> str:
        return self._checked("title")

    def clean_line(self) -> str:
        return self._checked("line")

    def clean_text(self) -> str:
        return self._checked("text")

    def clean_easy(self) -> str:
        return self._checked("easy")


class CommitmentForm(TextsForm):
    """Adapts a measure: parameters, own texts, horizon, status.

    The fields begin with the catalogue's texts; what is left as it was is not kept as the
    team's, so that the commitment stays a faithful one.
    """

    class Meta(TextsForm.Meta):
        fields = [*TEXT_FIELDS, "horizon", "status", "reason"]

    def __init__(self, *args, instance: Commitment, **kwargs) -> None:
        initial = {field: instance.source_text(field) for field in TEXT_FIELDS}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.rows = list(instance.parameters.all())
        self.known_placeholders = [row.slug for row in self.rows]
        for row in self.rows:
            if not row.is_firm:
                self.fields[PARAMETER_PREFIX + row.slug] = ParameterField(row)
        texts = [instance.source_text(field) for field in TEXT_FIELDS]
        self.used = set().union(*map(placeholders.names_in, texts))
        speak_plainly(self)

    def parameter_fields(self) -> list[forms.BoundField]:
        """Those that the present texts name."""
        return [self[PARAMETER_PREFIX + slug] for slug in self._tunable() if slug in self.used]

    def idle_parameter_fields(self) -> list[forms.BoundField]:
        """Those of other wordings: without effect until a text names them."""
        return [self[PARAMETER_PREFIX + slug] for slug in self._tunable() if slug not in self.used]

    def has_idle_errors(self) -> bool:
        return any(field.errors for field in self.idle_parameter_fields())

    def _tunable(self) -> list[str]:
        return [row.slug for row in self.rows if PARAMETER_PREFIX + row.slug in self.fields]

    def save_fields(self) -> None:
        for field in TEXT_FIELDS:
            if getattr(self.instance, field) == getattr(self.instance, f"base_{field}"):
                setattr(self.instance, field, "")
        for row in self.rows:
            if PARAMETER_PREFIX + row.slug in self.changed_data:
                row.value = self.cleaned_data[PARAMETER_PREFIX + row.slug]
                row.save(update_fields=["value"])
        super().save_fields()


class UpdateForm(TextsForm):
    """The texts of a commitment put together with newer ones of the catalogue."""

    # The revision that the page shows: a newer one must be read before it is taken.
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, update: Update, **kwargs) -> None:
        self.update = update
        initial = {name: update.proposed(name) for name in TEXT_FIELDS}
        initial["revision"] = update.revision.pk
        # A form writes on its row even what it refuses; the page shows what is saved beside it.
        own = copy.copy(update.commitment)
        super().__init__(*args, instance=own, initial=initial, **kwargs)
        for name in TEXT_FIELDS:
            self.fields[name].required = False
            if name not in update.changed_fields():
                del self.fields[name]
        self.known_placeholders = [
            *(row.slug for row in update.commitment.parameters.all()),
            *(row.slug for row in update.measure.parameters.all()),
        ]

    def save_unless_changed(self) -> bool:
        """Takes the texts as they were put together, unless either side has moved since."""
        if self.cleaned_data["revision"] != self.update.revision.pk:
            return False
        commitment = self.update.commitment
        texts = {
            name: self.cleaned_data.get(name, getattr(commitment, name)) for name in TEXT_FIELDS
        }
        with transaction.atomic():
            version = self.cleaned_data["version"]
            if version != commitment.version and self._still_says(version):
                version = commitment.version
            if not commitment.claim(version):
                return False
            updates.take(self.update, texts)
        return True

    def _still_says(self, version: int | None) -> bool:
        """Whether what was saved since concerns none of the texts that this page shows."""
        then, now = history.state_at(self.update.commitment, version), self.update.commitment
        shown = [
            name for field in self.update.changed_fields() for name in (field, f"base_{field}")
        ]
        return then is not None and all(then[name] == getattr(now, name) for name in shown)


class OwnCommitmentForm(TextsForm):
    """A commitment of the team's own."""

    proposal = forms.ModelChoiceField(
        Proposal.objects.none(), label="Chapitre", required=False, empty_label=OWN_CHAPTER
    )

    class Meta(TextsForm.Meta):
        fields = [*TEXT_FIELDS, "decided_by", "horizon", "budget", "status", "reason"]
        labels = {
            "line": "Ligne de tract (facultatif)",
            "easy": "Version simplifiée (facultatif)",
            "reason": "Raison (facultatif)",
        }

    field_order = ["proposal", *TEXT_FIELDS, "decided_by", "horizon", "budget", "status", "reason"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = self.fields["text"].required = True
        if self.instance.pk:
            del self.fields["proposal"]
        else:
            published = Proposal.objects.published().of(self.instance.programme.catalogue_id)
            self.fields["proposal"].queryset = published
