"""The forms of an import: what is sent, and the commune where the file's is not known."""

from django import forms

from desescalade import typography

from ..exchange import uploads
from ..models import Commune
from .consent import ConsentForm
from .plain import speak_plainly

# Names that tell the homonyms of a typed commune apart; more help nobody.
NAMED = 8


class ImportForm(forms.Form):
    """A file, or its text; `text` is the YAML of either once the form is valid."""

    upload = forms.FileField(
        label="Fichier",
        required=False,
        allow_empty_file=True,
        help_text="« programme-complet.yaml », « programme-hors-ligne.html », « programme.yaml » ou"
        " un PDF fait ici pour l’écran ; 20 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.html,.htm,.pdf"}),
    )
    pasted = forms.CharField(
        label="Ou le texte du fichier",
        required=False,
        strip=False,
        help_text="Sans fichier sous la main : copiez ici tout le texte d’un fichier YAML.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    text = b""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)

    def clean(self) -> dict:
        data = super().clean()
        sent, pasted = data.get("upload"), data.get("pasted", "")
        if self.errors:
            return data
        if sent is None and not pasted.strip():
            self.add_error("upload", "Choisissez un fichier, ou collez son texte.")
            return data
        name = "upload" if sent else "pasted"
        try:
            if sent and sent.size > uploads.MAX_UPLOAD:
                raise uploads.UploadRefused(uploads.TOO_LARGE)
            content = sent.read() if sent else pasted.replace("\r\n", "\n").encode()
            self.text = uploads.text_of(content)
        except uploads.UploadRefused as error:
            self.add_error(name, str(error))
        return data


class OpeningForm(ConsentForm):
    """All that is asked before a file becomes a programme, where its commune is known."""


class CommuneForm(ConsentForm):
    """The commune of a programme whose own is not known here."""

    commune = forms.CharField(
        label="Votre commune",
        max_length=90,
        help_text="Son nom, son code postal ou son code INSEE.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["commune"].error_messages["required"] = "Écrivez le nom de votre commune."

    def clean_commune(self) -> Commune:
        typed = self.cleaned_data["commune"]
        found = Commune.objects.search(typed).communes
        if not found:
            raise forms.ValidationError("Aucune commune ne porte ce nom. Essayez son code postal.")
        if len(found) > 1:
            named = ", ".join(f"{each} : {each.pk}" for each in found[:NAMED])
            raise forms.ValidationError(
                f"{typography.quantity(len(found), 'communes', 'commune')} répondent à ces mots."
                f" Écrivez le code INSEE de la vôtre : {named}."
            )
        return found[0]
