"""The page of use and its file: for staff, about nobody in particular."""

import csv
import html
import io
import re
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes import use
from programmes.exchange import use_file
from programmes.models import Programme
from proposals.models import Measure, Proposal, SizeClass
from tests.pages import Page, plain, text_of
from tests.programmes.crowd import MEASURE, SIZES, crowd

PAGE, FILE = "/gestion/usage/", "/gestion/usage.csv"
OTHERS = ("journee-hors-reseau", "eau-sans-data-center")

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def proposal(db):
    return Proposal.objects.get(measures=MEASURE)


def rows(response) -> dict[str, list[str]]:
    """The rows of the table by their heading; of rows of one name the last."""
    found = re.findall(
        r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>', response.content.decode(), re.DOTALL
    )
    return {
        plain(html.unescape(re.sub("<[^>]*>", "", name))): re.findall("<td[^>]*>(.*?)</td>", cells)
        for name, cells in found
    }


def row_of(response, slug=MEASURE) -> list[str]:
    title = Measure.objects.get(pk=slug).title
    return next(cells for name, cells in rows(response).items() if name.endswith(title))


def chosen(client, proposal, page=PAGE):
    return client.get(page, {"proposition": proposal.pk})


def lines(response) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def queries_of(client, address: str) -> int:
    # Django keeps the content types after their first use, in whatever test that was.
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_who_is_no_staff_is_sent_to_the_door(client, alice, address):
    door = f"/gestion/login/?next={address}"
    assert client.get(address).url == door
    client.force_login(alice)
    assert client.get(address).url == door
    assert client.get(door).status_code == 200


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_staff_without_second_factor_shows_it_first(client, admin_user, address):
    client.force_login(admin_user)
    response = client.get(address, follow=True)
    addresses = [found.partition("?")[0] for found, _ in response.redirect_chain]
    assert addresses[-1] == "/compte/second-facteur/activer/"
    assert response.redirect_chain[-1][0].endswith(address.replace("/", "%2F"))


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_staff_without_any_permission_may_look(client, django_user_model, with_factor, address):
    helper = django_user_model.objects.create_user("observer", is_staff=True)
    assert with_factor(client, helper).get(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("slug", ["inconnue", "0", "x" * 5000, "é", "../"])
@pytest.mark.parametrize("address", [PAGE, FILE])
def test_a_proposal_that_is_not_there(admin_client, address, slug):
    assert admin_client.get(address, {"proposition": slug}).status_code == 404


def test_four_are_fewer_than_five_and_five_are_five(admin_client, proposal):
    crowd(4)
    few = "moins de 5"
    assert row_of(admin_client.get(PAGE)) == [few, *["non montré"] * 3]
    assert row_of(chosen(admin_client, proposal)) == [few, *["non montré"] * 3]
    assert "Village" not in rows(chosen(admin_client, proposal))
    crowd(1)
    assert row_of(admin_client.get(PAGE)) == ["5", "aucun", "aucun", "5"]


def test_table_by_size_and_horizon(admin_client, proposal):
    crowd(9)
    crowd(6, horizon="mid-term")
    crowd(8, size="bourg")
    found = chosen(admin_client, proposal)
    assert row_of(found) == ["23", "aucun", "6", "17"]
    assert rows(found)["Village"] == ["15", "aucun", "6", "9"]
    assert rows(found)["Bourg"] == ["8", "aucun", "aucun", "8"]
    assert rows(found)["Petite ville"] == ["aucun"] * 4


def test_what_is_hidden_cannot_be_subtracted(admin_client, proposal):
    crowd(9)
    crowd(6, horizon="mid-term")
    crowd(8, size="bourg")
    crowd(1, size="bourg", horizon="mid-term")
    found = rows(chosen(admin_client, proposal))
    # The village goes too: with it, 7 - 6 would tell the one.
    assert found["Village"] == ["15", "aucun", "non montré", "non montré"]
    assert found["Bourg"] == ["9", "aucun", "non montré", "non montré"]
    assert row_of(chosen(admin_client, proposal)) == ["24", "aucun", "7", "17"]


def test_drawing_and_table_say_the_same(admin_client, proposal):
    crowd(12)
    crowd(3, (OTHERS[0],))
    for response in (admin_client.get(PAGE), chosen(admin_client, proposal)):
        svg = re.search('<svg class="tally".*?</svg>', response.content.decode(), re.DOTALL)[0]
        texts = [text.text for text in ElementTree.fromstring(svg).iter("text")]
        drawn = dict(zip(texts[::2], texts[1::2], strict=True))
        totals = {name.split()[0].rstrip("."): cells[0] for name, cells in rows(response).items()}
        assert drawn == {label: totals[label] for label in drawn}
        assert {"12", "12 ou plus"} & set(drawn.values())


def test_sum_of_a_proposal_adds_what_is_shown(admin_client, proposal):
    measures = list(proposal.measures.values_list("pk", flat=True))
    crowd(12, measures[:2])
    crowd(3, measures[2:3])
    assert rows(admin_client.get(PAGE))[plain(str(proposal))][0] == "24 ou plus"


def test_page_names_no_programme(admin_client, proposal):
    programmes = crowd(6)
    for response in (admin_client.get(PAGE), chosen(admin_client, proposal),
                     admin_client.get(FILE)):  # fmt: skip
        text = response.content.decode()
        secrets = ("Barsac", "26027", "Un titre secret", programmes[0].pk)
        assert [secret for secret in secrets if secret in text] == []


def test_page_has_nothing_inline(admin_client, proposal):
    crowd(6)
    page = Page(chosen(admin_client, proposal).content)
    assert page.inline == []
    assert page.headings[:2] == ["h1", "h2"]


def test_index_leads_to_it(admin_client):
    assert (
        f'<a href="{PAGE}">Usage du catalogue</a>' in admin_client.get("/gestion/").content.decode()
    )


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_queries_do_not_grow(admin_client, address):
    crowd(1)
    one = queries_of(admin_client, address)
    crowd(3, (MEASURE, *OTHERS))
    crowd(5, size="bourg")
    assert queries_of(admin_client, address) == one


def test_without_programmes_the_page_is_there(admin_client):
    assert Programme.objects.count() == 0
    assert "aucun" in text_of(admin_client.get(PAGE))


# The file


def test_file_opens_in_a_french_spreadsheet(admin_client, proposal):
    crowd(9)
    response = chosen(admin_client, proposal, FILE)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="usage-{proposal.pk}.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfproposition;identifiant;")
    head, *body = lines(response)
    assert head[-4:] == ["en tout", "cent premiers jours", "mi-mandat", "mandat"]
    mine = {row[3]: row[4:] for row in body if row[1] == MEASURE}
    assert list(mine) == ["toutes", *SizeClass.objects.values_list("label", flat=True)]
    assert mine["toutes"] == mine["Village"] == ["9", "0", "0", "9"]
    assert mine["Bourg"] == ["0"] * 4


