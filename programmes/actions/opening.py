"""Opening a programme, and moving it to another commune."""

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from proposals.tables.catalogue import MAIN

from .. import cards, history
from ..enums import Cause, Role
from ..models import Commune, Membership, Programme

FIRST_ALIAS = "Coordination"


def open_programme(
    commune: Commune,
    user: AbstractUser | None = None,
    seed: str = "",
    *,
    catalogue: str = MAIN,
    consent: str = "",
) -> tuple[Programme, AbstractUser, cards.Card | None]:
    """A new programme, with an account and its card for a person who has none.

    For `seed`, see `cards.new_card`; `consent` is the wording that the person agreed to.
    """
    card = None
    with transaction.atomic():
        if user is None:
            user, card = cards.open_account(seed)
        programme = Programme.objects.create(commune=commune, catalogue_id=catalogue)
        Membership.objects.create(
            programme=programme,
            user=user,
            role=Role.COORDINATOR,
            alias=FIRST_ALIAS,
            consent=consent,
        )
        programme.author = FIRST_ALIAS
        history.record(programme, Cause.ADDED)
    return programme, user, card


def change_commune(programme: Programme, commune: Commune, version: int | None) -> bool:
    """Moves the programme to another commune, unless somebody changed its settings since.

    The texts stay as they were taken; a corrected population was that of the other commune.
    """
    with transaction.atomic():
        if not programme.claim(version):
            return False
        programme.commune, programme.own_population = commune, None
        programme.save(update_fields=["commune", "own_population"])
        history.record(programme, Cause.SETTINGS)
    return True
