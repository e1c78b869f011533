"""Access cards: an identifier and a passphrase, made for paper, without any e-mail."""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from mnemonic import Mnemonic

from . import card_words, names

# Six of 2,048 words: 66 bits.
PASSPHRASE_WORDS = 6


@dataclass(frozen=True)
class Card:
    identifier: str
    passphrase: str


@cache
def words() -> tuple[str, ...]:
    """2,048 French words, told apart by their first four letters: 11 bits each.

    None of them hurts or threatens (`card_words.py`).
    """
    listed = [unicodedata.normalize("NFC", word) for word in Mnemonic("french").wordlist]
    return card_words.gentle(listed)


def folded_passphrase(text: str) -> str:
    """A passphrase as it is checked: capitals, accents and hyphens do not matter."""
    return names.folded(text)


def pick(count: int, seed: str = "") -> list[str]:
    """Words drawn at random, as a secret; with a seed, the same ones each time on this site."""
    if not seed:
        return [secrets.choice(words()) for _ in range(count)]
    drawn = int.from_bytes(salted_hmac("programmes.cards", seed, algorithm="sha512").digest())
    return [words()[drawn >> (11 * rank) & 2047] for rank in range(count)]


def new_card(seed: str = "") -> Card:
    """The identifier says nothing of the commune: a lost card must not tell whose it is.

    A form that is sent twice has the same seed, a secret of its page and of what it says: both
    answers then show the same card, and the passphrase is still kept nowhere.
    """
    first, second, number, *phrase = pick(PASSPHRASE_WORDS + 3, seed)
    rank = words().index(number) % 90 + 10
    return Card(f"{names.folded(first)}-{names.folded(second)}-{rank}", " ".join(phrase))


def open_account(seed: str = "") -> tuple[AbstractUser, Card]:
    """A new account with its card; one that the seed has opened before leaves it to chance."""
    card = new_card(seed)
    if get_user_model().objects.filter(username=card.identifier).exists():
        card = new_card()
    return create_user(card), card


def opens(card: Card, user: AbstractUser) -> bool:
    """Whether this card is still the one of this account."""
    is_named = card.identifier == user.get_username()
    return is_named and user.check_password(folded_passphrase(card.passphrase))


def renew(user: AbstractUser) -> Card:
    """A new passphrase for a person who has lost the card; the old one opens nothing more."""
    card = Card(user.get_username(), new_card().passphrase)
    user.set_password(folded_passphrase(card.passphrase))
    user.save(update_fields=["password"])
    return card


class CardBackend(ModelBackend):
    """Checks a passphrase as a card has it, then as typed: staff have passwords of their own.

    Both ways take the same time for a known identifier and an unknown one.
    """

    def authenticate(
        self, request: HttpRequest | None, username=None, password=None, **others
    ) -> AbstractUser | None:
        if password is None:
            return None
        folded = folded_passphrase(password)
        user = super().authenticate(request, username, folded, **others)
        if user is None and password != folded:
            user = super().authenticate(request, username, password, **others)
        return user


def create_user(card: Card) -> AbstractUser:
    """Raises IntegrityError in the one case in 400 million that the identifier is taken."""
    return get_user_model().objects.create_user(
        username=card.identifier, password=folded_passphrase(card.passphrase)
    )
