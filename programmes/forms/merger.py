"""Forms of a merger: the words of the other list, and one choice for each item."""

from django import forms

from ..enums import Side
from ..mergers import Item
from .team import TokenForm

# Of one item besides its texts.
ITEM_NODES = 24


class WordsForm(TokenForm):
    """The words that another list has handed over."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "Les six mots de l’autre liste"
        self.fields["words"].error_messages["required"] = (
            "Écrivez les six mots que l’autre liste vous a donnés."
        )


class SideForm(forms.Form):
    """What one team, seen from which the sides are named, chooses for one item.

    The state that the page showed goes along in `seen`: a choice rests on it.
    """

    side = forms.ChoiceField(required=False)
    # Compared with what is known, never kept: anything else makes the choice stale.
    seen = forms.Field(required=False)

    def __init__(self, *args, item: Item, is_first: bool, **kwargs) -> None:
        self.item = item
        super().__init__(*args, prefix=item.key, **kwargs)
        self.pair = item.pair if is_first else item.pair.swapped()
        self.fields["side"].choices = [("", "Pas encore choisi"), *self._sides(is_first)]
        self.fields["side"].error_messages["invalid_choice"] = (
            "Choisissez une des réponses proposées."
        )

    def _sides(self, is_first: bool) -> list[tuple[str, str]]:
        """Our own side comes before theirs."""
        ours, theirs = (Side.FIRST, Side.SECOND) if is_first else (Side.SECOND, Side.FIRST)
        if len(self.item.sides) == 2:
            labels = {ours: "Le garder", theirs: "Le garder", Side.NEITHER: "Le laisser"}
        else:
            labels = {
                ours: "Le vôtre", theirs: "Le leur", Side.BOTH: "Les deux", Side.NEITHER: "Aucun"
            }  # fmt: skip
        return [(side.value, label) for side, label in labels.items() if side in self.item.sides]

    def choice(self) -> tuple[str, str, str]:
        """The key of the item, the state that the page showed, the side: see `mergers.choose`."""
        return self.item.key, self.cleaned_data["seen"], self.cleaned_data["side"]

    @property
    def checked(self) -> str:
        """What is chosen on the page: what was just sent, or else what is saved."""
        return self.data.get(self.add_prefix("side"), "") if self.is_bound else self.item.chosen

    @property
    def chosen_in_words(self) -> str:
        """What is saved, as this team reads it."""
        return dict(self.fields["side"].choices)[self.item.chosen]

    @property
    def line(self) -> str:
        return self.pair.either.shown("line")

    @property
    def text(self) -> str:
        """To be read where there is nothing to compare it with; still Markdown."""
        return self.pair.either.shown("text") if self.pair.is_single else ""

    @property
    def nodes(self) -> int:
        """At most so many on a page: a mark of Markdown makes an element at most."""
        marks = sum(map(self.text.count, "\n*_[`|"))
        return ITEM_NODES + self.pair.nodes + marks
