"""The lists of the desk that grow with the teams: all is reached, nothing is counted to its end."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from programmes.admin import ReferenceAdmin
from programmes.long_lists import AHEAD, LongList, LongPaginator
from programmes.models import Contribution, Submission
from programmes.templatetags import waiting

PER_PAGE = 100
LIST = reverse("admin:programmes_submission_changelist")


def send(count):
    Submission.objects.bulk_create(Submission(digest=f"{n:05}", made="") for n in range(count))


def paginator(page):
    return LongPaginator(Submission.objects.order_by("pk"), 10, page=page)


@pytest.fixture
def many(db):
    send(250)


@pytest.mark.parametrize(
    ("page", "count", "is_cut"),
    [
        ("", 110, True),
        ("1", 110, True),
        ("14", 240, True),
        ("15", 250, False),
        ("25", 250, False),
        ("no number", 110, True),
        ("-3", 110, True),
        ("9" * 5000, 250, False),
    ],
)
def test_counts_ten_pages_past_the_one_that_is_read(many, page, count, is_cut):
    found = paginator(page)
    assert (found.count, found.is_cut) == (count, is_cut)


def test_every_row_is_reached(many):
    seen = [row.pk for n in range(1, 26) for row in paginator(f"{n}").page(n)]
    assert seen == list(Submission.objects.order_by("pk").values_list("pk", flat=True))


def test_counts_in_one_query_that_stops(many, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        found = paginator("3")
        assert (found.count, found.is_cut, found.num_pages) == (130, True, 13)
    assert "LIMIT 131" in asked.captured_queries[0]["sql"]


def test_list_says_that_there_are_more(admin_client):
    send((AHEAD + 1) * PER_PAGE)
    assert "plus de" not in said(admin_client.get(LIST))
    Submission.objects.create(digest="one more", made="")
    assert "plus de 1 100 envois" in said(admin_client.get(LIST))
    assert " 1 101 envois" in said(admin_client.get(LIST, {"p": 12}))


def test_list_of_one_or_none_is_said_in_the_singular(admin_client):
    assert "> 0 envoi <" in said(admin_client.get(LIST))


def test_page_past_the_last_is_not_a_failure(admin_client, many):
    answer = admin_client.get(LIST, {"p": "9" * 30})
    assert (answer.status_code, answer.url) == (302, f"{LIST}?e=1")


def test_contributions_that_wait_are_counted_as_far_as_that_matters(db, monkeypatch):
    monkeypatch.setattr(waiting, "MANY", 3)
    seen = []
    for _ in range(5):
        seen.append(waiting.contributions_waiting())
        Contribution.objects.create(kind="example", measure_slug="a", place="Die", fact="Un.")
    assert seen == ["", "1", "2", "3", "plus de 3"]


def test_every_list_that_grows_with_the_teams_is_a_long_one():
    lists = admin.site._registry.items()
    ours = {model for model, _ in lists if model._meta.app_label == "programmes"}
    fixed = {model for model, its_list in lists if isinstance(its_list, ReferenceAdmin)}
    long = {model for model, its_list in lists if isinstance(its_list, LongList)}
    assert long == ours - fixed | {User}


def test_box_of_the_search_says_no_number_where_not_all_was_counted(admin_client):
    many = [User(username=f"personne-{n:04}") for n in range((AHEAD + 1) * PER_PAGE)]
    User.objects.bulk_create(many)
    accounts = reverse("admin:auth_user_changelist")
    for asked in ({}, {"is_active__exact": 1}):
        assert "résultats" not in admin_client.get(accounts, asked).content.decode()
    assert "10 résultats" in admin_client.get(accounts, {"q": "personne-000"}).content.decode()


def test_all_accounts_are_not_offered_for_one_action_where_they_are_not_all_counted(admin_client):
    User.objects.bulk_create(
        User(username=f"personne-{n:04}") for n in range((AHEAD + 1) * PER_PAGE)
    )
    answer = admin_client.get(reverse("admin:auth_user_changelist"))
    assert "plus de 1 100 utilisateurs" in said(answer)
    assert "action-counter" not in answer.content.decode()


def said(answer):
    text = answer.content.decode()
    return " ".join(text[text.index('class="paginator"') :].split())
