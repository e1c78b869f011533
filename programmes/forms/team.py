"""Forms of the team: inviting, joining, naming oneself, commenting."""

from django import forms

from desescalade import markdown

from ..enums import Role
from ..models import Comment, Programme
from ..models.team import ALIAS_LENGTH
from .consent import ConsentForm
from .plain import speak_plainly

ROLES = [
    (Role.WRITER, "Écriture : choisir, écrire, commenter, imprimer"),
    (Role.READER, "Lecture : lire, commenter, imprimer"),
    (Role.COORDINATOR, "Coordination : tout, et inviter"),
]


class AliasForm(forms.Form):
    """The name under which a person appears in the team, which tells her from the others."""

    alias = forms.CharField(
        label="Votre nom dans l’équipe",
        max_length=ALIAS_LENGTH,
        help_text="Un prénom ou un surnom suffit : il signe vos textes dans l’historique.",
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def __init__(self, *args, programme: Programme, member_id: int | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.others = programme.memberships.exclude(pk=member_id)
        speak_plainly(self)
        self.fields["alias"].error_messages["required"] = "Écrivez un nom ou un surnom."

    def clean_alias(self) -> str:
        alias = " ".join(self.cleaned_data["alias"].split())
        if self.others.filter(alias__iexact=alias).exists():
            raise forms.ValidationError(
                "Quelqu’un de l’équipe s’appelle déjà ainsi : ajoutez une initiale."
            )
        return alias


class JoinForm(ConsentForm, AliasForm):
    """How somebody enters a team: her name in it, and her consent."""


class InvitationForm(forms.Form):
    alias = forms.CharField(
        label="Pour qui ? (facultatif)",
        max_length=ALIAS_LENGTH,
        required=False,
        help_text="Un prénom, pour vous y retrouver. La personne pourra en changer.",
    )
    role = forms.ChoiceField(
        label="Ce qu’elle pourra faire",
        choices=ROLES,
        initial=Role.WRITER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class TokenForm(forms.Form):
    """The words of an invitation, typed from a card."""

    words = forms.CharField(
        label="Les six mots de l’invitation",
        max_length=200,
        help_text="Dans l’ordre. Les accents et les majuscules ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["words"].error_messages["required"] = "Écrivez les six mots de la carte."


class CommentForm(forms.ModelForm):
    class Meta:
        model = Comment
        fields = ["text", "said_by"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        labels = {"text": "Votre commentaire", "said_by": "Dit par quelqu’un d’autre (facultatif)"}
        help_texts = {"said_by": "Par exemple : Mme R., au marché."}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["text"].error_messages["required"] = "Écrivez votre commentaire."

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if problems := markdown.problems(text):
            raise forms.ValidationError(problems)
        return text