def test_file_has_a_row_for_each_measure_and_size(admin_client):
    head, *body = lines(admin_client.get(FILE))
    assert len(body) == Measure.objects.count() * (1 + len(SIZES))
    assert {len(row) for row in body} == {len(head)}


def test_file_has_the_numbers_of_the_page(admin_client, proposal):
    crowd(9)
    crowd(6, horizon="mid-term")
    crowd(4, size="bourg")
    page = rows(chosen(admin_client, proposal))
    _, *body = lines(chosen(admin_client, proposal, FILE))
    mine = {row[3]: row[4:] for row in body if row[1] == MEASURE}
    assert {size: mine[size] for size in ("Village", "Bourg")} == {
        size: [plain(cell).replace("aucun", "0") for cell in page[size]]
        for size in ("Village", "Bourg")
    }


@pytest.mark.parametrize(
    "title", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1", '=HYPERLINK("x")']
)
def test_a_title_is_no_formula(title, proposal):
    Measure.objects.filter(pk=MEASURE).update(title=title)
    found = use.of_proposals([proposal], list(SizeClass.objects.all()))
    text = use_file.to_csv(found).decode("utf-8-sig")
    titles = {row[2] for row in csv.reader(io.StringIO(text, newline=""), delimiter=";")}
    assert f"'{title}" in titles
    assert title not in titles


def test_a_plain_title_stays_as_it_is():
    assert use_file.guarded("Un plan ; deux « lignes »") == "Un plan ; deux « lignes »"
