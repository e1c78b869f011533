"""Who may do what: one table, read by views, templates and tests."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from .enums import Role
from .models import Programme


class Action(StrEnum):
    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.COORDINATOR: frozenset(Action),
    Role.WRITER: frozenset({Action.READ, Action.WRITE}),
    Role.READER: frozenset({Action.READ}),
}


def programme_for(request: HttpRequest, programme_id: str, action: Action) -> Programme:
    """The programme, if this person may do this to it.

    A stranger gets Http404, never 403: that a programme exists is nobody's business. A member
    without the right gets PermissionDenied. Sets `may_write` for the templates.
    """
    programme = (
        Programme.objects.of_user(request.user).with_place().filter(pk=programme_id).first()
        if request.user.is_authenticated
        else None
    )
    if programme is None:
        raise Http404
    role = programme.memberships.get(user=request.user).role
    if action not in ALLOWED[Role(role)]:
        raise PermissionDenied
    programme.may_write = Action.WRITE in ALLOWED[Role(role)]
    return programme
