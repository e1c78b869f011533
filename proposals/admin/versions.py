"""Two curators on one page: nobody's words are lost, and only what both changed is asked.

A change page carries the digest of the entry that it shows. When the entry reads otherwise by the
time it is sent, both corrections are brought together field by field; what both changed, each in
another way, is asked for on a page of its own (409).
"""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import IntegrityError, transaction
from django.db import models as db
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from desescalade.merging import Piece, word_diff

from ..catalogue import entries as cut
from ..catalogue import from_rows, to_rows
from ..catalogue.differences import place, words
from ..catalogue.entries import Entries, Key
from ..catalogue.merging import Conflict, Merged, merge
from ..desk import drafts, models, roles, rows
from ..desk.enums import Cause
from ..desk.models import EntryChange
from ..tables.catalogue import MAIN
from . import refusing, soundness
from .access import WRITE, desk_page, show, to_drafts

FIELD = "version"
SALT = "desk.conflict"
TOGETHER = (
    "Quelqu’un a corrigé cette page pendant que vous écriviez, à d’autres endroits : les deux"
    " corrections sont enregistrées. Relisez l’ensemble."
)

NAMED_IS_GONE = (
    "Votre correction nomme une source, une mesure ou une finalité que quelqu’un a supprimée"
    " entre-temps. Rien n’est écrit : remettez-la d’abord, ou prenez l’autre texte."
)


def preview_of(row: db.Model) -> dict[str, str]:
    """For the link to what a commune would read: the measure or the proposal of a page."""
    match type(row).__name__:
        case "Measure" | "Proposal" as name:
            kind = "mesure" if name == "Measure" else "proposition"
            return {"preview_kind": kind, "preview_key": row.pk}
        case "Wording" | "Parameter":
            return {"preview_kind": "mesure", "preview_key": row.measure_id}
    return {}


def version_of(row: db.Model) -> str:
    key, catalogue = rows.entry_of(row)
    return cut.digest(from_rows.entry(models, *key, catalogue))


def as_it_was(key: Key, digest: str, catalogue: str) -> Any:
    """The value of an entry that had this digest, out of the history; None when it is not there."""
    changes = EntryChange.objects.filter(catalogue=catalogue, kind=key[0], key=key[1])
    for before in changes.values_list("before", flat=True)[:200]:
        if before is not None and cut.digest(before) == digest:
            return before
    return None


def bring_together(
    request: HttpRequest, row: db.Model, save: Callable[[], HttpResponse]
) -> HttpResponse:
    """Saves a form that was begun on an older text, or asks what both have changed.

    `save` handles the form as if nothing had happened; what it writes is only read here.
    """
    key, catalogue = rows.entry_of(row)
    base = as_it_was(key, request.POST[FIELD], catalogue)
    present = from_rows.entry(models, *key, catalogue)
    before = _orders(catalogue)
    response, mine, after = _try(request, key, catalogue, save)
    if response.status_code == 200 and (data := _with_lost_rows(request.POST, response)):
        # What another took away while one was reading comes as a new row: the merge decides.
        request.POST = data
        response, mine, after = _try(request, key, catalogue, save)
    if response.status_code == 200:
        # The form has errors of its own: they come first.
        return response
    moved = {key: after[key] for key in drafts.changed_keys(before, after)}
    merged = merge(key, base, present, mine)
    if merged.conflicts:
        # A rank is written at once: nothing else is asked about it.
        _write(request, catalogue, moved)
        return _ask(request, key, catalogue, base, mine, merged)
    try:
        written = _write(request, catalogue, {key: merged.value, **moved})
    except refusing.Refused as error:
        # Each correction holds alone, and not both together: the form comes back and says so.
        request.refused = {"": [(0, None, sentence) for sentence in error.sentences]}
        return save()
    _say_what_does_not_hold(request, written)
    messages.success(request, TOGETHER)
    return redirect(request.get_full_path())


def _try(
    request: HttpRequest, key: Key, catalogue: str, save: Callable[[], HttpResponse]
) -> tuple[HttpResponse, Any, Entries]:
    """What a form would make of the entry and of the ranks; nothing of it stays."""
    trial = transaction.savepoint()
    request.is_trial = True
    response = save()
    mine, after = from_rows.entry(models, *key, catalogue), _orders(catalogue)
    transaction.savepoint_rollback(trial)
    request.is_trial = False
    return response, mine, after


def _with_lost_rows(data: QueryDict, response: HttpResponse) -> QueryDict | None:
    """The form with rows that are gone as new ones, last of their list; None without any."""
    renewed = None
    for inline in response.context_data["inline_admin_formsets"]:
        formset = inline.formset
        pk = formset._pk_field.name
        lost = [rank for rank, errors in enumerate(formset.errors) if pk in errors]
        if lost:
            renewed = _renewed(renewed or data, formset, lost, pk)
    return renewed


def _renewed(data: QueryDict, formset: BaseInlineFormSet, lost: list[int], pk: str) -> QueryDict:
    prefix, count = formset.prefix, formset.initial_form_count()
    order = [rank for rank in range(count) if rank not in lost] + lost
    order += range(count, formset.total_form_count())
    own = re.compile(rf"{re.escape(prefix)}-(\d+)-(.+)")
    renewed = data.copy()
    for name in data:
        if own.fullmatch(name):
            del renewed[name]
    for name, values in data.lists():
        if (found := own.fullmatch(name)) and int(found[1]) in order:
            rank, field = int(found[1]), found[2]
            is_lost = rank in lost and field == pk
            renewed.setlist(
                f"{prefix}-{order.index(rank)}-{field}", [""] if is_lost else list(values)
            )
    renewed[f"{prefix}-INITIAL_FORMS"] = str(count - len(lost))
    return renewed


