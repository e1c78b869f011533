from collections.abc import Iterable

from allauth.account.adapter import get_adapter
from django import forms
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import transaction
from django.http import HttpRequest

from desescalade import markdown
from proposals import parameters, placeholders
from proposals.enums import ParameterType
from proposals.models import Proposal

from . import history, updates
from .enums import Cause, ProgrammeKind, Status
from .models import Commitment, CommitmentParameter, Programme
from .models.commitment import OWN_CHAPTER, TEXT_FIELDS
from .models.programme import DEFAULT_TITLE
from .updates import Update

PARAMETER_PREFIX = "reglage_"


REQUIRED = {
    "title": "Écrivez un titre.",
    "text": "Écrivez le texte de l’engagement.",
    "decided_by": "Choisissez qui décide.",
    "horizon": "Choisissez une échéance.",
    "identifier": "Écrivez l’identifiant de votre carte.",
    "passphrase": "Écrivez les six mots de votre carte.",
}


def speak_plainly(form: forms.BaseForm) -> None:
    """Our own words for what is missing or too long.

    The browser is not told the length: it would cut a pasted text without a word.
    """
    for name, field in form.fields.items():
        field.error_messages["required"] = REQUIRED.get(name, "Remplissez cette case.")
        field.widget.attrs.pop("maxlength", None)
        for validator in field.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = (
                    "%(show_value)d signes, c’est trop : il en faut %(limit_value)d au plus."
                )
            elif isinstance(validator, MinValueValidator):
                validator.message = WRONG_NUMBER
        if isinstance(field, forms.IntegerField):
            field.error_messages["invalid"] = WRONG_NUMBER


WRONG_NUMBER = "Écrivez un nombre en chiffres, par exemple 154."


def capitalise_choices(form: forms.BaseForm) -> None:
    """Labels of choices are lower case in sentences, and begin with a capital in a form."""
    for field in form.fields.values():
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [
                (value, f"{label[:1].upper()}{label[1:]}" if value else "À choisir")
                for value, label in field.choices
            ]


class LoginForm(forms.Form):
    """The access card: capitals, accents and hyphens of the passphrase do not matter.

    Wrong cards are counted, per address and per identifier (ACCOUNT_RATE_LIMITS).
    """

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

    def __init__(self, *args, request: HttpRequest | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        speak_plainly(self)

    def clean(self) -> dict:
        data = super().clean()
        if {"identifier", "passphrase"} <= data.keys():
            self.user = get_adapter().authenticate(
                self.request,
                username="-".join(data["identifier"].lower().split()),
                password=data["passphrase"],
            )
            if self.user is None:
                raise forms.ValidationError(
                    "Cet identifiant et cette phrase ne vont pas ensemble. Vérifiez chaque mot"
                    " sur la carte."
                )
        return data


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


class ProgrammeForm(GuardedForm):
    """What stands on the cover and at the foot of the prints."""

    cause = Cause.SETTINGS

    class Meta:
        model = Programme
        fields = [
            "list_name",
            "title",
            "subtitle",
            "variant",
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
            "variant": "Nom de cette variante (jamais imprimé)",
            "kind": "De quoi s’agit-il ?",
            "own_population": "Nombre d’habitants",
            "printer": "Qui imprime ?",
            "printer_name": "Nom de l’imprimerie, ou de la personne qui imprime",
            "printer_address": "Son adresse complète",
        }
        help_texts = {
            "title": "Court : il est imprimé en grand sur la couverture. Laissé vide, ce sera"
            f" « {DEFAULT_TITLE} ».",
            "vote_date": "S’il s’agit d’une élection et que la date est connue.",
            "printer": "La loi demande le nom et l’adresse de l’imprimeur sur ce qui est"
            " distribué (loi du 29 juillet 1881, art. 3). On peut imprimer soi-même.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        capitalise_choices(self)
        speak_plainly(self)
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


class SharedForm(forms.Form):
    """One of several small forms on a page that a whole team keeps open.

    What the page showed goes along in hidden fields (`show_hidden_initial`): a value is changed by
    whoever changed it on her page, and by nobody else. `initial` is what is saved.
    """

    def seen(self) -> dict[str, str] | None:
        """What the page showed in each field; None when it did not say."""
        names = {name: self.add_initial_prefix(name) for name in self.fields}
        if not all(name in self.data for name in names.values()):
            return None
        return {field: as_typed(self.data[name]) for field, name in names.items()}

    def is_stale(self) -> bool:
        """Whether a colleague has saved something else since the page was shown.

        Two who chose the same do not disagree.
        """
        typed = {name: as_typed(self.data.get(self.add_prefix(name))) for name in self.fields}
        if not self.has_changed() or typed == self.initial:
            return False
        return self.seen() not in (None, self.initial)

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


class ChoiceForm(SharedForm):
    """What the team decides about one measure; its prefix is the slug of the measure."""

    UNDECIDED = "undecided"
    CHOICES = [
        (UNDECIDED, "Pas encore décidé"),
        (Status.RETAINED, "Retenue"),
        (Status.DISCUSSED, "À discuter"),
        (Status.DECLINED, "Écartée"),
        (Status.DONE, "Déjà fait"),
    ]
    status = forms.ChoiceField(choices=CHOICES, required=False, show_hidden_initial=True)
    reason = forms.CharField(max_length=300, required=False, show_hidden_initial=True)

    def __init__(self, *args, commitment: Commitment | None, **kwargs) -> None:
        self.commitment = commitment
        initial = {"status": self.UNDECIDED, "reason": ""}
        if commitment:
            initial = {"status": commitment.status, "reason": commitment.reason}
        super().__init__(*args, initial=initial, **kwargs)
        speak_plainly(self)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("status") in ("", self.UNDECIDED):
            if data.get("reason"):
                self.add_error("reason", "Choisissez une réponse pour garder votre raison.")
            elif data["status"] and self.commitment and self.commitment.is_adapted:
                self.add_error(
                    "status",
                    "Vous avez réécrit cette mesure : choisissez « Écartée » pour la mettre de"
                    " côté sans perdre vos mots.",
                )
        return data


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
        super().__init__(*args, instance=update.commitment, initial=initial, **kwargs)
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
        Proposal.objects.published(), label="Chapitre", required=False, empty_label=OWN_CHAPTER
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
