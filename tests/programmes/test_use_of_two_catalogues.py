"""The page of use where there are two catalogues: never one number for both."""

import re

import pytest

from programmes import impact
from proposals.models import Proposal
from tests.pages import plain, text_of
from tests.programmes.crowd import MEASURE, crowd

PAGE, FILE = "/gestion/usage/", "/gestion/usage.csv"
OTHER = f"table--{MEASURE}"
FIRST = "table--services-essentiels-hors-reseau"

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def two(second):
    """Seven programmes take the measure in the main catalogue, nine the one of the same name."""
    crowd(7)
    crowd(9, (OTHER,))


def bars(response) -> list[str]:
    svg = re.search('<svg class="tally".*?</svg>', response.content.decode(), re.DOTALL)[0]
    return re.findall(r'<text x="0"[^>]*>(.*?)</text>', svg)


def total_of(response, title: str) -> str:
    rows = re.findall(r'<th scope="row">(.*?)</th><td[^>]*>(.*?)</td>', response.content.decode())
    return next(total for name, total in rows if title in plain(name))


def choices(response) -> list[str]:
    return re.findall('<option value="([^"]+)"', response.content.decode())


def test_page_shows_the_main_one_and_leads_to_the_other(admin_client, two):
    response = admin_client.get(PAGE)
    assert bars(response) == [str(number) for number in range(1, 11)]
    assert choices(response) == list(Proposal.objects.of("principal").values_list("pk", flat=True))
    assert '<a href="?catalogue=table">La commune à table</a>' in response.content.decode()
    assert OTHER not in response.content.decode()


def test_page_of_the_second_has_its_own_propositions_only(admin_client, two):
    response = admin_client.get(PAGE, {"catalogue": "table"})
    own = Proposal.objects.of("table")
    assert bars(response) == [str(proposal.number) for proposal in own]
    assert choices(response) == [proposal.pk for proposal in own]
    assert 'name="catalogue" value="table"' in response.content.decode()
    assert 'href="/gestion/usage.csv?catalogue=table"' in response.content.decode()


def test_numbers_are_counted_apart_by_sizes_of_their_own(admin_client, two):
    main = Proposal.objects.get(measures=MEASURE)
    for proposal, number, sizes in (
        (main, "7", ["Village", "Bourg"]),
        (Proposal.objects.get(pk=FIRST), "9", ["Petite commune", "Commune plus grande"]),
    ):
        response = admin_client.get(PAGE, {"proposition": proposal.pk})
        title = plain(proposal.measures.get(pk__endswith=MEASURE).title)
        assert total_of(response, title) == number
        said = text_of(response)
        assert [size in said for size in sizes] == [True, True]
    assert "Village" not in said


def test_few_stay_few_in_a_catalogue_whatever_the_other_has(admin_client, second):
    crowd(40)
    crowd(3, (OTHER,))
    response = admin_client.get(PAGE, {"catalogue": "table"})
    title = plain(Proposal.objects.get(pk=FIRST).measures.get(pk=OTHER).title)
    assert total_of(response, title) == "moins de 5"
    assert "40" not in text_of(response)


@pytest.mark.parametrize("address", [PAGE, FILE])
@pytest.mark.parametrize(
    "query",
    [
        {"catalogue": "rien"},
        {"catalogue": "é" * 3000},
        {"catalogue": "principal", "proposition": FIRST},
        {"catalogue": "table", "proposition": "services-essentiels-hors-reseau"},
    ],
)
def test_what_is_not_there_together_is_404(admin_client, two, address, query):
    assert admin_client.get(address, query).status_code == 404


def test_file_is_of_one_catalogue_and_says_which(admin_client, two):
    main, other = admin_client.get(FILE), admin_client.get(FILE, {"catalogue": "table"})
    assert (OTHER in main.content.decode(), OTHER in other.content.decode()) == (False, True)
    assert other["Content-Disposition"] == 'attachment; filename="usage-table.csv"'


def test_whom_a_change_concerns_is_told_by_the_sizes_of_its_catalogue(two):
    found = impact.of([MEASURE, OTHER])
    assert [str(found[slug].uses) for slug in (MEASURE, OTHER)] == ["7", "9"]
    assert [label for label, _ in found[OTHER].by_size] == ["Petite commune", "Commune plus grande"]
    assert "Petite commune" not in [label for label, _ in found[MEASURE].by_size]


def test_with_one_catalogue_nothing_speaks_of_it(admin_client):
    assert "catalogue=" not in admin_client.get(PAGE).content.decode()
