"""The road between the desk and git: the working copy as a file, and a file into the drafts.

Sending a file changes nothing: it is read, and a report says what loading it would do. Between
the two pages the file waits at the desk (`Upload`).
"""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from desescalade import typography, upload_bounds
from desescalade.merging import Piece

from ..catalogue import CatalogueError, LoadReport, dumping, loading, reading
from ..catalogue import entries as cut
from ..catalogue.differences import Difference, differences
from ..catalogue.entries import Key
from ..catalogue.loading import Fate
from ..desk import roles
from ..desk.models import Catalogue, Upload
from ..tables.catalogue import MAIN
from .access import LOOK, WRITE, catalogue_of, desk_page, show, to_drafts
from .editing import ReadOnlyAdmin
from .versions import Question

NOTHING = "Choisissez d’abord un fichier."
TOO_LARGE = "Ce fichier pèse plus de 2 Mio : ce n’est pas un catalogue. Rien n’a été changé."
EMPTY = "Ce fichier est vide. Rien n’a été changé."
NOT_A_CATALOGUE = (
    "Ce fichier est {} : ce n’est pas un catalogue. Envoyez le fichier « proposals.yaml », comme"
    " « Télécharger le chantier » l’écrit."
)
# How other files begin that are sent by mistake.
OTHERS = {
    b"PK\x03\x04": "une archive ou un document de traitement de texte",
    b"%PDF-": "un PDF",
    b"<": "une page web",
}
GONE = (
    "Ce fichier n’attend plus ici : il est déjà chargé, ou il a été effacé au bout d’un jour."
    " Envoyez-le à nouveau si besoin."
)
STALE = (
    "Le chantier a changé pendant que vous lisiez : rien n’a été écrit. Voici ce que ferait le"
    " chargement maintenant ; vos choix sont gardés."
)
TO_DECIDE = "Il reste à choisir. Rien n’a été écrit."
# Of entries that ask for no decision, as many as a history shows: each is told word by word.
PER_PAGE = 20
LABELS = {
    Fate.MERGED: "Réuni avec ce que l’administration a corrigé",
    Fate.UPDATED: "Mis à jour",
    Fate.ADDED: "Ajouté",
    Fate.REMOVED: "Supprimé",
    Fate.KEPT: "Corrigé dans l’administration, gardé",
}
FOR_ALL = "pour-tous"
# Of the buttons that turn the page: they carry along what is chosen already.
TURN = "page"


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    fields = list_display = ["name", "at", "digest"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return super().get_queryset(request).defer("data")


@desk_page(LOOK)
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The working copy as the file that git keeps."""
    catalogue = catalogue_of(request)
    try:
        text = dumping.dump(catalogue)
    except KeyError:
        # A catalogue that has only a name as yet.
        raise Http404 from None
    name = "proposals.yaml" if catalogue == MAIN else f"{catalogue}.yaml"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@desk_page(WRITE)
def send(request: HttpRequest) -> HttpResponse:
    """Takes a file in and leads to its report; or says what is wrong with it."""
    if request.method != "POST":
        return _show_form(request)
    sent = request.FILES.get("fichier")
    try:
        data = _read(request, sent)
        reading.read(data)
    except ValueError as error:
        return _show_form(request, [str(error)])
    except CatalogueError as error:
        name = sent.name[:100]
        problems = [problem.located(name) for problem in error.problems]
        return _show_form(request, problems, is_read=True)
    Upload.objects.forgotten().delete()
    digest = hashlib.sha256(data).hexdigest()
    kept = Upload.objects.create(name=sent.name[-100:], data=data, digest=digest)
    return redirect("admin:desk_load", kept.pk)


def _read(request: HttpRequest, sent: UploadedFile | None) -> bytes:
    """What was sent, as far as it may be a catalogue. Raises ValueError with a sentence."""
    if upload_bounds.is_too_large(request):
        raise ValueError(TOO_LARGE)
    if sent is None:
        raise ValueError(NOTHING)
    if sent.size > reading.MAX_BYTES:
        raise ValueError(TOO_LARGE)
    data = sent.read()
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.strip():
        raise ValueError(EMPTY)
    for sign, what in OTHERS.items():
        if start.startswith(sign):
            raise ValueError(NOT_A_CATALOGUE.format(what))
    return data


def _show_form(
    request: HttpRequest, problems: list[str] | None = None, *, is_read: bool = False
) -> HttpResponse:
    count = typography.quantity(len(problems or []), "problèmes", "problème")
    context = {
        "title": f"{'Erreur : ' if problems else ''}Charger un fichier",
        "problems": problems,
        "count": count,
        "is_read": is_read,
        "catalogues": Catalogue.objects.all(),
    }
    return show(request, "upload", context, status=422 if problems else 200)


@desk_page(WRITE)
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """What loading a file would do, with a choice for each conflict; then the load itself.

    What asks for a choice is on every page of the report, the rest page by page.
    """
    kept = Upload.objects.filter(pk=pk).first()
    if kept is None:
        messages.warning(request, GONE)
        return redirect("admin:desk_upload")
    content = reading.read(bytes(kept.data))
    try:
        report = loading.load(content, dry_run=True, publish=False)
    except CatalogueError as error:
        return _show_form(request, [problem.located(kept.name) for problem in error.problems])
    data = request.POST if request.method == "POST" else {}
    asked = list(_passages(report, data))
    if not data:
        return _show_report(request, kept, report, asked)
    if data.get("vu") != report.seen:
        messages.warning(request, STALE)
        return _show_report(request, kept, report, asked, status=409)
    if TURN in data:
        return _show_report(request, kept, report, asked, number=data[TURN])
    choices = _choices(asked, data.get(FOR_ALL, ""))
    if any(passage.error for passage in asked):
        messages.error(request, TO_DECIDE)
        return _show_report(request, kept, report, asked, status=422)
    return _load(request, kept, content, report.seen, choices)


def _load(
    request: HttpRequest,
    kept: Upload,
    content: dict[str, Any],
    seen: str,
    choices: dict[Key, dict[str, Any]],
) -> HttpResponse:
    role = roles.role_of(request.user)
    try:
        report = loading.load(content, choices=choices, publish=False, role=role, seen=seen)
    except CatalogueError as error:
        return _show_form(request, [problem.located(kept.name) for problem in error.problems])
    if report.is_stale:
        messages.warning(request, STALE)
        return redirect("admin:desk_load", kept.pk)
    kept.delete()
    for sentence in report.unsound[:5]:
        messages.warning(request, sentence)
    if report.changes_nothing:
        messages.success(request, "C’est noté : le chantier disait déjà la même chose.")
    else:
        count = typography.quantity(len(report.written), "entrées", "entrée")
        messages.success(request, f"Le fichier {kept.name} est chargé dans le chantier : {count}.")
    return to_drafts(report.catalogue)


class Passage(Question):
    """A passage that the file and the admin have changed, each in its own way."""

    def __init__(self, rank: int, key: Key, report: LoadReport, index: int, data: Any) -> None:
        conflict = report.passages[key][index]
        super().__init__(rank, key, conflict, report.base.get(key), data, "")
        self.key = key
        self.choice = data.get(self.field, "")
        # A place of the whole entry says its name already.
        self.place = self.place if conflict.path else ""

    @property
    def sides(self) -> list[tuple[str, str, tuple[Piece, ...]]]:
        if self.conflict.is_order:
            return [("ours", "L’ordre de l’administration", ()), ("theirs", "Celui du fichier", ())]
        return [
            ("ours", "L’administration", self.against(self.conflict.ours)),
            ("theirs", "Le fichier", self.against(self.conflict.theirs)),
        ]


def _passages(report: LoadReport, data: Mapping[str, str]) -> Iterator[Passage]:
    """Those of the entries in conflict, numbered through."""
    places = [(key, i) for key in report.conflicts for i in range(len(report.passages[key]))]
    for rank, (key, index) in enumerate(places):
        yield Passage(rank, key, report, index, data)


def _choices(asked: list[Passage], for_all: str) -> dict[Key, dict[str, Any]]:
    """What was chosen, by entry and by passage; `error` says what is still to be decided."""
    choices: dict[Key, dict[str, Any]] = {}
    for passage in asked:
        if not passage.choice:
            passage.choice = loading.SIDES.get(for_all, "")
        if not passage.choice:
            passage.error = "choisissez un texte"
            continue
        try:
            choices.setdefault(passage.key, {})[passage.conflict.name] = passage.answer()
        except ValueError as error:
            passage.error = str(error)
    return choices


def _show_report(
    request: HttpRequest,
    kept: Upload,
    report: LoadReport,
    asked: list[Passage],
    status: int = 200,
    number: str = "1",
) -> HttpResponse:
    settled = [(fate, key) for fate in LABELS for key in report.keys(fate)]
    page = Paginator(settled, PER_PAGE).get_page(number)
    conflicts = [
        (
            cut.name(key),
            [passage for passage in asked if passage.key == key],
            differences(key, report.before.get(key), report.after.get(key, report.before.get(key))),
        )
        for key in report.conflicts
    ]
    error = any(passage.error for passage in asked)
    context = {
        "title": f"{'Erreur : ' if error else ''}Charger {kept.name}",
        "kept": kept,
        "report": report,
        "conflicts": conflicts,
        "passages": typography.quantity(len(asked), "passages", "passage"),
        "counts": [(label, len(report.keys(fate))) for fate, label in LABELS.items()],
        "page": page,
        "groups": [
            (LABELS[fate], [_told(report, *row) for row in rows])
            for fate, rows in groupby(page, itemgetter(0))
        ],
        "same": len(report.keys(Fate.SAME)),
        "for_all": request.POST.get(FOR_ALL, ""),
    }
    return show(request, "upload_report", context, status=status)


def _told(report: LoadReport, fate: Fate, key: Key) -> tuple[str, list[Difference]]:
    """An entry by name, with what changes in the working copy, word by word.

    Of one that is kept: what the admin says otherwise than the file that was loaded last.
    """
    before, after = report.before.get(key), report.after.get(key)
    if fate is Fate.KEPT:
        before, after = report.base.get(key), before
    return cut.name(key), differences(key, before, after)
