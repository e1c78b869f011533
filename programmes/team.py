"""The team: inviting, joining, changing roles, leaving. There is always somebody to coordinate."""

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from . import cards, names
from .access import ALLOWED, Action
from .enums import Role
from .models import Change, Comment, Invitation, Membership, Programme
from .models.team import hash_token

# Six of 2,048 words: 66 bits, for two weeks, behind a limit of tries.
TOKEN_WORDS = 6


class LastCoordinator(Exception):
    """Nobody would be left who can invite and give roles."""


class AlreadyMember(Exception):
    """The person is in this team already: her invitation stays good for somebody else."""


class InvitationClosed(Exception):
    """Used, withdrawn or expired meanwhile."""


def invite(inviter: Membership, role: Role, alias: str) -> tuple[Invitation, str]:
    """An invitation and its token, words joined by hyphens: shown once, never kept."""
    token = new_token()
    invitation = Invitation.objects.create(
        programme=inviter.programme,
        invited_by=inviter,
        role=role,
        alias=alias,
        token_hash=hash_token(token),
    )
    return invitation, token


def new_token() -> str:
    """Six words to be handed over, on paper or aloud."""
    return "-".join(names.folded(word) for word in cards.pick(TOKEN_WORDS))


def token_from_typed(text: str) -> str:
    """A token as a person types it from a card: capitals, accents and spaces do not matter."""
    return "-".join(names.folded(text).split())


def accept(
    invitation: Invitation, alias: str, user: AbstractUser | None, seed: str = "", consent: str = ""
) -> tuple[Membership, AbstractUser, cards.Card | None]:
    """Joins the team, with a new account and its card for a person who has none.

    For `seed`, see `cards.new_card`. Raises AlreadyMember, and InvitationClosed when somebody
    else was quicker.
    """
    card = None
    with transaction.atomic():
        if user and invitation.programme.memberships.filter(user=user).exists():
            raise AlreadyMember
        if not Invitation.objects.open().filter(pk=invitation.pk).update(used_at=timezone.now()):
            raise InvitationClosed
        if user is None:
            user, card = cards.open_account(seed)
        try:
            with transaction.atomic():
                member = Membership.objects.create(
                    programme=invitation.programme,
                    user=user,
                    role=invitation.role,
                    alias=alias,
                    consent=consent,
                    after_change=_last(Change),
                    after_comment=_last(Comment),
                )
        except IntegrityError:
            # Another invitation of hers was accepted a moment ago.
            raise AlreadyMember from None
    return member, user, card


def _last(model: type[Change | Comment]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def give_role(programme: Programme, member: Membership, role: Role) -> bool:
    """False for who has left meanwhile. Raises LastCoordinator rather than leave nobody."""
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        if role != Role.COORDINATOR:
            _keep_a_coordinator(programme, member)
            member.invitations.filter(used_at=None).delete()
        member.role = role
        # Not `save`, which fails on a row that is gone.
        return bool(programme.memberships.filter(pk=member.pk).update(role=role))


def part(programme: Programme, member: Membership) -> bool:
    """Takes a person out of the team, her open invitations with her.

    False for who has left meanwhile. Raises LastCoordinator.
    """
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        _keep_a_coordinator(programme, member)
        gone, _ = member.delete()
    return bool(gone)


def _keep_a_coordinator(programme: Programme, member: Membership) -> None:
    if not programme.memberships.coordinators().exclude(pk=member.pk).exists():
        raise LastCoordinator


def powers() -> list[tuple[str, list[tuple[Role, bool]]]]:
    """The table of who may do what, as the team reads it."""
    return [(action.label, [(role, action in ALLOWED[role]) for role in Role]) for action in Action]
