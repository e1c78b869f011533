"""Communes and programmes, to look at.

Belonging to a list reveals an opinion, and what a team writes is its own until it prints it.
Staff sees that programmes exist and how large they are: no text, no title, no name, no member,
and no way to guess them by a search, a filter in the address, or the history of an object.
"""

from datetime import datetime

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 (registers what is taken out again below)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from proposals.admin import pages
from proposals.admin.access import LOOK, desk_page
from proposals.admin.editing import ReadOnlyAdmin

from . import account_journal, cards
from .contribution_admin import ContributionAdmin
from .long_lists import LongList
from .lookups import NoProbing
from .models import (
    Answer,
    Assembly,
    Ballot,
    Change,
    Chapter,
    ChapterFigure,
    Comment,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Commune,
    CommuneKey,
    CommuneLoad,
    Contribution,
    Department,
    Draft,
    Edition,
    Intercommunality,
    Invitation,
    Layout,
    LayoutCommitment,
    Logo,
    Look,
    Membership,
    Merger,
    MergerChoice,
    Programme,
    Submission,
)
from .views import desk_preview


class ReferenceAdmin(NoProbing, ReadOnlyAdmin):
    """Written by `load_communes` only."""

    # Counting 34,969 rows twice tells nothing.
    show_full_result_count = False


@admin.register(Commune)
class CommuneAdmin(ReferenceAdmin):
    list_display = ["name", "insee_code", "department", "population", "postal_codes"]
    list_select_related = ["department"]
    # The fields make the box appear; the search itself is that of the site.
    search_fields = ["name", "insee_code", "postal_codes"]
    search_help_text = "Nom, code INSEE ou code postal."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commune], search_term: str
    ) -> tuple[QuerySet[Commune], bool]:
        if not search_term:
            return queryset, False
        found = Commune.objects.search(search_term).communes
        return queryset.filter(pk__in=[commune.pk for commune in found]), False


@admin.register(Department)
class DepartmentAdmin(ReferenceAdmin):
    list_display = ["code", "name", "region_name"]
    search_fields = ["code", "name", "region_name"]


@admin.register(Intercommunality)
class IntercommunalityAdmin(ReferenceAdmin):
    list_display = ["name", "siren", "kind", "population"]
    list_filter = ["kind"]
    search_fields = ["name", "siren"]


@admin.register(CommuneKey)
class CommuneKeyAdmin(ReferenceAdmin):
    fields = list_display = ["shown_key", "of_commune", "whole"]
    list_select_related = ["commune"]
    search_fields = ["key"]

    @admin.display(description="clé", ordering="key")
    def shown_key(self, row: CommuneKey) -> str:
        return row.key

    @admin.display(description="commune")
    def of_commune(self, row: CommuneKey) -> Commune:
        return row.commune

    @admin.display(description="nom entier", boolean=True)
    def whole(self, row: CommuneKey) -> bool:
        return row.is_whole


@admin.register(CommuneLoad)
class CommuneLoadAdmin(ReferenceAdmin):
    fields = list_display = ["shown_date", "shown_digest"]

    @admin.display(description="date", ordering="loaded_at")
    def shown_date(self, load: CommuneLoad) -> datetime:
        return load.loaded_at

    @admin.display(description="empreinte des fichiers")
    def shown_digest(self, load: CommuneLoad) -> str:
        return load.digest


class PrivateAdmin(LongList, NoProbing, ReadOnlyAdmin):
    """The fields named here and nothing else, on the list as on the page."""

    # `__str__` has the title or the text: pages show the key instead.
    change_form_template = "admin/programmes/private_form.html"
    view_on_site = False
    actions = None

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return list(self.list_display)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["pk"]

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "subtitle": object_id}
        )

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        raise PermissionDenied


