"""Forms of the print shop: how one format is printed, and the logos."""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from desescalade.typography import number

from ..enums import Cause, DocumentKind
from ..models import Layout, Logo, Programme
from ..printing import colors, logos
from ..printing.copier import MAX_COPIES
from ..printing.formats import Format
from .guarded import GuardedForm
from .plain import capitalise_choices, speak_plainly

OTHER_COLOR = "other"
BLEEDS = [(0, "Sans fond perdu"), (3, "3 mm (l’usage)"), (5, "5 mm")]
SENTENCES = {
    "copies": "Écrivez un nombre entre 1 et 1 000 000.",
    "side_price": "Écrivez un prix en euros, par exemple 0,05.",
}
MAX_CANDIDATES = 80
MAX_CANDIDATE = 60


class CopiesField(forms.IntegerField):
    """A number as people write it: "1 000"."""

    def to_python(self, value: str | None) -> int | None:
        return super().to_python("".join(str(value or "").split()))


class PriceField(forms.DecimalField):
    """A price as people write it: "0,05 €"."""

    def to_python(self, value: str | None) -> Decimal | None:
        bare = str(value or "").replace("€", "")
        return super().to_python("".join(bare.split()).replace(",", "."))


class LayoutForm(GuardedForm):
    """The choices for one format; an empty field leaves what the programme says."""

    cause = Cause.LAID_OUT

    color_choice = forms.ChoiceField(
        label="Couleur", widget=forms.RadioSelect, required=False, initial=colors.DEFAULT
    )
    own_color = forms.CharField(
        label="Votre couleur",
        required=False,
        max_length=7,
        help_text="Si vous avez choisi « une autre » : un dièse et six signes, comme #7a1f3d.",
    )
    bleed = forms.TypedChoiceField(
        label="Fond perdu",
        choices=BLEEDS,
        coerce=int,
        empty_value=3,
        required=False,
        help_text="Ce que l’imprimerie coupe autour de la page. Elle vous le dira.",
    )

    copies = CopiesField(
        label="Nombre d’exemplaires",
        required=False,
        min_value=1,
        max_value=MAX_COPIES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    side_price = PriceField(
        label="Prix d’une face copiée, en euros",
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=3,
        help_text="Chez vous, à l’association ou au magasin : par exemple 0,05.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = Layout
        fields = [
            "slogan",
            "candidates",
            "list_name",
            "logo",
            "printer",
            "printer_name",
            "printer_address",
            "bleed",
            "copies",
            "side_price",
        ]
        widgets = {
            "candidates": forms.Textarea(attrs={"rows": 4}),
            "printer": forms.RadioSelect,
        }
        labels = {
            "slogan": "Phrase d’accroche",
            "candidates": "Noms à imprimer",
            "list_name": "Nom de la liste, s’il change ici",
            "logo": "Logo",
            "printer": "Qui imprime ce format, si ce n’est pas l’imprimeur du programme ?",
            "printer_name": "Nom de l’imprimerie, ou de la personne qui imprime",
            "printer_address": "Son adresse complète",
        }
        help_texts = {
            "candidates": "Un nom par ligne, dans l’ordre de la liste.",
        }

    field_order = ["slogan", "candidates", "list_name", "logo", "color_choice", "own_color"]

    def __init__(self, *args, format: Format, programme: Programme, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["logo"].queryset = Logo.objects.filter(programme=programme).at_hand()
        self.fields["logo"].empty_label = "aucun"
        self.fields["color_choice"].choices = _swatches()
        color = (self.instance.color or colors.DEFAULT).lower()
        is_known = color in colors.PALETTE
        self.initial["color_choice"] = color if is_known else OTHER_COLOR
        self.initial["own_color"] = "" if is_known else color
        if not programme.logos.at_hand().exists():
            del self.fields["logo"]
        if format.kind is DocumentKind.INTERNE:
            for name in ("printer", "printer_name", "printer_address", "candidates"):
                del self.fields[name]
        capitalise_choices(self)
        speak_plainly(self)
        if "printer" in self.fields:
            self.fields["printer"].choices = [
                ("", "Comme pour le programme"),
                *((value, label) for value, label in self.fields["printer"].choices if value),
            ]
        # 0 is an answer here, not the lack of one.
        self.fields["bleed"].choices = BLEEDS
        for name, sentence in SENTENCES.items():
            field = self.fields[name]
            field.error_messages["invalid"] = sentence
            for validator in field.validators:
                validator.message = sentence
        if self.instance.side_price is not None:
            self.initial["side_price"] = number(self.instance.side_price)

    def clean_candidates(self) -> str:
        names = [" ".join(line.split()) for line in self.cleaned_data["candidates"].splitlines()]
        names = [name for name in names if name]
        if len(names) > MAX_CANDIDATES:
            raise forms.ValidationError(
                f"{len(names)} noms, c’est trop : il en faut {MAX_CANDIDATES} au plus."
            )
        if long := [name for name in names if len(name) > MAX_CANDIDATE]:
            raise forms.ValidationError(
                f"« {long[0][:30]}… » est trop long : un nom par ligne,"
                f" {MAX_CANDIDATE} signes au plus."
            )
        return "\n".join(names)

    def clean(self) -> dict:
        data = super().clean()
        wanted = data.get("color_choice") or colors.DEFAULT
        if wanted == OTHER_COLOR:
            typed = data.get("own_color", "").lower().removeprefix("#")
            wanted = f"#{typed}" if typed else ""
            problems = colors.problems(wanted) if wanted else ["Écrivez votre couleur."]
            for problem in problems:
                self.add_error("own_color", problem)
        data["color"] = "" if wanted == colors.DEFAULT else wanted
        if not data.get("printer") and (data.get("printer_name") or data.get("printer_address")):
            self.add_error("printer", "Dites qui imprime : nous-mêmes, ou une imprimerie.")
        if data.get("printer"):
            for name, sentence in (
                ("printer_name", "Écrivez le nom de qui imprime."),
                ("printer_address", "Écrivez son adresse."),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return data

    def save_fields(self) -> None:
        self.instance.color = self.cleaned_data["color"]
        self.instance.save()

    def values_of(self, state: dict) -> dict[str, str]:
        color = (state.get("color") or colors.DEFAULT).lower()
        is_known = color in colors.PALETTE
        price = state.get("side_price")
        shown = {
            "logo": state.get("logo_id"),
            "color_choice": color if is_known else OTHER_COLOR,
            "own_color": "" if is_known else color,
            "side_price": "" if price in (None, "") else number(Decimal(price)),
        }
        return super().values_of({**state, **shown})


def _swatches() -> list[tuple[str, SafeString | str]]:
    """The palette with a sample of each colour; `fill` is an attribute, no style that CSP bars."""
    return [
        *(
            (
                color,
                format_html(
                    '<svg class="swatch" width="16" height="16" aria-hidden="true">'
                    '<rect width="16" height="16" fill="{}"/></svg> {}',
                    color,
                    name.capitalize(),
                ),
            )
            for color, name in colors.PALETTE.items()
        ),
        (OTHER_COLOR, "Une autre"),
    ]


class LogoForm(forms.Form):
    """A picture to print beside the name of the list, drawn again by us."""

    image = forms.FileField(
        label="Image",
        help_text="PNG ou JPEG, un mégaoctet au plus. Elle est redessinée : rien d’autre que"
        " l’image n’est gardé.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={
            "required": "Choisissez une image.",
            "empty": "Ce fichier est vide : choisissez une autre image.",
        },
    )
    description = forms.CharField(
        label="Ce que montre l’image",
        max_length=120,
        help_text="Lu à voix haute à qui ne la voit pas : « un moulin et trois arbres ».",
    )
    is_ours = forms.BooleanField(
        label="Cette image est à nous, ou son propriétaire nous a donné son accord par écrit",
        help_text="L’emploi de logos sans accord a fait annuler une élection (Conseil d’État,"
        " 12 avril 2021, n° 445515).",
    )
    redrawn: logos.Redrawn | None = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        image_errors = dict(self.fields["image"].error_messages)
        speak_plainly(self)
        self.fields["image"].error_messages = image_errors
        self.fields["description"].error_messages["required"] = "Dites ce que montre l’image."
        self.fields["is_ours"].error_messages["required"] = (
            "Cochez cette case : sans accord, l’image ne peut pas être imprimée."
        )

    def clean_image(self) -> None:
        try:
            self.redrawn = logos.redraw(self.cleaned_data["image"].read(logos.MAX_BYTES + 1))
        except logos.LogoRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def consent(self) -> date:
        """The day on which the box was ticked."""
        return timezone.localdate()