def _orders(catalogue: str) -> Entries:
    """The ranks of measures and sheets are entries of their own; a page moves its row in them."""
    entries = from_rows.entries_of(models, catalogue)
    return {key: value for key, value in entries.items() if key[0] in ("order", "sheets")}


def _write(request: HttpRequest, catalogue: str, values: Entries) -> Entries:
    """All entries as they are then. None is one that somebody has deleted, and that was chosen.

    Raises Refused when the file would not be read again.
    """
    values = {key: value for key, value in values.items() if value is not None}
    role = roles.role_of(request.user)
    with transaction.atomic():
        with drafts.recorded(Cause.MERGE, role, catalogue) as record:
            to_rows.Writer(models, catalogue).write(values)
        refusing.refuse_new_faults(record)
    return record.after[catalogue]


def _say_what_does_not_hold(request: HttpRequest, entries: Entries) -> None:
    for sentence in soundness.problems(entries):
        messages.warning(request, sentence)


def _ask(
    request: HttpRequest,
    key: Key,
    catalogue: str,
    base: Any,
    mine: Any,
    merged: Merged,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    asked = [
        Question(rank, key, conflict, base, request.POST, (errors or {}).get(conflict.name, ""))
        for rank, conflict in enumerate(merged.conflicts)
    ]
    sealed = signing.dumps(
        {"key": key, "catalogue": catalogue, "base": base, "mine": mine},
        salt=SALT,
        compress=True,
    )
    return show(
        request,
        "conflict",
        {
            "title": "Deux corrections du même passage",
            "name": cut.name(key),
            "catalogue": catalogue,
            "questions": asked,
            "sealed": sealed,
            "present": cut.digest(merged.ours),
            "has_errors": bool(errors),
            "back": request.POST.get("retour") or request.get_full_path(),
        },
        status=409,
    )


class Question:
    """A passage that both changed, with what was typed in answer."""

    def __init__(
        self, rank: int, key: Key, conflict: Conflict, base: Any, data: Any, error: str
    ) -> None:
        self.field, self.conflict, self.error = f"choix-{rank}", conflict, error
        self.place = place(key, conflict.path, base)
        self.choice = data.get(self.field, "")
        both = conflict.combined()
        self.text = data.get(f"texte-{rank}", both or self._text(conflict.theirs))
        self.third = "Les deux ensemble, à relire" if both else "Un autre texte"
        self.text_field = f"texte-{rank}"

    @staticmethod
    def _text(value: Any) -> str:
        return "" if value is None else str(value)

    @property
    def sides(self) -> list[tuple[str, str, tuple[Piece, ...]]]:
        """Value of the choice, its label, and what it changes of the text before, word by word."""
        if self.conflict.is_order:
            return [("theirs", "Votre ordre", ()), ("ours", "L’ordre enregistré", ())]
        return [
            ("theirs", "Votre texte", self.against(self.conflict.theirs)),
            ("ours", "Le texte enregistré entre-temps", self.against(self.conflict.ours)),
        ]

    def against(self, value: Any) -> tuple[Piece, ...]:
        base = self.conflict.base
        before = "" if base in (None, "", []) else words(base, self.conflict.kind)
        return word_diff(before, words(value, self.conflict.kind))

    @property
    def before(self) -> str:
        return words(self.conflict.base, self.conflict.kind)

    def answer(self) -> Any:
        """What was chosen. Raises ValueError with a French sentence when it will not do."""
        if self.choice not in ("ours", "theirs", "texte"):
            raise ValueError("choisissez l’un de ces textes")
        if self.choice == "texte" and self.conflict.is_text:
            return self.conflict.kind.value(self.text.replace("\r\n", "\n"))
        return "ours" if self.choice == "ours" else "theirs"


@desk_page(WRITE)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Writes what was chosen for each passage; asks again when the entry changed once more."""
    try:
        held = signing.loads(request.POST.get("scelle", ""), salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    key, catalogue = tuple(held["key"]), held.get("catalogue", MAIN)
    with transaction.atomic():
        drafts.keep_others_from_writing()
        present = from_rows.entry(models, *key, catalogue)
        merged = merge(key, held["base"], present, held["mine"])
        asked = [
            Question(rank, key, conflict, held["base"], request.POST, "")
            for rank, conflict in enumerate(merged.conflicts)
        ]
        choices, errors = {}, {}
        for question in asked:
            try:
                choices[question.conflict.name] = question.answer()
            except ValueError as error:
                errors[question.conflict.name] = str(error)
        is_stale = request.POST.get("present") != cut.digest(present)
        if errors or (is_stale and asked):
            return _ask(request, key, catalogue, held["base"], held["mine"], merged, errors)
        value = merged.resolved(choices) if choices else merged.value
        try:
            with transaction.atomic():
                written = _write(request, catalogue, {key: value})
        except (IntegrityError, refusing.Refused) as error:
            told = getattr(error, "sentences", [NAMED_IS_GONE])
            for sentence in told:
                messages.error(request, sentence)
            return _ask(request, key, catalogue, held["base"], held["mine"], merged)
    _say_what_does_not_hold(request, written)
    messages.success(request, "C’est enregistré, dans le chantier.")
    return to_drafts(catalogue)
