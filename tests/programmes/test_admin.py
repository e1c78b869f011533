"""What staff sees of communes and of programmes: that they are, not what they say."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes import actions, editions, team
from programmes.enums import Role
from programmes.models import (
    Answer,
    Assembly,
    Ballot,
    Change,
    Chapter,
    ChapterFigure,
    Comment,
    Commitment,
    CommitmentParameter,
    Commune,
    CommuneLoad,
    Contribution,
    Draft,
    Edition,
    Invitation,
    Layout,
    Logo,
    Look,
    Membership,
    Merger,
    MergerChoice,
    Programme,
    Submission,
)
from programmes.printing.logos import Redrawn
from tests import clones

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MANY = 300
SECRETS = ["Barsac autrement", "Un titre à nous", "Nos mots à nous", "phrase secrète", "alice"]
PRIVATE = [
    *(Programme, Chapter, ChapterFigure, Commitment, CommitmentParameter, Membership),
    *(Edition, Layout, Logo, Change, Comment, Draft, Invitation, Submission),
    *(Assembly, Ballot),
    *(Edition, Layout, Logo, Change, Comment, Draft, Invitation, Submission, Answer),
    *(Merger, MergerChoice),
    Contribution,
]


def page(model, what="changelist", *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def registered():
    return [
        pytest.param(model, id=model.__name__)
        for model in admin.site._registry
        if model._meta.app_label == "programmes"
    ]


@pytest.fixture
def rows(programme, take):
    """A programme with words of its own everywhere."""
    Programme.objects.update(list_name="Barsac autrement", title="Un titre à nous")
    take("pcs-rupture-reseaux")
    Commitment.objects.update(text="Nos mots à nous", reason="phrase secrète")
    Chapter.objects.update(title="Un titre à nous", summary="Nos mots à nous")
    chapter = Chapter.objects.first()
    ChapterFigure.objects.create(chapter=chapter, statement="Nos mots à nous", value="12")
    CommuneLoad.objects.get_or_create(digest="0")
    editions.make_edition(programme)
    layout = Layout.objects.create(programme=programme, format="depliant", slogan="Nos mots à nous")
    layout.chosen.create(commitment=Commitment.objects.first())
    actions.keep_logo(
        programme, Redrawn(b"", 1, 1, "0"), description="Nos mots à nous", consent_on=date.today()
    )
    member = programme.memberships.first()
    member.alias = "Nos mots à nous"
    member.save()
    team.invite(member, Role.READER, "Nos mots à nous")
    merger = Merger.objects.create(programme=programme, proposed_by=member, token_hash="0")
    MergerChoice.objects.create(merger=merger, key="Nos mots à nous", side="both")
    Comment.objects.create(commitment=Commitment.objects.first(), text="Nos mots à nous")
    Draft.objects.create(user=member.user, path="/nos-mots/", typed={"text": ["Nos mots à nous"]})
    assembly = programme.assemblies.create(
        held_on=date.today(), place="Nos mots à nous", note="Nos mots à nous"
    )
    assembly.ballots.create(commitment=Commitment.objects.first(), note="Nos mots à nous")
    Answer.objects.create(
        programme=programme, slug="x", text="Nos mots à nous", note="phrase secrète"
    )
    Submission.objects.create(digest="0", made="Nos mots à nous")
    Look.objects.create(at=timezone.now(), since=timezone.now())
    for slug in ("pcs-rupture-reseaux", "journee-hors-reseau", "partie-depuis"):
        programme.contributions.create(kind="example", measure_slug=slug, place="Die", fact="Un.")
    return programme


def queries_of(client, url: str) -> int:
    # Django keeps the content types after their first use, in whatever test that was.
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_every_model_of_the_application_is_there():
    names = {param.values[0] for param in registered()}
    assert names == set(apps.get_app_config("programmes").get_models())


@pytest.mark.parametrize("model", registered())
def test_every_list_and_page_answers_and_nothing_can_be_changed(admin_client, rows, model):
    row = model.objects.first()
    found = [
        admin_client.get(page(model)).status_code,
        admin_client.get(page(model, "change", row.pk)).status_code,
        admin_client.get(page(model, "add")).status_code,
        admin_client.post(page(model, "change", row.pk), {}).status_code,
        admin_client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code,
    ]
    assert found == [200, 200, 403, 403, 403]


@pytest.mark.parametrize("model", PRIVATE)
def test_no_word_of_a_team_and_no_name_is_shown(admin_client, rows, model):
    row = model.objects.first()
    for url in (page(model), page(model, "change", row.pk)):
        html = admin_client.get(url).content.decode()
        assert [secret for secret in SECRETS if secret in html] == []


@pytest.mark.parametrize("model", PRIVATE)
def test_the_history_of_what_a_team_wrote_is_closed(admin_client, rows, model):
    url = page(model, "history", model.objects.first().pk)
    assert admin_client.get(url).status_code == 403


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Programme, "list_name__startswith"),
        (Programme, "commune"),
        (Commitment, "text__contains"),
        (Commitment, "programme"),
        (Membership, "user"),
        (Contribution, "programme"),
        (Contribution, "programme__commune"),
        (Contribution, "programme__isnull"),
        (Contribution, "is_read"),
        (Commune, "programme__isnull"),
        (Commune, "programme"),
    ],
)
def test_an_address_cannot_ask_what_the_page_does_not_say(admin_client, rows, model, lookup):
    assert admin_client.get(page(model), {lookup: "1"}).status_code == 400


@pytest.mark.parametrize("lookup", ["programmes", "memberships__programme", "memberships__isnull"])
def test_the_list_of_accounts_does_not_tell_teams(admin_client, rows, lookup):
    url = reverse("admin:auth_user_changelist")
    assert admin_client.get(url, {lookup: rows.pk}).status_code == 400


def test_the_list_of_measures_does_not_tell_who_took_one(admin_client, rows):
    from proposals.desk.models import Measure

    for lookup in ("commitments", "commitments__programme", "commitments__isnull"):
        assert admin_client.get(page(Measure), {lookup: 1}).status_code == 400


def test_the_list_of_programmes_shows_five_facts(admin_client, rows):
    response = admin_client.get(page(Programme))
    (shown,) = response.context["cl"].result_list
    model_admin = admin.site._registry[Programme]
    assert model_admin.list_display == [
        *("id", "department", "kind", "created_at"),
        "commitment_count",
    ]
    assert (str(model_admin.department(shown)), model_admin.commitment_count(shown)) == ("Drôme", 1)


def test_what_is_in_the_bin_is_not_counted(admin_client, rows, take):
    take("journee-hors-reseau")
    for left in (1, 0):
        actions.drop(rows.commitments.first())
        (shown,) = admin_client.get(page(Programme)).context["cl"].result_list
        assert shown.count == left


def test_programmes_and_commitments_are_filtered_by_what_is_shown(admin_client, rows):
    found = [
        list(admin_client.get(page(model), query).context["cl"].queryset)
        for model, query in [
            (Programme, {"kind__exact": "campaign"}),
            (Programme, {"kind__exact": "mandate"}),
            (Commitment, {"status__exact": "declined"}),
        ]
    ]
    assert found == [[rows], [], []]


@pytest.mark.parametrize("query", ["crest", "CREST", "26108"])
def test_a_commune_is_found_as_on_the_site(admin_client, query):
    response = admin_client.get(page(Commune), {"q": query})
    assert "26108" in [row.pk for row in response.context["cl"].queryset]


def test_an_account_can_be_deleted_with_its_place_in_a_team(admin_client, rows, bob):
    url = reverse("admin:auth_user_delete", args=[bob.pk])
    assert admin_client.post(url, {"post": "yes"}).status_code == 302
    assert Membership.objects.filter(user=bob.pk).exists() is False


@pytest.mark.parametrize("model", [*registered(), Group, get_user_model()])
def test_a_list_asks_as_much_for_three_hundred_rows_as_for_one(
    admin_client, monkeypatch, rows, model
):
    clones.fill(model, MANY)
    model_admin = admin.site._registry[model]
    counts = []
    for number in (1, MANY):
        monkeypatch.setattr(model_admin, "list_per_page", number)
        counts.append(queries_of(admin_client, page(model)))
        assert len(admin_client.get(page(model)).context["cl"].result_list) == number
    assert counts[0] == counts[1]


def test_the_list_of_programmes_asks_as_much_for_three_as_for_one(admin_client, rows):
    one = queries_of(admin_client, page(Programme))
    for commune in Commune.objects.filter(department="01")[:2]:
        Programme.objects.create(commune=commune)
    assert queries_of(admin_client, page(Programme)) == one


@pytest.mark.parametrize("model", registered())
def test_every_label_is_in_french(model):
    model_admin = admin.site._registry[model]
    unnamed = {
        name
        for name in [*flatten(model_admin.fields or ()), *model_admin.list_display]
        if any(
            field.name == name and field.verbose_name == name.replace("_", " ")
            for field in model._meta.fields
        )
    }
    assert unnamed - {"population", "code", "type", "id"} == set()


def test_a_stranger_is_sent_to_the_login_page(client):
    response = client.get(page(Programme))
    assert (response.status_code, response.url) == (
        302,
        f"{reverse('admin:login')}?next={page(Programme)}",
    )


def test_a_member_of_a_team_is_no_staff(as_alice):
    assert as_alice.get(page(Programme)).status_code == 302
