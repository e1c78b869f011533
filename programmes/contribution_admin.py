"""What teams send to the catalogue, for curators: to read, to hold against it, to answer.

Never who sent it: a row is read without its programme (`curated`), and no page, filter or address
names it.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from desescalade import merging
from proposals.admin.access import in_catalogue
from proposals.admin.editing import ReadOnlyAdmin
from proposals.catalogue import scope
from proposals.desk import roles
from proposals.desk.enums import Role
from proposals.models import Measure, SizeClass

from . import contributions
from .contributions import AlreadyAnswered, Outdated
from .enums import ContributionKind, ContributionStatus
from .forms.contributing import PlainText
from .long_lists import LongList
from .lookups import NoProbing
from .models import Contribution
from .models.contribution import ANSWER_LENGTH

ACCEPT, BY_HAND, DECLINE = "accept", "by-hand", "decline"


class AnswerForm(forms.Form):
    """The answer that a team reads; `how` is the button that was pressed."""

    answer = PlainText(
        label="Réponse à l’équipe",
        required=False,
        longest=ANSWER_LENGTH,
        rows=5,
        help_text="L’équipe la lit telle quelle. Un refus sans raison n’apprend rien à personne.",
    )
    how = forms.ChoiceField(
        choices=[(how, how) for how in (ACCEPT, BY_HAND, DECLINE)], widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].widget.attrs["class"] = "vLargeTextField"

    def clean(self) -> dict:
        data = super().clean()
        if data.get("how") == DECLINE and not data.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "Dites à l’équipe pourquoi, en une phrase.")
        return data


class OfMeasure(admin.SimpleListFilter):
    title = "mesure"
    parameter_name = "mesure"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        # Asked of each measure: what teams sent grows with them, the catalogue does not.
        named = Contribution.objects.filter(measure_slug=OuterRef("pk"))
        return [*Measure.objects.filter(Exists(named)).order_by("pk").values_list("pk", "title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(measure_slug=self.value()) if self.value() else queryset


class ContributionAdmin(LongList, NoProbing, ReadOnlyAdmin):
    list_display = ["of_measure", "kind", "status", "sent_at"]
    list_filter = ["status", "kind", OfMeasure]
    search_fields = ["measure_slug"]
    search_help_text = "Identifiant d’une mesure."
    ordering = ["-sent_at", "-pk"]
    fields = ["kind", "status", "sent_at"]
    view_on_site = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        return super().get_queryset(request).curated()

    @admin.display(description="mesure", ordering="measure_slug")
    def of_measure(self, row: Contribution) -> str:
        return row.measure_title or row.measure_slug

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        raise PermissionDenied

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.answer_view)
        name = "programmes_contribution_answer"
        return [path("<int:pk>/reponse/", view, name=name), *super().get_urls()]

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Whoever may change one, though nobody changes what a team said."""
        return request.user.has_perm("programmes.change_contribution")

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        if not self.has_view_permission(request) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self._page(request, row, AnswerForm())

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answers, and puts what is accepted into the draft of its measure."""
        if not self.has_answer_permission(request) or request.method != "POST":
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form)
        try:
            said = _answer(row, **form.cleaned_data, role=roles.role_of(request.user))
        except Outdated as outdated:
            return self._page(request, row, form, outdated=str(outdated))
        except AlreadyAnswered:
            form.add_error(None, "Quelqu’un a déjà répondu ; votre réponse n’est pas partie.")
            row.refresh_from_db()
            return self._page(request, row, form)
        messages.success(request, said)
        return redirect(reverse("admin:programmes_contribution_changelist"))

    def _page(
        self, request: HttpRequest, row: Contribution, form: AnswerForm, outdated: str = ""
    ) -> HttpResponse:
        present = contributions.present_text(row)
        has_moved = bool(row.field) and present != row.base
        return TemplateResponse(
            request,
            "admin/programmes/contribution.html",
            {
                **self.admin_site.each_context(request),
                "title": row.get_kind_display().capitalize(),
                "opts": self.opts,
                "contribution": row,
                "measure": Measure.objects.published().filter(pk=row.measure_slug).first(),
                "said": contributions.said(
                    row, dict(SizeClass.objects.values_list("slug", "label")), row.measure_title
                ),
                "has_moved": has_moved,
                "present": present,
                "against_present": merging.word_diff(present or "", row.text) if has_moved else (),
                "draft_url": _draft_url(row),
                "form": form,
                "outdated": outdated,
                "may_answer": row.is_to_answer and self.has_answer_permission(request),
            },
            status=409 if outdated or form.non_field_errors() else 200,
        )


def _draft_url(row: Contribution) -> str:
    catalogue, slug = scope.parted(row.measure_slug)
    return in_catalogue(reverse("admin:desk_draft", args=["measure", slug]), catalogue)


def _answer(row: Contribution, how: str, answer: str, role: Role) -> str:
    """Does what a button says; gives the sentence that says it is done."""
    if how == DECLINE:
        contributions.answer(row, ContributionStatus.DECLINED, answer, role)
        return "Décliné : l’équipe lira votre réponse."
    if how == BY_HAND:
        contributions.answer(row, ContributionStatus.ACCEPTED, answer, role)
        return "Accepté, sans toucher au brouillon : l’équipe lira votre réponse."
    contributions.accept(row, answer, role)
    if row.kind == ContributionKind.CORRECTION:
        return "Accepté : à vous de corriger la mesure. L’équipe lira votre réponse."
    row.refresh_from_db(fields=["status"])
    if row.status == ContributionStatus.PUBLISHED:
        return "Accepté : le catalogue publié le dit déjà. L’équipe lira votre réponse."
    return "Accepté dans un brouillon : l’équipe lira votre réponse."
