"""What somebody agrees to before this site keeps what shows her opinions."""

from datetime import date

from django import forms

from desescalade import typography

from .plain import speak_plainly

# The wording below, by the month in which it was last changed.
CONSENT = "2026-11"
WORDS = "J’accepte que ce site garde ce que j’écris ici, qui dit une opinion politique"
UNTIL = (
    "Jusqu’à l’effacement du programme, prévu le {day}. Vous pourrez quitter l’équipe avant, et la"
    " coordination effacer le programme."
)


class ConsentForm(forms.Form):
    """A box that nobody ticks for her: belonging to a list is an opinion, and who is asked has to
    agree by a clear act (RGPD art. 9(2)(a) and 4(11)); going on without it would be none.
    """

    consent = forms.BooleanField(label=WORDS)

    def __init__(self, *args, erase_on: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].help_text = UNTIL.format(day=typography.date_in_words(erase_on))
        speak_plainly(self)
        # After what else a form asks.
        self.order_fields([name for name in self.fields if name != "consent"])
