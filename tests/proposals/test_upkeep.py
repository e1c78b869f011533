"""What is to verify, without source, to look at again: the questions and their page."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from proposals import upkeep
from proposals.desk.models import (
    EntryChange,
    Example,
    Figure,
    JournalEntry,
    LegalBasis,
    Measure,
    Objection,
    ObjectionSource,
    Proposal,
    Source,
    Threshold,
)
from proposals.models import Source as PublishedSource
from proposals.upkeep import Need
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

TODAY = date(2026, 11, 22)
MEASURE = "pcs-rupture-reseaux"
TRUTH = "/gestion/a-verifier/"


@pytest.fixture
def nothing_to_do():
    """A catalogue that wants nothing, on a day when every source has just been checked."""
    LegalBasis.objects.update(confidence="sure", source="acbm-vsa")
    Threshold.objects.update(confidence="sure")
    Example.objects.update(source="acbm-vsa")
    Figure.objects.update(source="acbm-vsa", caveat="")
    Source.objects.update(date="2026", checked_on=TODAY)
    quoted = set(ObjectionSource.objects.values_list("objection", flat=True))
    ObjectionSource.objects.bulk_create(
        ObjectionSource(objection=row, source_id="acbm-vsa")
        for row in Objection.objects.exclude(pk__in=quoted)
    )


def found() -> list[tuple]:
    return [(task.need, task.model, task.pk) for task in upkeep.tasks(TODAY)]


@pytest.mark.usefixtures("nothing_to_do")
def test_a_catalogue_in_order_wants_nothing():
    assert found() == []


@pytest.mark.usefixtures("nothing_to_do")
def test_each_kind_of_row_is_found_where_it_is_mended():
    basis, other_basis = LegalBasis.objects.filter(measure=MEASURE)[:2]
    LegalBasis.objects.filter(pk=basis.pk).update(confidence="to-verify")
    LegalBasis.objects.filter(pk=other_basis.pk).update(source=None)
    threshold = Threshold.objects.first()
    Threshold.objects.filter(pk=threshold.pk).update(confidence="to-verify")
    example, objection, figure = (model.objects.first() for model in (Example, Objection, Figure))
    Example.objects.filter(pk=example.pk).update(source=None)
    objection.objectionsource_set.all().delete()
    Figure.objects.filter(pk=figure.pk).update(source=None, caveat="Ordre de grandeur.")
    Source.objects.filter(pk="gironde").update(date="2009 (À vérifier)")
    proposal = Proposal.objects.first()
    Proposal.objects.filter(pk=proposal.pk).update(review_by=TODAY)
    Measure.objects.filter(pk=MEASURE).update(review_by=TODAY - timedelta(days=3))
    assert found() == [
        (Need.TO_VERIFY, "legalbasis", basis.pk),
        (Need.TO_VERIFY, "threshold", threshold.pk),
        (Need.TO_VERIFY, "source", "gironde"),
        (Need.WITHOUT_SOURCE, "legalbasis", other_basis.pk),
        (Need.WITHOUT_SOURCE, "example", example.pk),
        (Need.WITHOUT_SOURCE, "objection", objection.pk),
        (Need.WITHOUT_SOURCE, "figure", figure.pk),
        (Need.OVERDUE, "proposal", proposal.pk),
        (Need.OVERDUE, "measure", MEASURE),
        (Need.CAVEAT, "figure", figure.pk),
    ]


@pytest.mark.usefixtures("nothing_to_do")
@pytest.mark.parametrize(
    ("field", "day", "expected"),
    [
        ("checked_on", None, ["jamais vérifiée"]),
        ("checked_on", TODAY - timedelta(days=365), []),
        ("checked_on", TODAY - timedelta(days=366), ["vérifiée le 21 novembre 2025"]),
    ],
)
def test_a_source_is_looked_at_again_after_a_year(field, day, expected):
    Source.objects.filter(pk="gironde").update(**{field: day})
    assert [task.note.replace("\u00a0", " ") for task in upkeep.tasks(TODAY)] == expected


@pytest.mark.usefixtures("nothing_to_do")
def test_a_day_to_come_and_a_withdrawn_measure_ask_for_nothing():
    Proposal.objects.update(review_by=TODAY + timedelta(days=1))
    Measure.objects.filter(pk=MEASURE).update(retired=True, review_by=TODAY)
    LegalBasis.objects.filter(measure=MEASURE).update(confidence="to-verify", source=None)
    assert found() == []


@pytest.mark.usefixtures("nothing_to_do")
def test_a_source_stands_under_each_proposal_that_it_speaks_for():
    Source.objects.filter(pk="gironde").update(checked_on=None)
    LegalBasis.objects.filter(source="gironde").update(source="acbm-vsa")
    Example.objects.filter(source="gironde").update(source="acbm-vsa")
    Figure.objects.filter(source="gironde").update(source="acbm-vsa")
    ObjectionSource.objects.filter(source="gironde").delete()
    first, last = Proposal.objects.first(), Proposal.objects.last()
    Figure.objects.filter(pk=first.figures.first().pk).update(source="gironde")
    objection = Objection.objects.filter(measure__proposal=last).first()
    ObjectionSource.objects.create(objection=objection, source_id="gironde")
    assert [task.proposals for task in upkeep.tasks(TODAY)] == [{first.pk, last.pk}]


def test_the_questions_are_ten_whatever_there_is_to_do(django_assert_num_queries):
    with django_assert_num_queries(10):
        assert len(upkeep.tasks(TODAY)) > 300


# The page


def test_the_page_counts_filters_and_leads_to_each_row(admin_client):
    response = admin_client.get(TRUTH)
    tasks = upkeep.tasks(timezone.localdate())
    assert response.context["total"] == len(tasks)
    first = tasks[0]
    assert f"/gestion/desk/{first.model}/{first.pk}/change/" in response.content.decode()
    assert f"Tout {len(tasks)}" in text_of(response)
    proposal = Proposal.objects.get(number=3)
    response = admin_client.get(TRUTH, {"nature": "sans-source", "proposition": proposal.pk})
    expected = [
        task for task in tasks if task.need == Need.WITHOUT_SOURCE and proposal.pk in task.proposals
    ]
    assert list(response.context["page"]) == expected[:50] != []


@pytest.mark.parametrize(
    "query",
    [
        {"nature": "inconnue", "proposition": "9" * 400, "page": "abc"},
        {"page": "99999999999999999999"},
        {"page": "-1"},
    ],
)
def test_an_address_that_says_nothing_known_shows_the_list(admin_client, query):
    response = admin_client.get(TRUTH, query)
    assert response.status_code == 200
    assert len(response.context["page"].object_list) > 0


def test_the_page_asks_as_much_and_stays_as_light_with_much_to_do_as_with_little(admin_client):
    admin_client.get(TRUTH)
    facts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = admin_client.get(TRUTH)
        facts.append((len(captured), len(response.content) < 60_000))
        LegalBasis.objects.update(confidence="to-verify", source=None)
    assert facts[0] == facts[1] == (facts[0][0], True)


def test_only_who_sees_the_catalogue_sees_the_page(client, django_user_model, with_factor):
    assert client.get(TRUTH).status_code == 302
    with_factor(client, django_user_model.objects.create_user("salarie", is_staff=True))
    assert client.get(TRUTH).status_code == 403


def observer(client, django_user_model, with_factor):
    user = django_user_model.objects.create_user("regard", is_staff=True)
    user.groups.add(Group.objects.get(name="Observation"))
    return with_factor(client, user)


def test_an_observer_looks_and_says_of_no_source_that_it_was_checked(
    client, django_user_model, with_factor
):
    client = observer(client, django_user_model, with_factor)
    response = client.get(TRUTH)
    assert "Vérifiée aujourd’hui" not in text_of(response)
    data = {"source": "gironde", "checked_by": "collectif"}
    assert client.post(TRUTH, data).status_code == 403
    assert Source.objects.get(pk="gironde").checked_on is None


# Checked today


def test_a_click_sets_today_and_who_and_remembers_who(admin_client):
    address = f"{TRUTH}?nature=source-a-relire&page=2"
    response = admin_client.post(address, {"source": "gironde", "checked_by": " Collectif A "})
    assert (response.status_code, response.url) == (302, address)
    source = Source.objects.get(pk="gironde")
    assert (source.checked_on, source.checked_by) == (timezone.localdate(), "Collectif A")
    change = EntryChange.objects.first()
    assert (change.kind, change.key, change.cause) == ("source", "gironde", "admin")
    assert JournalEntry.objects.first().verb == "checked"
    response = admin_client.get(TRUTH)
    assert response.context["form"]["checked_by"].value() == "Collectif A"
    assert "Vérifiée aujourd’hui : " in text_of(response)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "",
            "Écrivez le collectif ou le rôle qui a vérifié, par exemple « collectif de Grenoble ».",
        ),
        ("x" * 81, "80 signes au plus."),
    ],
)
def test_without_who_nothing_is_set_and_a_sentence_says_what_to_write(
    admin_client, typed, expected
):
    response = admin_client.post(TRUTH, {"source": "gironde", "checked_by": typed})
    assert response.status_code == 400
    assert expected in text_of(response)
    assert text_of(response).startswith("Erreur : ")
    assert Source.objects.get(pk="gironde").checked_on is None


@pytest.mark.parametrize("slug", ["inconnue", "", "x" * 500])
def test_a_source_that_does_not_exist_is_not_found(admin_client, slug):
    data = {"source": slug, "checked_by": "collectif"}
    assert admin_client.post(TRUTH, data).status_code == 404


def source_page(client, **typed):
    source = Source.objects.get(pk="gironde")
    data = {"title": source.title, "url": source.url, "date": source.date, "checked_on": ""}
    address = reverse("admin:desk_source_change", args=["gironde"])
    return client.post(address, {**data, "checked_by": "", "_checked_today": "1", **typed})


def test_the_button_of_a_source_saves_the_page_and_sets_today(admin_client):
    assert source_page(admin_client, title="Titre neuf", checked_by="rédaction").status_code == 302
    source = Source.objects.get(pk="gironde")
    assert (source.title, source.checked_by) == ("Titre neuf", "rédaction")
    assert source.checked_on == timezone.localdate()
    assert JournalEntry.objects.filter(verb="checked").count() == 1
    Source.objects.update(checked_on=None, checked_by="")
    assert source_page(admin_client).status_code == 302
    assert Source.objects.get(pk="gironde").checked_by == "rédaction"


def test_the_button_of_a_source_asks_who(admin_client):
    response = source_page(admin_client)
    assert response.status_code == 200
    assert "Écrivez le collectif ou le rôle qui a vérifié" in text_of(response)
    assert Source.objects.get(pk="gironde").checked_on is None


def test_readers_see_who_checked_a_source_and_when_once_it_is_published(client, admin_client):
    example = Example.objects.exclude(source=None).first()
    address = reverse("proposals:measure", args=[example.measure_id])
    data = {"source": example.source_id, "checked_by": "collectif de Barsac"}
    assert admin_client.post(TRUTH, data).status_code == 302
    assert "vérifiée le" not in text_of(client.get(address))
    PublishedSource.objects.filter(pk=example.source_id).update(
        checked_on=date(2026, 3, 1), checked_by="collectif de Barsac"
    )
    assert "vérifiée le 1er mars 2026 par collectif de Barsac" in text_of(client.get(address))


WHO = "Vérifiée par"


def test_who_checked_is_asked_only_beside_a_button(admin_client):
    bases = admin_client.get(TRUTH, {"nature": "a-verifier"})
    assert any(task.source for task in bases.context["page"]) is False
    assert WHO not in text_of(bases)
    sources = admin_client.get(TRUTH, {"nature": "source-a-relire"})
    assert any(task.source for task in sources.context["page"]) is True
    assert WHO in text_of(sources)


def test_what_was_typed_wrong_is_asked_again_wherever_one_is(admin_client):
    source = Source.objects.first()
    response = admin_client.post(f"{TRUTH}?nature=reserve", {"source": source.pk})
    assert (response.status_code, WHO in text_of(response)) == (400, True)
