"""Closing an account: what it leaves behind, and to whom."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Count, Q

from .. import account_journal, sessions, submissions
from ..enums import Role
from ..models import Change, Comment, Membership, Programme


class Unsettled(Exception):
    """A programme, or the desk, would be left to nobody; or the person has not agreed to it."""


@dataclass(frozen=True)
class Departure:
    """What becomes of the programmes of a person who goes.

    `erased` has nobody else who could open it, `handed_over` has people but nobody who could
    invite and give roles; the others go on without her. `is_last_host`: she is the last main
    account of the site.
    """

    erased: list[Programme]
    handed_over: list[Programme]
    left: list[Programme]
    is_last_host: bool

    @property
    def is_possible(self) -> bool:
        return not (self.handed_over or self.is_last_host)


def departure_of(user: AbstractUser) -> Departure:
    """In two queries, however many programmes there are."""
    found: dict[str, list[Programme]] = {"erased": [], "handed_over": [], "left": []}
    places = Membership.objects.filter(user=user).select_related("programme__commune")
    others = ~Q(programme__memberships__user=user)
    coordinates = Q(programme__memberships__role=Role.COORDINATOR)
    for place in places.annotate(
        others=Count("programme__memberships", filter=others),
        coordinators=Count("programme__memberships", filter=others & coordinates),
    ).order_by("programme__created_at", "programme"):
        found[_fate(place)].append(place.programme)
    return Departure(**found, is_last_host=_is_last_host(user))


def _fate(place: Membership) -> str:
    if place.coordinators:
        return "left"
    # Out of the bin only who coordinates could take it.
    return "handed_over" if place.others and not place.programme.dropped_at else "erased"


def _is_last_host(user: AbstractUser) -> bool:
    if not user.is_superuser:
        return False
    hosts = get_user_model().objects.filter(is_superuser=True, is_active=True)
    return not hosts.exclude(pk=user.pk).exists()


def close_account(user: AbstractUser, erased: Collection[str]) -> None:
    """Erases the account and all that is hers alone; `erased` are the programmes she agreed to.

    What she wrote in a team stays with it, signed with her role instead of her present name.
    What bears a name of former times, or is in a team that she left before, cannot be told apart.
    Raises Unsettled, and changes nothing then.
    """
    with transaction.atomic():
        for pk in sorted(user.memberships.values_list("programme", flat=True)):
            Programme.objects.lock(pk)
        departure = departure_of(user)
        if not departure.is_possible or not {row.pk for row in departure.erased} <= {*erased}:
            raise Unsettled
        for programme in departure.erased:
            programme.delete()
        for member in user.memberships.all():
            _sign_with_role(member)
        if user.is_staff:
            account_journal.tell(user, "compte supprimé par la personne")
        submissions.forget(f" {user.pk} new")
        submissions.forget(f" {user.pk} known")
        sessions.close(user)
        user.delete()


def _sign_with_role(member: Membership) -> None:
    """Within a team a name is of one person at a time: before she came, it was somebody else's."""
    signature = f"Quelqu’un de l’équipe ({member.get_role_display()})"
    Change.objects.by(member).update(alias=signature)
    Comment.objects.by(member).update(alias=signature)
    resolved = Comment.objects.filter(
        commitment__programme=member.programme_id, resolved_by=member.alias
    )
    since = Q(resolved_at__gte=member.joined_at) | Q(pk__gt=member.after_comment)
    resolved.filter(since).update(resolved_by=signature)
