"""From drafts to a release: what waits, what each draft changes for the public, publishing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from .. import releases
from ..catalogue import entries as cut
from ..desk import planning, restoring, reviewing, roles
from ..desk.enums import ReviewState
from ..desk.models import Catalogue, PlannedRelease
from ..models import Release
from .access import LOOK, WRITE, catalogue_of, desk_page, show, to_drafts
from .fields import as_in_file

HEAD = cut.shape_of("catalogue").fields
PER_PAGE = 50
# Word by word, with the impact of each measure: more at once is not read.
PER_RELEASE = 100
CHANGED = (
    "Un de ces brouillons a été corrigé pendant que vous lisiez : rien n’a été fait. Le voici"
    " comme il est maintenant."
)


class PublicationForm(forms.Form):
    """What a release is called, and what it brings, in plain words."""

    number = forms.CharField(
        label="Numéro", max_length=20, strip=True, help_text="Le suivant est déjà écrit."
    )
    note = forms.CharField(
        label="Ce que cette édition change, en mots simples",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="Les équipes et le public le liront.",
    )
    publish_at = forms.DateTimeField(
        label="À publier le",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Vide : tout de suite.",
    )

    def __init__(self, *args: Any, catalogue: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        for name, sentence in {
            "number": "Donnez un numéro à cette édition.",
            "note": "Dites en une phrase ce que cette édition change.",
        }.items():
            self.fields[name].error_messages["required"] = sentence
        self.fields["publish_at"].error_messages["invalid"] = (
            "Écrivez une date et une heure, par exemple 2026-12-01 08:00."
        )

    def clean_number(self) -> str:
        number = as_in_file(HEAD["release"], self.cleaned_data["number"])
        taken = Release.objects.filter(catalogue=self.catalogue, number=number).exists()
        planned = PlannedRelease.objects.filter(catalogue=self.catalogue, number=number).exists()
        if taken or planned:
            free = planning.free_number(number, self.catalogue)
            raise forms.ValidationError(
                f"L’édition {number} existe déjà. Le numéro {free} est libre."
            )
        return number

    def clean_note(self) -> str:
        # A browser ends lines with CR LF, which the file refuses.
        note = self.cleaned_data["note"].replace("\r\n", "\n").replace("\r", "\n")
        return as_in_file(HEAD["note"], note)

    def clean_publish_at(self) -> Any:
        moment = self.cleaned_data["publish_at"]
        if moment and moment <= timezone.now():
            raise forms.ValidationError(
                "Cette date est passée. Laissez vide pour publier tout de suite."
            )
        return moment


@desk_page(LOOK)
def drafts(request: HttpRequest) -> HttpResponse:
    catalogue = catalogue_of(request)
    waiting = reviewing.waiting(catalogue)
    if request.method == "POST":
        return _decide(request, catalogue)
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "drafts",
        {
            "title": "Le chantier",
            "page": page,
            "count": len(waiting),
            "catalogue": catalogue,
            "catalogues": Catalogue.objects.all(),
            "planned": PlannedRelease.objects.filter(catalogue=catalogue),
            "releases": Release.objects.filter(catalogue=catalogue)[:5],
            "annulled": restoring.annulled(catalogue),
            "first": Release.objects.filter(catalogue=catalogue).last(),
        },
    )


DECISIONS = {
    "demander": (ReviewState.ASKED, WRITE, "La relecture est demandée."),
    "approuver": (ReviewState.APPROVED, roles.PUBLISH, "C’est relu."),
    "renvoyer": (ReviewState.RETURNED, roles.PUBLISH, "C’est renvoyé, avec votre mot."),
}


def _decide(request: HttpRequest, catalogue: str) -> HttpResponse:
    """What was ticked is sent for review, approved, sent back, or made a release of."""
    what = request.POST.get("quoi", "")
    marks = request.POST.getlist("entree")
    back = redirect(request.get_full_path())
    if not marks:
        messages.warning(request, "Cochez au moins un brouillon.")
        return back
    if what == "publier":
        return publication(request)
    if what not in DECISIONS:
        raise Http404
    state, right, sentence = DECISIONS[what]
    if not request.user.has_perm(right):
        raise PermissionDenied
    found = reviewing.as_marked(marks, catalogue)
    if found is None:
        messages.warning(request, CHANGED)
        return back
    note = request.POST.get("mot", "").strip()[:2000]
    if state is ReviewState.RETURNED and not note:
        messages.warning(request, "Écrivez un mot : la rédaction saura quoi reprendre.")
        return back
    reviewing.mark(found, state, roles.role_of(request.user), note)
    messages.success(request, sentence)
    return back


@desk_page(LOOK)
def draft(request: HttpRequest, kind: str, key: str = "") -> HttpResponse:
    """One draft, word by word beside what the public reads."""
    catalogue = catalogue_of(request)
    found = reviewing.draft_of((kind, key), catalogue)
    if request.method == "POST":
        if request.POST.get("quoi") == "abandonner":
            return _discard(request, found, catalogue)
        return _decide(request, catalogue)
    if found is None:
        messages.info(request, "Rien n’attend ici : le public lit déjà ce texte.")
        return to_drafts(catalogue)
    return show(
        request,
        "draft",
        {"title": found.name.capitalize(), "draft": found, "catalogue": catalogue},
    )


def _discard(request: HttpRequest, found: reviewing.Draft | None, catalogue: str) -> HttpResponse:
    if not request.user.has_perm(WRITE):
        raise PermissionDenied
    if found is None or found.mark not in request.POST.getlist("entree"):
        messages.warning(request, CHANGED)
        return redirect(request.get_full_path())
    try:
        restoring.discard(found.key, roles.role_of(request.user), catalogue)
    except restoring.CannotRestore as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    messages.success(request, "Ce brouillon est abandonné ; son texte reste dans l’historique.")
    return to_drafts(catalogue)


@desk_page(roles.PUBLISH)
@require_POST
def publication(request: HttpRequest) -> HttpResponse:
    """What a release would change, and whom it concerns; then the release itself."""
    catalogue = catalogue_of(request)
    marks = request.POST.getlist("entree")
    found = reviewing.as_marked(marks, catalogue)
    is_sent = "number" in request.POST
    if found is None or not found:
        messages.warning(request, CHANGED)
        return to_drafts(catalogue)
    if len(found) > PER_RELEASE:
        messages.warning(request, f"{PER_RELEASE} brouillons au plus par édition.")
        return to_drafts(catalogue)
    last = Release.objects.filter(catalogue=catalogue).first()
    number = planning.free_number(last.number if last else "1.0.0", catalogue)
    form = PublicationForm(
        request.POST if is_sent else None, catalogue=catalogue, initial={"number": number}
    )
    if is_sent and form.is_valid() and (done := _publish(request, found, form, catalogue)):
        return done
    return show(
        request,
        "publication",
        {
            "title": "Avant de publier",
            "drafts": found,
            "measures": [draft.measure for draft in found if draft.measure],
            "form": form,
            "catalogue": catalogue,
        },
        status=422 if form.errors else 200,
    )


def _publish(
    request: HttpRequest,
    found: list[reviewing.Draft],
    form: PublicationForm,
    catalogue: str,
) -> HttpResponse | None:
    role = roles.role_of(request.user)
    number, note = form.cleaned_data["number"], form.cleaned_data["note"]
    if moment := form.cleaned_data["publish_at"]:
        planning.plan(
            found, number=number, note=note, publish_at=moment, role=role, catalogue=catalogue
        )
        messages.success(request, f"L’édition {number} est programmée.")
        return to_drafts(catalogue)
    try:
        values = {draft.key: draft.value for draft in found}
        release = releases.publish_values(
            values, number=number, note=note, role=role, catalogue=catalogue
        )
    except releases.NotPublishable as error:
        for sentence in error.sentences:
            form.add_error(None, sentence)
        return None
    messages.success(request, f"L’édition {release.number} est publiée.")
    return to_drafts(catalogue)


@desk_page(roles.PUBLISH)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    planned = get_object_or_404(PlannedRelease, pk=pk)
    planning.cancel(planned, roles.role_of(request.user))
    messages.success(
        request, f"L’édition {planned.number} ne sera pas publiée. Ses textes restent au chantier."
    )
    return to_drafts(planned.catalogue_id)


@desk_page(roles.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing a release would bring back; then the new release that undoes it."""
    release = get_object_or_404(Release, pk=pk)
    catalogue = release.catalogue_id
    number = planning.free_number(Release.objects.filter(catalogue=catalogue)[0].number, catalogue)
    form = PublicationForm(
        request.POST or None,
        catalogue=catalogue,
        initial={"number": number, "note": f"Annule l’édition {release.number}."},
    )
    del form.fields["publish_at"]
    if request.method == "POST" and form.is_valid():
        try:
            role, seen = roles.role_of(request.user), request.POST.get("vu")
            releases.undo(release, role=role, seen=seen, **form.cleaned_data)
        except releases.NotPublishable as error:
            for sentence in error.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, f"L’édition {release.number} est annulée.")
            return to_drafts(catalogue)
    found = restoring.undoing(release)
    drafts = [
        reviewing.Draft(key, found.public.get(key), value, None, catalogue)
        for key, value in found.values.items()
    ]
    return show(
        request,
        "undo",
        {
            "title": f"Annuler l’édition {release.number}",
            "release": release,
            "drafts": drafts,
            "seen": found.digest,
            "kept": [(cut.name(key), why) for key, why in found.kept.items()],
            "form": form,
        },
        status=422 if form.errors else 200,
    )
