"""A variant: everything that the team composed, and nothing of the life of the first."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import actions, copying, editions, history, team
from programmes.enums import Cause, Role, Status
from programmes.models import (
    ChapterFigure,
    Comment,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Layout,
    LayoutCommitment,
    Logo,
    Membership,
    Programme,
)
from programmes.models.programme import SETTINGS
from programmes.printing import document
from tests.pages import errors_of, text_of
from tests.programmes.forms import adapt

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"
# What a copy has of its own.
OWN = {"id", "programme", "chapter", "commitment", "layout", "logo", "version", "joined_at"}
MODELS = {
    "programme": ("chapters", "commitments", "layouts", "logos", "memberships"),
    "chapter": (ChapterFigure,),
    "commitment": (CommitmentParameter, CommitmentPitch, CommitmentObjection),
}


def facts(row) -> dict:
    """The fields of a row that a copy shares with its original."""
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in OWN
    }


def contents(programme: Programme) -> dict:
    """All that a copy must have, without ids."""
    found = {name: [facts(row) for row in getattr(programme, name).all()]
             for name in MODELS["programme"]}  # fmt: skip
    for parent, models in (("chapter", MODELS["chapter"]), ("commitment", MODELS["commitment"])):
        for model in models:
            rows = model.objects.filter(**{f"{parent}__programme": programme}).order_by(
                f"{parent}_id", "position", "pk"
            )
            found[model.__name__] = [(str(getattr(row, parent)), facts(row)) for row in rows]
    chosen = LayoutCommitment.objects.filter(layout__programme=programme).select_related(
        "layout__logo", "commitment"
    )
    found["chosen"] = [
        (row.layout.format, str(row.layout.logo), str(row.commitment), row.position)
        for row in chosen
    ]
    return found


@pytest.fixture
def full(programme, take):
    """A programme with something of everything."""
    plan, day = take(PLAN, DAY)
    actions.decide(day, Status.DECLINED, "Trop tard")
    plan.text, plan.line = "Nos mots.", "Notre ligne"
    plan.save()
    plan.parameters.filter(slug="delai_revision_mois").update(value="9")
    own = Commitment(programme=programme, title="Un banc", text="Un banc.", decided_by="mayor",
                     horizon="term", budget="neutral", status="discussed")  # fmt: skip
    actions.add_own_commitment(own, None)
    (dropped,) = take(MAP)
    logo = Logo.objects.create(
        programme=programme, digest="0", image=b"png", width=1, height=1, description="un point",
        consent_on=date(2026, 11, 22),
    )  # fmt: skip
    Logo.objects.create(
        programme=programme, digest="1", image=b"old", width=1, height=1, description="l’ancien",
        consent_on=date(2026, 11, 22), is_hidden=True,
    )  # fmt: skip
    layout = Layout.objects.create(
        programme=programme, format="depliant", slogan="Ensemble", logo=logo
    )
    layout.chosen.create(commitment=plan, position=1)
    layout.chosen.create(commitment=dropped, position=0)
    actions.drop(dropped)
    Comment.objects.create(commitment=plan, text="Très bien.")
    editions.make_edition(programme)
    team.invite(programme.memberships.first(), Role.READER, "Dora")
    for name, value in {"list_name": "Barsac autrement", "title": "Debout", "own_population": 2000,
                        "printer": "ourselves", "kind": "mandate"}.items():  # fmt: skip
        setattr(programme, name, value)
    programme.save()
    return programme


def test_copy_has_all_that_the_team_composed(full):
    before = contents(full)
    copy = copying.copy_programme(full, "version courte")
    copied = contents(copy)
    # What is in the bin, and logos of old editions, stay where they are.
    before["logos"] = [logo for logo in before["logos"] if not logo["is_hidden"]]
    before["chosen"] = [row for row in before["chosen"] if row[3] == 1]
    for name in ("CommitmentParameter", "CommitmentPitch", "CommitmentObjection"):
        kept = [str(row) for row in full.commitments.all()]
        before[name] = [row for row in before[name] if row[0] in kept]
    assert copied == before
    settings = {name: getattr(full, name) for name in SETTINGS if name != "variant"}
    assert {name: getattr(copy, name) for name in settings} == settings
    assert str(copy) == "Debout (version courte)"


def test_copy_prints_as_the_original(full):
    copy = copying.copy_programme(full, "version courte")

    def printed(programme):
        built = document.build(Programme.objects.with_place().get(pk=programme.pk))
        return [
            (chapter.number, chapter.title, chapter.figures,
             [(row.title, row.line, row.text, row.fidelity) for row in chapter.commitments])
            for chapter in built.chapters
        ]  # fmt: skip

    assert len(printed(full)) == 1
    assert printed(copy) == printed(full)


def test_copy_begins_a_life_of_its_own(full):
    copy = copying.copy_programme(full, "version courte")
    found = [
        Comment.objects.filter(commitment__programme=copy).count(),
        copy.editions.count(),
        copy.invitations.count(),
        Commitment.everything.filter(programme=copy).count(),
        sorted(copy.changes.values_list("cause", flat=True)),
        sorted(copy.changes.values_list("version", flat=True)),
    ]
    assert found == [0, 0, 0, 3, [Cause.COPIED] * 4, [1] * 4]


def test_people_of_the_team_have_their_roles_and_names_in_the_copy(full, alice, bob):
    copy = copying.copy_programme(full, "version courte")
    assert list(copy.memberships.values_list("user", "role", "alias")) == [
        (alice.pk, Role.COORDINATOR, "Coordination"),
        (bob.pk, Role.READER, "Équipe"),
    ]
    assert Membership.objects.count() == 4


def test_nothing_of_the_original_changes_with_the_copy(full, as_alice):
    before, change_count = contents(full), full.changes.count()
    copy = copying.copy_programme(full, "version courte")
    adapt(as_alice, copy.commitments.get(measure=PLAN), text="Autres mots.", title="Autre titre")
    actions.drop(copy.commitments.get(title="Un banc"))
    copy.logos.all().delete()
    assert (contents(full), full.changes.count()) == (before, change_count)


def test_first_text_of_a_copied_commitment_comes_back(full):
    copy = copying.copy_programme(full, "version courte")
    row = copy.commitments.get(measure=PLAN)
    first = row.changes.get()
    row.programme = copy
    row.text = "Autres mots."
    row.save()
    history.restore(row, first)
    row = copy.commitments.get(measure=PLAN)
    assert (row.text, row.parameters.get(slug="delai_revision_mois").value) == ("Nos mots.", "9")


def queries_of(programme) -> int:
    with CaptureQueriesContext(connection) as captured:
        copying.copy_programme(programme, "autre")
    return len(captured)


def test_queries_of_a_copy_do_not_grow_with_the_commitments(programme, take):
    take(PLAN)
    one = queries_of(programme)
    take(DAY, MAP)
    assert queries_of(programme) == one


def test_empty_programme_is_copied(programme):
    copy = copying.copy_programme(programme, "autre")
    assert (copy.commitments.count(), copy.variant, copy.commune) == (
        0,
        "autre",
        programme.commune,
    )


def test_copy_is_made_from_its_page_and_opened(as_alice, programme, take):
    take(PLAN)
    address = reverse("programmes:copy", args=[programme.pk])
    response = as_alice.post(address, {"variant": "version courte"}, follow=True)
    copy = Programme.objects.get(variant="version courte")
    assert response.redirect_chain == [(copy.get_absolute_url(), 302)]
    assert "Votre copie est faite" in text_of(response)


def test_form_sent_twice_makes_one_copy(as_alice, programme):
    address = reverse("programmes:copy", args=[programme.pk])
    data = {"variant": "version courte", "envoi": "la-page-ouverte-une-fois"}
    first, second = as_alice.post(address, data), as_alice.post(address, data)
    assert first.url == second.url
    assert Programme.objects.filter(variant="version courte").count() == 1


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "Écrivez un nom pour la variante."),
        ("   ", "Écrivez un nom pour la variante."),
        ("x" * 61, "61 signes, c’est trop : il en faut 60 au plus."),
    ],
)
def test_copy_without_a_good_name_is_not_made(as_alice, programme, name, error):
    address = reverse("programmes:copy", args=[programme.pk])
    response = as_alice.post(address, {"variant": name})
    assert [e.replace("\u00a0", " ") for e in errors_of(response)] == [error]
    assert f'value="{name.strip()}"' in response.content.decode() or not name.strip()
    assert Programme.objects.count() == 1


def test_copy_begins_with_the_settings_that_a_colleague_has_just_saved(programme):
    stale = Programme.objects.get(pk=programme.pk)
    Programme.objects.filter(pk=programme.pk).update(title="Le titre d’à présent")
    assert copying.copy_programme(stale, "courte").title == "Le titre d’à présent"
