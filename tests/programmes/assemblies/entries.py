"""Keying an assembly in, and reading its pages."""

import re
from datetime import date

from django.urls import reverse

from programmes import actions, assemblies
from programmes.models import Assembly
from programmes.models.assembly import BOXES
from proposals.models import Measure
from tests.pages import plain, text_of

TODAY = date(2026, 11, 20)

MEASURES = ("pcs-rupture-reseaux", "cartographie-dependances", "journee-hors-reseau")


def open_assembly(programme, held_on=TODAY, place="Salle des fêtes", present=30):
    assembly = Assembly(programme=programme, held_on=held_on, place=place, present=present)
    assemblies.open_assembly(assembly)
    return assembly


def vote(assembly, commitment, *values, note=""):
    """Hands in favour, against, to adapt, abstaining; as many as are given."""
    boxes = dict(zip(BOXES, values, strict=False))
    return assembly.ballots.create(commitment=commitment, note=note, **boxes)


def adopt(programme, count):
    """So many measures that the programme has not taken up yet."""
    found = Measure.objects.exclude(commitments__programme=programme).order_by("pk")
    return [
        actions.adopt_measure(programme, measure, programme.size_class())
        for measure in found[:count]
    ]


def address(name, programme, *rest):
    return reverse(f"programmes:{name}", args=[programme.pk, *rest])


def entry(assembly, page=None):
    where = [assembly.programme_id, assembly.pk, *([page] if page else [])]
    return reverse("programmes:assembly-page" if page else "programmes:assembly", args=where)


def line(commitment, *values, note=""):
    """The fields of a line, as the browser sends them: all of them."""
    typed = [*values, "", "", "", ""][:4]
    fields = {f"{commitment.pk}-{box}": value for box, value in zip(BOXES, typed, strict=True)}
    return {**fields, f"{commitment.pk}-note": note}


def key_in(client, assembly, *lines, **changes):
    """Sends the first page of the entry, at the version that is saved unless told otherwise."""
    data = {
        "version": Assembly.everything.values_list("version", flat=True).get(pk=assembly.pk),
        "held_on": "2026-11-20", "place": assembly.place, "present": assembly.present or "",
        "note": assembly.note,
    }  # fmt: skip
    for fields in lines:
        data.update(fields)
    return client.post(entry(assembly), {**data, **changes})


def values(assembly):
    return {row.commitment_id: row.values() for row in assembly.ballots.all()}


def said(response):
    """The sentences of the summary."""
    found = re.search(r'<div class="summary".*?</div>', response.content.decode(), re.DOTALL)
    return text_of(response) if found is None else plain(
        " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())
    )  # fmt: skip


def boxes(response):
    """What stands in each box."""
    html = response.content.decode()
    return dict(re.findall(r'<input name="(\d+-\w+)" id="\S+" value="([^"]*)"', html))
