"""R21: every address of the project, for every kind of person, by every method."""

import logging
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programmes import actions, editions, team
from programmes.enums import Role
from programmes.models import (
    Assembly,
    Commitment,
    CommuneLoad,
    Draft,
    Look,
    Membership,
    Merger,
    Submission,
)
from programmes.urls import ONE
from proposals.desk import models as desk
from proposals.models import Proposal, Release
from tests.programmes.test_access import addresses  # noqa: F401  a fixture
from tests.sitemap.seeding import PLAN, SECOND_CATALOGUE

from . import expected
from .addresses import DESK, of_models, of_row, routes, takes_nothing
from .expected import METHODS

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

GROUPS = {"observer": "Observation", "editor": "Rédaction", "curator": "Relecture"}
# What a request may write that is refused, or that only reads: the session and the counts of
# asking; what was typed and refused is kept for who typed it; that answers were read.
OWN_TRACES = {"django_session", "desescalade_cache", "programmes_draft", "programmes_submission"}
# Asked in turn, unless at length.
RARE = ("HEAD", "PUT", "DELETE", "OPTIONS")
TRACES_OF = {"programmes/<str:programme_id>/envois/": {"programmes_contribution"}}
# A save that meets a colleague's takes the row to compare with it.
CONFLICT = 409


