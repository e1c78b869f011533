"""Who may do what: one table, read by views, templates and tests."""

from enum import StrEnum

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.functional import SimpleLazyObject

from . import path
from .enums import Role
from .forms.login import LoginForm
from .models import Programme


class Action(StrEnum):
    """What one may do; `label` says it as the team reads it."""

    label: str

    def __new__(cls, value: str, label: str) -> "Action":
        action = str.__new__(cls, value)
        action._value_, action.label = value, label
        return action

    READ = "read", "Lire, relire, imprimer"
    COMMENT = "comment", "Commenter, aussi au nom de quelqu’un"
    WRITE = "write", "Choisir les mesures, écrire, mettre en page, faire un tirage"
    MANAGE = "manage", "Inviter, donner les rôles, publier, fusionner, supprimer le programme"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.COORDINATOR: frozenset(Action),
    Role.WRITER: frozenset({Action.READ, Action.COMMENT, Action.WRITE}),
    Role.READER: frozenset({Action.READ, Action.COMMENT}),
}


class LoggedOut(Exception):
    """Nobody is logged in. `form` is the card as it was typed, when one was."""

    def __init__(self, form: LoginForm | None = None) -> None:
        super().__init__()
        self.form = form


def programme_for(request: HttpRequest, programme_id: str, action: Action) -> Programme:
    """The programme, if this person may do this to it.

    A stranger gets Http404, never 403: that a programme exists is nobody's business. A member
    without the right gets PermissionDenied; a person who is not logged in, LoggedOut, whether
    the programme exists or not. Sets `may_write`, `may_manage` and `path` for the templates,
    `member` for the views, and `author`, under whom changes are recorded.
    """
    require_person(request)
    programme = Programme.objects.of_user(request.user).with_place().filter(pk=programme_id).first()
    if programme is None:
        raise Http404
    member = programme.memberships.get(user=request.user)
    allowed = ALLOWED[Role(member.role)]
    if action not in allowed:
        raise PermissionDenied
    programme.member, programme.author = member, member.alias
    programme.may_write = Action.WRITE in allowed
    programme.may_manage = Action.MANAGE in allowed
    programme.path = SimpleLazyObject(lambda: path.of(programme))
    return programme


def require_person(request: HttpRequest) -> None:
    """Raises LoggedOut when nobody is logged in.

    A form that comes with a card is from the page of a closed session: it goes on.
    """
    if request.user.is_authenticated:
        return
    if "passphrase" not in request.POST:
        raise LoggedOut
    form = LoginForm(request.POST, request=request)
    if not form.is_valid():
        raise LoggedOut(form)
    login(request, form.user)