@admin.register(Programme)
class ProgrammeAdmin(PrivateAdmin):
    list_display = ["id", "department", "kind", "created_at", "commitment_count"]
    list_filter = ["kind"]
    list_select_related = ["commune__department"]
    readonly_fields = ["department", "commitment_count", "id", "created_at"]
    sortable_by = ["created_at", "commitment_count"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        # Asked for each row that is shown; grouped, it would be for all that there are.
        ours = Commitment.objects.filter(programme=OuterRef("pk")).order_by()
        number = ours.values("programme").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(count=Coalesce(Subquery(number), 0))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-created_at"]

    @admin.display(description="département")
    def department(self, programme: Programme) -> Department:
        # Not the commune: a village has one list to suspect.
        return programme.commune.department

    @admin.display(description="engagements", ordering="count")
    def commitment_count(self, programme: Programme) -> int:
        return programme.count


@admin.register(Chapter)
class ChapterAdmin(PrivateAdmin):
    list_display = ["id", "number"]


@admin.register(ChapterFigure)
class ChapterFigureAdmin(PrivateAdmin):
    list_display = ["id", "is_printed"]


@admin.register(Commitment)
class CommitmentAdmin(PrivateAdmin):
    """Without its programme and its measure: together they say what a list promises."""

    list_display = ["id", "status"]
    list_filter = ["status"]


@admin.register(CommitmentParameter)
class CommitmentParameterAdmin(PrivateAdmin):
    list_display = ["id", "type"]


@admin.register(CommitmentPitch, CommitmentObjection, LayoutCommitment)
class CommitmentPartAdmin(PrivateAdmin):
    list_display = ["id", "position"]


@admin.register(Layout)
class LayoutAdmin(PrivateAdmin):
    list_display = ["id", "format"]
    list_filter = ["format"]


@admin.register(Logo)
class LogoAdmin(PrivateAdmin):
    """Without the picture, which says whose list it is."""

    list_display = ["id", "width", "height"]


@admin.register(Edition)
class EditionAdmin(PrivateAdmin):
    """Without its code, which would tell the text of a public one and its list."""

    list_display = ["id", "number", "created_at"]


@admin.register(Membership)
class MembershipAdmin(PrivateAdmin):
    list_display = ["id", "role"]
    list_filter = ["role"]


@admin.register(Invitation)
class InvitationAdmin(PrivateAdmin):
    list_display = ["id", "role", "expires_at"]


@admin.register(Merger)
class MergerAdmin(PrivateAdmin):
    """Without its programmes: who merges with whom is nobody's business before they say so."""

    list_display = ["id", "created_at", "made_at"]


@admin.register(MergerChoice)
class MergerChoiceAdmin(PrivateAdmin):
    list_display = ["id"]


@admin.register(Change)
class ChangeAdmin(PrivateAdmin):
    """Without who and what: only that something was written, and when."""

    list_display = ["id", "cause", "at"]
    list_filter = ["cause"]


@admin.register(Answer, Comment, Draft)
class WrittenAdmin(PrivateAdmin):
    list_display = ["id", "at"]


@admin.register(Assembly, Ballot)
class DecisionAdmin(PrivateAdmin):
    """Without the day, the place and the figures: a village would know the meeting."""

    list_display = ["id"]


@admin.register(Look)
class LookAdmin(PrivateAdmin):
    list_display = ["id", "at", "since"]


@admin.register(Submission)
class SubmissionAdmin(PrivateAdmin):
    """Without its key, a digest, and without what it made, which names a programme."""

    list_display = ["at"]


# What a team gave of itself, to be read: neither the team nor its programme.
admin.site.register(Contribution, ContributionAdmin)


class AccountAdmin(LongList, NoProbing, UserAdmin):
    """Django's own page, where « ?programmes=… » would name the members of a list.

    Without names and e-mail addresses: belonging to a list is nobody's business.
    """

    list_display = ["username", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["username"]
    actions = ["make_card", "remove_factor"]
    # It would offer to choose all of them, and say a number where they were not all counted.
    actions_selection_counter = False

    class Media:
        css = {"all": ["css/admin-desk.css"]}

    fieldsets = [
        fieldset for fieldset in UserAdmin.fieldsets if "email" not in fieldset[1]["fields"]
    ]

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple:
        """An account leaves its teams, though staff cannot take a member out of a team."""
        found, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        return found, counts, forbidden - {Membership._meta.verbose_name}, protected

    @admin.action(description="Faire une nouvelle carte d’accès", permissions=["change"])
    def make_card(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """For a person who has lost everything: asks once, then shows the card once."""
        if queryset.count() != 1:
            self.message_user(request, "Choisissez une seule personne.", messages.WARNING)
            return None
        person = queryset.get()
        if person.is_staff and not request.user.is_superuser:
            raise PermissionDenied
        card = None
        if "confirmed" in request.POST:
            card = cards.renew(person)
            account_journal.tell(request.user, "nouvelle carte d’accès")
            self.log_change(request, person, "Nouvelle carte d’accès.")
        context = {**self.admin_site.each_context(request), "person": person, "card": card}
        context |= {"title": "Nouvelle carte d’accès", "opts": self.opts}
        return TemplateResponse(request, "admin/auth/user/new_card.html", context)

    @admin.action(description="Retirer le second facteur", permissions=["remove_factor"])
    def remove_factor(self, request: HttpRequest, queryset: QuerySet) -> None:
        """For staff without phone and emergency codes: they set up another at the next log-in."""
        for person in queryset.filter(authenticator__isnull=False).distinct():
            Authenticator.objects.filter(user=person).delete()
            account_journal.tell(request.user, "second facteur retiré")
            self.log_change(request, person, "Second facteur retiré.")
        self.message_user(request, "Le second facteur est retiré.", messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        request.standing = account_journal.standing_of(obj.pk, self.model)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """The roles are saved here, after the account: only now is everything known."""
        super().save_related(request, form, formsets, change)
        now = account_journal.standing_of(form.instance.pk, self.model)
        changes = account_journal.changes(request.standing, now)
        account_journal.tell(request.user, *changes)

    def delete_model(self, request: HttpRequest, obj) -> None:
        account_journal.tell(request.user, "compte supprimé")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        account_journal.tell(request.user, *["compte supprimé"] * queryset.count())
        super().delete_queryset(request, queryset)

    def user_change_password(self, request: HttpRequest, id, form_url="") -> HttpResponse:
        before = self.model.objects.filter(pk=unquote(id)).values_list("password", flat=True)
        was = before.first() if request.method == "POST" else None
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and before.first() != was:
            account_journal.tell(request.user, "mot de passe changé")
        return response

    def has_remove_factor_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser


User = get_user_model()
admin.site.unregister(User)
admin.site.register(User, AccountAdmin)
# Allauth's own pages would show the secrets of phones, and a list of addresses that we leave empty.
admin.site.unregister([Authenticator, EmailAddress])

# The desk may not know of programmes: its pages that do are given to it here.
pages.PAGES += [
    path(
        "apercu/<slug:kind>/<slug:key>/",
        desk_page(LOOK)(desk_preview.screen),
        name="desk_preview",
    ),
    path(
        "apercu/<slug:kind>/<slug:key>/<slug:slug>.pdf",
        desk_page(LOOK)(desk_preview.print_file),
        name="desk_preview_print",
    ),
]
