"""The team of a programme: members, roles, invitations by link or by printed card."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .. import access, submissions, team
from ..access import Action
from ..enums import Role
from ..forms.consent import CONSENT
from ..forms.team import ROLES, AliasForm, InvitationForm, JoinForm, TokenForm
from ..models import Invitation, Membership, Programme
from ..models.team import INVITATION_DAYS
from . import private_choice, private_form, private_page, shown_once
from .start import Opened, enter, enter_once

INVITATION_COOKIE = "invitation"
WRONG_WORDS = (
    "Ces mots n’ouvrent aucune invitation. Vérifiez-les un par un sur la carte ; s’ils sont justes,"
    " elle a déjà servi ou son temps est passé : demandez-en une autre."
)
CLOSED = (
    "Cette invitation n’est plus valable : elle a servi, a été retirée ou date de plus de"
    f" {INVITATION_DAYS} jours. Demandez-en une autre à la personne qui vous l’a donnée."
)


@private_form
def team_detail(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Who is in the team and may do what; on POST, makes an invitation."""
    action = Action.MANAGE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _invite(request, programme, form)
    alias_form = AliasForm(
        programme=programme, initial={"alias": programme.member.alias}, prefix="moi"
    )
    return _page(request, programme, form, alias_form)


def _page(
    request: HttpRequest, programme: Programme, form: InvitationForm, alias_form: AliasForm
) -> HttpResponse:
    return render(
        request,
        "programmes/team_detail.html",
        {
            "programme": programme,
            "members": programme.memberships.all(),
            "invitations": programme.invitations.open(),
            "powers": team.powers(),
            "roles": Role,
            "role_choices": ROLES,
            "form": form,
            "alias_form": alias_form,
        },
    )


def _invite(request: HttpRequest, programme: Programme, form: InvitationForm) -> HttpResponse:
    """The token goes along in a cookie: the server keeps only its hash."""

    def make() -> shown_once.Made:
        invitation, token = team.invite(programme.member, **form.cleaned_data)
        address = reverse("programmes:invitation", args=[programme.pk, invitation.pk])
        return address, [invitation.pk, token]

    return shown_once.make_and_show(request, make, INVITATION_COOKIE, programme.pk)


@private_page
def invitation(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """The invitation to give: a link to send, and the same words on a card to print."""
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    known = get_object_or_404(Invitation.objects.open(), programme=programme, pk=pk)
    kept, token = shown_once.read(request, INVITATION_COOKIE, programme.pk) or (None, "")
    if kept != known.pk:
        messages.info(
            request,
            "Cette invitation a déjà été montrée. Si elle est perdue, retirez-la et faites-en une"
            " autre.",
        )
        return redirect("programmes:team", programme.pk)
    return render(
        request,
        "programmes/invitation.html",
        {
            "programme": programme,
            "invitation": known,
            "words": token.replace("-", " "),
            "address": request.build_absolute_uri(reverse("programmes:join", args=[token])),
            "short_address": request.build_absolute_uri(reverse("programmes:join-by-words")),
        },
    )


@require_POST
def withdraw_invitation(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    programme.invitations.filter(pk=pk, used_at=None).delete()
    messages.success(request, "L’invitation est retirée : elle n’ouvre plus rien.")
    return redirect("programmes:team", programme.pk)


@require_POST
def give_role(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    member = get_object_or_404(Membership, programme=programme, pk=pk)
    role = request.POST.get("role")
    if role not in Role.values:
        messages.error(request, "Choisissez un rôle dans la liste.")
        return redirect("programmes:team", programme.pk)
    try:
        if team.give_role(programme, member, Role(role)):
            messages.success(request, f"{member.alias} : {Role(role).label}.")
        else:
            messages.info(request, f"{member.alias} n’est plus dans l’équipe : rien n’a changé.")
    except team.LastCoordinator:
        messages.error(
            request,
            "Il faut au moins une personne à la coordination : donnez d’abord ce rôle à"
            " quelqu’un d’autre.",
        )
    return redirect("programmes:team", programme.pk)


@require_POST
def part(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Takes somebody out of the team, or leaves it oneself."""
    programme = access.programme_for(request, programme_id, Action.READ)
    is_me = programme.member.pk == pk
    if not is_me:
        access.programme_for(request, programme_id, Action.MANAGE)
    member = get_object_or_404(Membership, programme=programme, pk=pk)
    try:
        team.part(programme, member)
    except team.LastCoordinator:
        messages.error(
            request,
            "Il faut au moins une personne à la coordination : donnez d’abord ce rôle à quelqu’un"
            " d’autre, ou supprimez le programme.",
        )
        return redirect("programmes:team", programme.pk)
    if is_me:
        messages.success(request, "Vous avez quitté l’équipe.")
        return redirect("programmes:list")
    messages.success(request, f"{member.alias} n’est plus dans l’équipe.")
    return redirect("programmes:team", programme.pk)


@never_cache
@require_POST
def rename(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Changes the name under which one appears; what was signed before keeps its signature."""
    programme = access.programme_for(request, programme_id, Action.READ)
    form = AliasForm(request.POST, programme=programme, member_id=programme.member.pk, prefix="moi")
    if form.is_valid():
        programme.member.alias = form.cleaned_data["alias"]
        programme.member.save(update_fields=["alias"])
        messages.success(request, f"Vous êtes maintenant « {programme.member.alias} ».")
        return redirect("programmes:team", programme.pk)
    return _page(request, programme, InvitationForm(), form)


@private_choice
def join_by_words(request: HttpRequest) -> HttpResponse:
    """Where the printed card leads: the words are typed here."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = team.token_from_typed(form.cleaned_data["words"])
        if Invitation.objects.open().with_token(token).exists():
            return redirect("programmes:join", token)
        form.add_error("words", WRONG_WORDS)
    return render(request, "programmes/join_by_words.html", {"form": form})


@private_choice
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Shows an invitation; only a POST accepts it, so that a scanner of links uses nothing up."""
    found = (
        Invitation.objects.open()
        .with_token(team.token_from_typed(token))
        .select_related("programme__commune", "invited_by")
        .first()
    )
    if made := submissions.already_made(request):
        return enter(request, made)
    return _join(request, found) if found else _closed(request)


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(
        request.POST or None,
        programme=found.programme,
        erase_on=found.programme.erase_on,
        initial={"alias": found.alias},
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "programmes/join.html", {"invitation": found, "form": form})
    user = request.user if request.user.is_authenticated else None

    def opening() -> Opened:
        alias, seed = form.cleaned_data["alias"], submissions.seed_of(request)
        _, joined, card = team.accept(found, alias, user, seed, CONSENT)
        return found.programme, joined, card

    try:
        response = enter_once(request, opening)
    except team.AlreadyMember:
        messages.info(request, "Vous êtes déjà dans cette équipe.")
        return redirect(found.programme)
    except team.InvitationClosed:
        return _closed(request)
    messages.success(request, "Bienvenue dans l’équipe.")
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "programmes/invitation_closed.html", {"closed": CLOSED}, status=404)
