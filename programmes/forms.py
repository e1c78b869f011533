from collections.abc import Iterable

from django import forms
from django.contrib.auth import authenticate

from desescalade import markdown
from proposals import parameters, placeholders
from proposals.enums import ParameterType
from proposals.models import Proposal

from . import cards
from .enums import ProgrammeKind, Status
from .models import Chapter, Commitment, CommitmentParameter, Programme
from .models.commitment import OWN_CHAPTER, TEXT_FIELDS

PARAMETER_PREFIX = "reglage_"


def _capitalise_choices(form: forms.BaseForm) -> None:
    """Labels of choices are lower case in sentences, and begin with a capital in a form."""
    for field in form.fields.values():
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [
                (value, f"{label[:1].upper()}{label[1:]}" if value else "À choisir")
                for value, label in field.choices
            ]


class LoginForm(forms.Form):
    """The access card: capitals, accents and hyphens of the passphrase do not matter."""

    identifier = forms.CharField(
        label="Identifiant",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        help_text="Les deux mots et le nombre de votre carte, par exemple lettre-canal-37.",
    )
    passphrase = forms.CharField(
        label="Phrase",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Les six mots, dans l’ordre. Les accents et les majuscules ne comptent pas.",
    )
    user = None

    def clean(self) -> dict:
        data = super().clean()
        if {"identifier", "passphrase"} <= data.keys():
            self.user = authenticate(
                username="-".join(data["identifier"].lower().split()),
                password=cards.folded_passphrase(data["passphrase"]),
            )
            if self.user is None:
                raise forms.ValidationError(
                    "Cet identifiant et cette phrase ne vont pas ensemble. Vérifiez chaque mot"
                    " sur la carte."
                )
        return data


class ProgrammeForm(forms.ModelForm):
    """What stands on the cover and at the foot of the prints."""

    class Meta:
        model = Programme
        fields = [
            "list_name",
            "title",
            "subtitle",
            "kind",
            "vote_date",
            "own_population",
            "printer",
            "printer_name",
            "printer_address",
        ]
        widgets = {
            "vote_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "kind": forms.RadioSelect,
            "printer": forms.RadioSelect,
        }
        labels = {
            "list_name": "Nom de la liste ou de l’équipe",
            "title": "Titre du programme",
            "subtitle": "Sous-titre",
            "kind": "De quoi s’agit-il ?",
            "own_population": "Nombre d’habitants",
            "printer": "Qui imprime ?",
            "printer_name": "Nom de l’imprimeur, ou de la personne qui imprime",
            "printer_address": "Son adresse complète",
        }
        help_texts = {
            "title": "Court : il est imprimé en grand sur la couverture.",
            "vote_date": "S’il s’agit d’une élection et que la date est connue.",
            "printer": "La loi demande le nom et l’adresse de l’imprimeur sur ce qui est"
            " distribué (loi du 29 juillet 1881, art. 3). On peut imprimer soi-même.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _capitalise_choices(self)
        known = self.instance.commune.population
        self.fields["own_population"].help_text = (
            f"Laissez vide pour garder le recensement : {known} habitants."
            if known is not None
            else "Le recensement ne donne pas de population pour cette commune."
        )
        self.fields["printer"].choices = [
            (value, label) for value, label in self.fields["printer"].choices if value
        ]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("kind") == ProgrammeKind.MANDATE:
            data["vote_date"] = None
        return data


class ChoiceForm(forms.Form):
    """What the team decides about one measure; its prefix is the slug of the measure."""

    CHOICES = [
        (Status.RETAINED, "Nous la retenons"),
        (Status.DISCUSSED, "À discuter"),
        (Status.DECLINED, "Non"),
        (Status.DONE, "Déjà fait"),
    ]
    status = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, required=False)
    reason = forms.CharField(max_length=300, required=False)


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
        value = super().clean(value)
        row = self.parameter
        typed = parameters.parse(
            value, type=row.type, min=row.min, max=row.max, choices=row.choice_list()
        )
        return str(typed) if row.type in ParameterType.numeric() else value.strip()


def _with_unit(row: CommitmentParameter) -> str:
    return f"{row.label} ({row.unit})" if row.unit else row.label


def _parameter_help(row: CommitmentParameter) -> str:
    known = [row.help]
    if row.min is not None or row.max is not None:
        known.insert(0, parameters.bounds(row.min, row.max))
    return " ".join(filter(None, known))


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


class TextsForm(forms.ModelForm):
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
        _capitalise_choices(self)

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

    def parameter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(PARAMETER_PREFIX)]

    def save(self, commit: bool = True) -> Commitment:
        for field in TEXT_FIELDS:
            if getattr(self.instance, field) == getattr(self.instance, f"base_{field}"):
                setattr(self.instance, field, "")
        for row in self.rows:
            if PARAMETER_PREFIX + row.slug in self.changed_data:
                row.value = self.cleaned_data[PARAMETER_PREFIX + row.slug]
                row.save(update_fields=["value"])
        return super().save(commit)


class OwnCommitmentForm(TextsForm):
    """A commitment of the team's own."""

    proposal = forms.ModelChoiceField(
        Proposal.objects.published(), label="Chapitre", required=False, empty_label=OWN_CHAPTER
    )

    class Meta(TextsForm.Meta):
        fields = [*TEXT_FIELDS, "decided_by", "horizon", "budget"]

    field_order = ["proposal", *TEXT_FIELDS, "decided_by", "horizon", "budget"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = self.fields["text"].required = True
        if self.instance.pk:
            del self.fields["proposal"]


class FiguresForm(forms.Form):
    """Which figures of a chapter are printed."""

    figures = forms.ModelMultipleChoiceField(
        queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, chapter: Chapter, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figures"].queryset = chapter.figures.all()
