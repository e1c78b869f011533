"""Documents to print: that of the demonstration, and a small one without a database."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction

from programmes import actions
from programmes.enums import Fidelity, ProgrammeKind, Status
from programmes.models import Commitment, Layout, Programme
from programmes.printing.document import Chapter, Document, Imprint, Stamp, build
from programmes.printing.document import Commitment as Printed
from tests.programmes.files import DAY, MAP, OLD_TEXT, PLAN, write

STAMP = Stamp(1, "k7d3-9xq2", date(2026, 11, 22))


@pytest.fixture(scope="session")
def demo(django_db_setup, django_db_blocker):
    """The document of the demonstration, and the titles that it must not print."""

    def demo(measures, commune="26027"):
        output = io.StringIO()
        with django_db_blocker.unblock(), transaction.atomic():
            call_command("demo", commune=commune, measures=measures, stdout=output)
            pk = output.getvalue().split()[1]
            document = replace(build(Programme.objects.with_place().get(pk=pk)), stamp=STAMP)
            others = Commitment.objects.filter(programme=pk).exclude(status=Status.RETAINED)
            titles = [commitment.shown("title") for commitment in others]
            transaction.set_rollback(True)
        return document, titles

    return demo


@pytest.fixture
def small():
    """One commitment of a village; needs no database."""
    commitment = Printed(
        1, "Un titre", "", "Un texte.", "Le maire décide", "avant la moitié du mandat", Fidelity.OWN
    )
    return Document(
        title="Une commune debout",
        subtitle="Sans écran",
        list_name="Bien vivre ici",
        commune="Barsac",
        department="Drôme",
        population=154,
        kind=ProgrammeKind.MANDATE,
        vote_date=None,
        chapters=(Chapter(0, "Nos autres engagements", "", (commitment,), ()),),
        sources=(),
        imprint=Imprint(True, "Camille Roux", "3, place de l’Église, 26150 Barsac"),
        stamp=STAMP,
    )


@pytest.fixture
def varied(programme, take):
    """Retained, discussed, declined, own; adapted, tuned, ordered; a layout."""
    plan, day, map_ = take(PLAN, DAY, MAP)
    actions.decide(day, Status.DISCUSSED)
    actions.decide(map_, Status.DECLINED, "Trop cher")
    write(plan, text=OLD_TEXT)
    own = Commitment(
        programme=programme, title="Un lavoir", text="Rouvert.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(own, None)
    Layout.objects.create(programme=programme, format="depliant", slogan="Debout", copies=20)
    write(programme, title="Une commune debout")
    return programme
