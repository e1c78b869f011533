"""The page « Corriger partout »: a figure that stands in several texts, corrected once."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from desescalade import typography

from .. import replacing
from ..catalogue import entries, from_rows, to_rows
from ..desk import drafts, models, roles
from ..desk.enums import Cause
from ..replacing import Spot
from . import refusing
from .access import LOOK, WRITE, desk_page, require, show
from .places import page_of

# Texts shown at once; those that were corrected leave the list to the next ones.
SHOWN = 100
BOX = "texte"


class ReplaceForm(forms.Form):
    avant = forms.CharField(
        label="Ce qui est écrit",
        max_length=200,
        error_messages={"required": "Écrivez les mots ou le chiffre à chercher."},
        help_text="Par exemple « 1,2 million ». Les espaces insécables et les deux apostrophes"
        " se valent.",
    )
    apres = forms.CharField(
        label="Ce qu’il faut écrire",
        max_length=400,
        error_messages={"required": "Écrivez ce qui doit y être."},
    )

    def clean_avant(self) -> str:
        words = self.cleaned_data["avant"]
        if not any(sign.isalnum() for sign in words):
            raise forms.ValidationError("Écrivez au moins un chiffre ou une lettre.")
        return words

    def clean(self) -> None:
        words = self.cleaned_data
        if "avant" in words and words["avant"] == words.get("apres"):
            self.add_error("apres", "C’est ce qui est déjà écrit.")


@desk_page(LOOK)
def replace(request: HttpRequest) -> HttpResponse:
    """GET shows every text that would change, POST writes those that are ticked."""
    if request.method == "POST":
        require(request, WRITE)
    sent: QueryDict = request.POST if request.method == "POST" else request.GET
    form = ReplaceForm(sent if "avant" in sent else None)
    found: list[tuple[str, Spot]] = []
    if form.is_valid():
        words = (form.cleaned_data["avant"], form.cleaned_data["apres"])
        if request.method == "POST":
            _write(request, *words)
            query = request.POST.copy()
            for name in (BOX, "csrfmiddlewaretoken"):
                query.pop(name, None)
            return redirect(f"{request.path}?{query.urlencode()}")
        found = [
            (catalogue, spot)
            for catalogue, values in _catalogues().items()
            for spot in replacing.spots(values, *words)
        ]
    return show(
        request,
        "replace",
        {
            "title": "Corriger partout",
            "form": form,
            "rows": [_row(catalogue, spot) for catalogue, spot in found[:SHOWN]],
            "total": len(found),
            "more": len(found) - SHOWN,
        },
        status=400 if form.errors else 200,
    )


def _catalogues() -> dict[str, entries.Entries]:
    slugs = models.Catalogue.objects.values_list("slug", flat=True)
    return {slug: from_rows.entries_of(models, slug) for slug in slugs}


def _row(catalogue: str, spot: Spot) -> dict[str, object]:
    return {
        "id": f"{catalogue}:{spot.id}",
        "spot": spot,
        "name": entries.name(spot.key),
        "address": page_of(spot.key, catalogue),
    }


def _write(request: HttpRequest, old: str, new: str) -> None:
    """Writes the ticked texts that are still as they were shown, and tells of the others."""
    ticked = set(request.POST.getlist(BOX)[:SHOWN])
    if not ticked:
        messages.warning(request, "Rien n’était coché : aucun texte n’a changé.")
        return
    try:
        written, left = _replace(request, ticked, old, new)
    except refusing.Refused as error:
        for sentence in ("Rien n’est écrit.", *error.sentences):
            messages.error(request, sentence)
        return
    if written:
        count = typography.quantity(written, "textes corrigés", "texte corrigé")
        messages.success(request, f"{count}.")
    if left:
        messages.warning(request, _left(left))


def _replace(request: HttpRequest, ticked: set[str], old: str, new: str) -> tuple[int, set[str]]:
    """How many texts were written, and which are not as they were shown. Raises Refused."""
    written, left = 0, ticked
    with transaction.atomic():
        with drafts.recorded(Cause.REPLACE, roles.role_of(request.user)) as record:
            for catalogue, values in record.before.items():
                chosen = [
                    spot
                    for spot in replacing.spots(values, old, new)
                    if f"{catalogue}:{spot.id}" in ticked and not spot.error
                ]
                if chosen:
                    to_rows.Writer(models, catalogue).write(replacing.applied(values, chosen))
                left = left - {f"{catalogue}:{spot.id}" for spot in chosen}
                written += len(chosen)
        refusing.refuse_new_faults(record)
    return written, left


def _left(ticked: set[str]) -> str:
    """Of texts that somebody else changed meanwhile; identifiers may say anything."""
    keys = {tuple(name.split(":")[1:3]) for name in ticked}
    names = sorted(entries.name(key) for key in keys if len(key) == 2 and key[0] in entries.NAMES)
    told = f" ({', '.join(names[:5])})" if names else ""
    count = typography.quantity(len(ticked), "textes ont changé", "texte a changé")
    return (
        f"{count} depuis que cette page s’est ouverte{told} : rien n’y est écrit."
        " S’il y reste quelque chose à corriger, c’est ci-dessous."
    )