@pytest.fixture
def quiet():
    """Thousands of refusals would each be a line of the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def invitation(programme):
    """The words of an invitation to coordinate."""
    return team.invite(programme.memberships.first(), Role.COORDINATOR, "Inès")[1]


@pytest.fixture
def people(programme, alice, bob, charlie, barsac, invitation, with_factor):
    """A browser of each of PEOPLE."""
    make = get_user_model().objects.create_user
    users = {"stranger": charlie, "reader": bob, "coordinator": alice}
    users |= {who: make(who) for who in ("writer", "former", "invited")}
    actions.open_programme(barsac, charlie)
    for who, role in {"writer": Role.WRITER, "former": Role.COORDINATOR}.items():
        Membership.objects.create(programme=programme, user=users[who], role=role, alias=who)
    team.part(programme, programme.memberships.get(user=users["former"]))
    users["staff without factor"] = make("simon", is_staff=True, is_superuser=True)
    browsers = {who: Client() for who in expected.PEOPLE}
    for who, user in users.items():
        browsers[who].force_login(user)
    browsers["invited"].get(reverse("programmes:join", args=[invitation]))
    for who in expected.INSIDE:
        user = make(who, is_staff=True, is_superuser=who == "superuser")
        user.groups.set(Group.objects.filter(name=GROUPS.get(who, "")))
        with_factor(browsers[who], user)
    return browsers


@pytest.fixture
def places(programme, alice, invitation, addresses, second):  # noqa: F811
    """One real address for each route, with a row behind it where it names one."""
    edition = editions.make_edition(programme)
    editions.publish(edition)
    draft = Draft.objects.create(user=alice, path="/programmes/", typed={"text": ["Un mot."]})
    answered = programme.contributions.get()
    upload = desk.Upload.objects.create(
        name="proposals.yaml", data=SECOND_CATALOGUE.read_bytes(), digest="0"
    )
    change = desk.EntryChange.objects.create(
        kind="measure", key=PLAN, cause="admin", before={}, after={}
    )
    planned = desk.PlannedRelease.objects.create(
        number="2031.1", publish_at=timezone.now(), entries=[]
    )
    _rows_of_each_model(programme)
    edited = Release.objects.exclude(catalogue="table").last()
    named = {
        "connexion/carte-perdue/<int:pk>/<str:token>/": f"connexion/carte-perdue/{alice.pk}/x/",
        "compte/brouillons/<int:pk>/jeter/": f"compte/brouillons/{draft.pk}/jeter/",
        "invitation/<str:token>/": f"invitation/{invitation}/",
        "programmes/nouveau/": "programmes/nouveau/?commune=26027",
        "t/<str:code>/": edition.get_absolute_url()[1:],
        "propositions/<slug:slug>/": Proposal.objects.first().get_absolute_url()[1:],
        "mesures/<slug:slug>/": f"mesures/{PLAN}/",
        "catalogues/<slug:slug>/": "catalogues/table/",
        "catalogues/<slug:slug>/le-texte/": "catalogues/table/le-texte/",
        "editions/<slug:catalogue>/<path:number>/": edited.get_absolute_url()[1:],
        "fiches/<slug:slug>/": "fiches/culture/",
        "aide/<slug:slug>/": "aide/equipe/",
        "gestion/chantier/<slug:kind>/": "gestion/chantier/header/",
        "gestion/chantier/<slug:kind>/<slug:key>/": f"gestion/chantier/measure/{PLAN}/",
        "gestion/charger/<int:pk>/": f"gestion/charger/{upload.pk}/",
        "gestion/publication/<int:pk>/retirer/": f"gestion/publication/{planned.pk}/retirer/",
        "gestion/editions/<int:pk>/annuler/": f"gestion/editions/{edited.pk}/annuler/",
        "gestion/historique/<int:pk>/retour/": f"gestion/historique/{change.pk}/retour/",
        "gestion/historique/<slug:kind>/": "gestion/historique/header/",
        "gestion/historique/<slug:kind>/<slug:key>/": f"gestion/historique/measure/{PLAN}/",
        "gestion/apercu/<slug:kind>/<slug:key>/": f"gestion/apercu/mesure/{PLAN}/",
        "gestion/apercu/<slug:kind>/<slug:key>/<slug:slug>.pdf": (
            f"gestion/apercu/mesure/{PLAN}/nulle-part.pdf"
        ),
        "gestion/programmes/contribution/<int:pk>/reponse/": (
            f"gestion/programmes/contribution/{answered.pk}/reponse/"
        ),
        "gestion/auth/user/<id>/password/": f"gestion/auth/user/{alice.pk}/password/",
        "gestion/^(?P<app_label>desk|proposals|auth|programmes)/$": "gestion/programmes/",
        "gestion/(?P<url>.*)$": "gestion/nulle-part/",
    }
    models = of_models()
    found = {route: addresses[name] for route, name in routes() if route.startswith(ONE)}
    found |= {route: of_row(*models[route]) for route, _ in routes() if route in models}
    found |= {route: f"/{address}" for route, address in named.items()}
    return {
        route: found.get(route) or f"/{route}"
        for route, _ in routes()
        if route in found or takes_nothing(route)
    }


def _rows_of_each_model(programme):
    """Of those that nothing else here makes."""
    commitment = Commitment.objects.filter(programme=programme).first()
    layout = programme.layouts.create(format="depliant")
    layout.chosen.create(commitment=commitment)
    programme.answers.create(slug="x", text="Une question")
    Merger.objects.first().choices.create(key="x", side="both")
    Assembly.objects.first().ballots.create(commitment=commitment)
    chapter = programme.chapters.first()
    chapter.figures.create(statement="Un chiffre", value="12")
    commitment.parameters.get_or_create(slug="x", defaults={"label": "x", "value": "1"})
    CommuneLoad.objects.get_or_create(digest="0")
    Submission.objects.create(digest="0", made="x")
    Look.objects.get_or_create(defaults={"at": timezone.now(), "since": timezone.now()})
    desk.Review.objects.create(kind="measure", key=PLAN, digest="0", state="asked")
    desk.SourceCheck.objects.create(source="x", url="https://exemple.fr", status="fine")


def test_every_address_is_in_a_table():
    assert expected.unlisted() == set()


def chosen(answers, turn, how_many):
    """Of those who are to be answered alike, so many, in turn."""
    alike = {}
    for who in expected.PEOPLE:
        alike.setdefault(answers[who], []).append(who)
    for people in alike.values():
        yield from {people[(turn + step) % len(people)] for step in range(how_many)}


PARTS = {"workshop": "atelier", "desk": "gestion", "rest": "autres pages"}


@pytest.mark.parametrize("part", PARTS)
def test_everybody_gets_what_the_table_says_by_every_method(
    part, people, places, monkeypatch, rounds, figure, quiet
):
    """And what is refused, or only asks to read, writes nothing."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    ours = [(route, name) for route, name in routes() if _part(route) == part]
    # The desk has three hundred addresses made alike, some of which read the whole catalogue.
    is_desk = part == "desk"
    how_many = rounds(1 if is_desk else 2, len(people))
    found, due = {}, {}
    for turn, (route, name) in enumerate(ours):
        answers, rare = expected.answers(route, name), RARE[turn % len(RARE)]
        methods = rounds(("GET", "POST") if is_desk else ("GET", "POST", rare), METHODS)
        for who in chosen(answers, turn, how_many):
            for method in methods:
                key = (route, who, method)
                due[key] = answers[who][METHODS.index(method)], set()
                found[key] = answer(people[who], method, route, places[route])
    assert {key: seen for key, seen in found.items() if seen != due[key]} == {}
    figure("R21", f"demandes jugées ({PARTS[part]})", f"{len(found)} pour {len(ours)} adresses")


def _part(route):
    return "workshop" if route.startswith(ONE) else "desk" if route.startswith(DESK) else "rest"


def answer(browser, method, route, address):
    """The status, and the tables written to that should not be; nothing of it stays."""
    written = set()

    def watch(execute, sql, *args):
        if match := re.match(r'(?:INSERT|UPDATE|DELETE)[^"]*"(\w+)"', sql):
            written.add(match[1])
        return execute(sql, *args)

    kept = {name: cookie.value for name, cookie in browser.cookies.items()}
    with transaction.atomic(), connection.execute_wrapper(watch):
        status = browser.generic(method, address).status_code
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.load(kept)
    may_write = method == "POST" and (status < 400 or status == CONFLICT)
    return status, set() if may_write else written - OWN_TRACES - TRACES_OF.get(route, set())
