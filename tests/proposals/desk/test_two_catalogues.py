"""Pages of the desk where there are two catalogues: each about one, or saying which is which."""

import re

import pytest

from proposals.desk.models import Measure, Proposal, Source
from tests.pages import html_of, text_of

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

TRUTH, MEASURES = "/gestion/a-verifier/", "/gestion/desk/measure/"
FIRST = "table--services-essentiels-hors-reseau"


def options(page: str, name: str) -> dict[str, str]:
    """What a menu offers: labels by value."""
    menu = re.search(f'<select name="{name}".*?</select>', page, re.DOTALL)[0]
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>(.*?)</option>', menu))


def test_what_is_to_verify_is_told_of_one_catalogue(admin_client, second):
    main, other = admin_client.get(TRUTH), admin_client.get(TRUTH, {"catalogue": "table"})
    links = [re.findall(r'/change/">', html_of(page)) for page in (main, other)]
    assert all(links)
    assert "table--" not in html_of(main)
    assert "/gestion/desk/source/table--tribune/change/" in html_of(other)
    assert "/gestion/desk/source/tmnlab/" not in html_of(other)
    assert main.context["total"] + other.context["total"] > main.context["total"]


def test_a_second_catalogue_adds_nothing_to_the_first(admin_client, second):
    before = admin_client.get(TRUTH).context["total"]
    Source.objects.filter(catalogue="table").update(date="à vérifier")
    assert admin_client.get(TRUTH).context["total"] == before


def test_the_filter_offers_propositions_of_the_catalogue_and_stays_in_it(admin_client, second):
    page = html_of(admin_client.get(TRUTH, {"catalogue": "table", "nature": "a-verifier"}))
    own = Proposal.objects.filter(catalogue="table")
    assert list(options(page, "proposition")) == [row.pk for row in own]
    assert '<input type="hidden" name="catalogue" value="table">' in page
    assert "&amp;catalogue=table" in page
    assert "La commune à table" in page


def test_a_source_is_checked_on_the_page_of_its_catalogue(admin_client, second):
    address = f"{TRUTH}?catalogue=table"
    data = {"source": "table--tribune", "checked_by": "collectif de Die"}
    response = admin_client.post(address, data)
    assert response.url == address
    assert Source.objects.get(pk="table--tribune").checked_by == "collectif de Die"


@pytest.mark.parametrize("name", ["rien", "é" * 3000])
def test_a_catalogue_that_is_not_there_is_404(admin_client, second, name):
    assert admin_client.get(TRUTH, {"catalogue": name}).status_code == 404


def test_with_one_catalogue_nothing_speaks_of_it(admin_client):
    for address in (TRUTH, MEASURES, f"{MEASURES}add/"):
        assert "catalogue=" not in html_of(admin_client.get(address))
    labels = options(html_of(admin_client.get(f"{MEASURES}add/")), "proposal")
    assert list(labels.values()) == [str(row) for row in Proposal.objects.all()]


def test_a_new_measure_chooses_among_propositions_that_name_their_catalogue(admin_client, second):
    labels = options(html_of(admin_client.get(f"{MEASURES}add/")), "proposal")
    assert labels[FIRST].endswith("(La commune à table)")
    assert labels["services-essentiels-hors-reseau"].endswith("(Les dix propositions)")


def test_a_list_is_filtered_by_what_is_of_its_catalogue(admin_client, second):
    def links(**query) -> list[str]:
        page = html_of(admin_client.get(MEASURES, query))
        return re.findall(r"proposal__slug__exact=([\w-]+)[^>]*>", page)

    everywhere = {row.pk for row in Proposal.objects.all()}
    own = {row.pk for row in Proposal.objects.filter(catalogue="table")}
    assert set(links()) == everywhere
    assert set(links(catalogue="table")) == own
    assert "(La commune à table)" in text_of(admin_client.get(MEASURES))


def test_a_filter_still_filters(admin_client, second):
    response = admin_client.get(MEASURES, {"proposal__slug__exact": FIRST})
    assert {row.pk for row in response.context["cl"].queryset} == set(
        Measure.objects.filter(proposal=FIRST).values_list("pk", flat=True)
    )
