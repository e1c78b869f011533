"""What a team writes to the catalogue: within the bounds of its file, refused with a sentence."""

import re
from collections.abc import Iterable

from django import forms

from desescalade import markdown, typography
from proposals import placeholders
from proposals.catalogue import shape
from proposals.catalogue.consistency import ADDRESS, INCLUSIVE_DOT

from ..contributions import ONE_LINE, Passage
from ..enums import ContributionKind, MeasureText
from ..models import Contribution
from ..models.contribution import SIGNATURE_LENGTH, SOURCE_LENGTH
from .plain import speak_plainly

# A tag or a comment; « <https://…> » and « 3 < 4 » are none.
HTML = re.compile(r"<!--|</?[a-zA-Z][a-zA-Z0-9]*(?::[a-zA-Z]+)?(?:\s[^<>]*)?/?>")
SHOWN_OF_HTML = 30


class PlainText(forms.CharField):
    """Words without layout. Says one fault at a time: a page that was pasted has hundreds."""

    def __init__(self, *, longest: int, rows: int = 0, **kwargs) -> None:
        self.longest, self.is_one_line = longest, not rows
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(**{"widget": widget, **kwargs})

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        return " ".join(text.split()) if self.is_one_line else text

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                f"{typography.number(len(value))} signes, c’est trop : il en faut"
                f" {typography.number(self.longest)} au plus."
            )
        if found := HTML.search(value):
            shown = found[0] if len(found[0]) <= SHOWN_OF_HTML else f"{found[0][:SHOWN_OF_HTML]}…"
            raise forms.ValidationError(
                f"Des codes de mise en page sont venus avec le texte, comme « {shown} »."
                " Collez-le sans mise en forme (Ctrl + Maj + V), ou ôtez-les."
            )
        if problems := markdown.problems(value):
            raise forms.ValidationError(problems)
        try:
            shape.Text(self.longest, optional=True).value(value)
        except ValueError as error:
            raise forms.ValidationError(f"{str(error).capitalize()}.") from None


class CatalogueText(PlainText):
    """Words that may stand in the catalogue as they are."""

    def hold_one_line(self, longest: int) -> None:
        self.longest, self.is_one_line = longest, True
        self.widget.attrs["rows"] = 2
        self.help_text = f"{longest} signes au plus."

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        text = ADDRESS.sub("", value)
        if found := INCLUSIVE_DOT.search(text):
            word = re.search(r"\w*\Z", text[: found.start()])[0] + found[0]
            raise forms.ValidationError(
                f"« {word} » : le catalogue s’écrit sans point dans les mots. Nommez les deux,"
                " ou tournez la phrase autrement."
            )


class ContributionForm(forms.Form):
    """Common to the three kinds. `contribution()` is what would be sent, not saved."""

    kind: ContributionKind
    passage: Passage | None = None
    required_words: dict[str, str] = {}
    signature = PlainText(
        label="Signature (facultatif)",
        longest=SIGNATURE_LENGTH,
        required=False,
        help_text="Par exemple : une liste du Gers. Laissée vide, l’envoi n’est pas signé.",
    )

    field_order = ["text", "note", "place", "fact", "wrong", "source", "signature"]

    def __init__(self, *args, measure_slug: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.measure_slug = measure_slug
        speak_plainly(self)
        for name, sentence in self.required_words.items():
            self.fields[name].error_messages["required"] = sentence

    def contribution(self) -> Contribution:
        return Contribution(kind=self.kind, measure_slug=self.measure_slug, **self.cleaned_data)


class ImprovementForm(ContributionForm):
    """Another text in the place of one of the catalogue; `known` are its placeholders."""

    kind = ContributionKind.IMPROVEMENT
    required_words = {"text": "Écrivez le texte que vous proposez."}
    text = CatalogueText(label="Votre texte", longest=shape.Text().max, rows=9)
    note = PlainText(
        label="Pourquoi (facultatif)",
        longest=2000,
        rows=3,
        required=False,
        help_text="Ce qui gêne dans le texte d’aujourd’hui, ou ce que vous avez appris.",
    )

    def __init__(self, *args, passage: Passage, known: Iterable[str], **kwargs) -> None:
        super().__init__(*args, measure_slug=passage.measure_slug, **kwargs)
        self.passage, self.known = passage, known
        if passage.field in ONE_LINE:
            self.fields["text"].hold_one_line(shape.LINE.max)

    def clean_text(self) -> str:
        text, base = self.cleaned_data["text"], self.passage.text
        if text == base:
            raise forms.ValidationError(
                "C’est le texte du catalogue, sans changement : récrivez ce qui doit l’être."
            )
        if problems := self._placeholder_problems(text):
            raise forms.ValidationError(problems)
        return text

    def _placeholder_problems(self, text: str) -> list[str]:
        if self.passage.field == MeasureText.LINE:
            has_braces = placeholders.STRAY.search(text)
            return ["Une ligne de tract se passe d’accolades : ôtez-les."] if has_braces else []
        written = placeholders.names_in(text)
        lost = [
            f"Gardez {{{name}}} dans le texte : chaque équipe y met sa valeur."
            for name in placeholders.names_in(self.passage.text)
            if name not in written and name not in placeholders.RESERVED
        ]
        return placeholders.problems(text, self.known) + lost

    def contribution(self) -> Contribution:
        contribution = super().contribution()
        contribution.sizes, contribution.field = self.passage.sizes, str(self.passage.field)
        contribution.base = self.passage.text
        return contribution


class ExampleForm(ContributionForm):
    kind = ContributionKind.EXAMPLE
    required_words = {
        "place": "Écrivez le nom de la commune ou du lieu.",
        "fact": "Écrivez ce qui s’y est fait.",
    }
    place = CatalogueText(
        label="Où", longest=shape.NAME.max, help_text="Le nom de la commune, du quartier, du lieu."
    )
    fact = CatalogueText(
        label="Ce qui s’y est fait",
        longest=shape.Text().max,
        rows=5,
        help_text="Qui, quand, combien : des faits que d’autres communes puissent vérifier.",
    )
    source = PlainText(
        label="Où le vérifier (facultatif)",
        longest=SOURCE_LENGTH,
        required=False,
        help_text="Une adresse, une délibération, un journal et sa date.",
    )


class CorrectionForm(ContributionForm):
    kind = ContributionKind.CORRECTION
    required_words = {"wrong": "Écrivez ce qui est faux."}
    wrong = PlainText(
        label="Ce qui est faux",
        longest=2000,
        rows=5,
        help_text="Citez les mots, puis dites ce qu’il faudrait lire.",
    )
    source = PlainText(
        label="Où le vérifier (facultatif)",
        longest=SOURCE_LENGTH,
        required=False,
        help_text="Une adresse, un article de loi. Sans source, il faudra la chercher.",
    )
