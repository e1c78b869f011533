"""Whom a change of the catalogue would concern: numbers, never anybody."""

import dataclasses

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import actions, editions, impact
from programmes.enums import Status
from programmes.models import Commitment, Edition, Programme
from tests.pages import plain
from tests.programmes.crowd import MEASURE, SIZES, crowd

OTHERS = ("journee-hors-reseau", "eau-sans-data-center")

pytestmark = pytest.mark.django_db


def of(slug=MEASURE):
    return impact.of([slug])[slug]


def words(found) -> dict[str, str]:
    sizes = dict(zip(SIZES, (str(count) for _, count in found.by_size), strict=True))
    parts = {name: str(getattr(found, name)) for name in ("uses", "kept", "adapted", "prints")}
    return parts | {name: number for name, number in sizes.items() if number != "aucun"}


def print_editions(programmes, measure=MEASURE, each=1):
    """As printing.freezing writes them, as far as they are read here."""
    commitments = [{"id": 1, "title": "t", "measure": measure}, {"id": 2, "title": "own"}]
    state = {"version": 1, "document": {"chapters": [{"commitments": commitments}]}}
    Edition.objects.bulk_create(
        Edition(programme=programme, number=number, code=f"{programme.pk[:8]}-{number}",
                state=state)
        for programme in programmes
        for number in range(each)
    )  # fmt: skip


def test_a_measure_that_nobody_uses():
    assert words(of()) == dict.fromkeys(("uses", "kept", "adapted", "prints"), "aucun")
    assert words(of("inconnue"))["uses"] == "aucun"


def test_four_programmes_are_fewer_than_five():
    crowd(4)
    assert words(of()) == {
        "uses": "moins de 5", "kept": "non montré", "adapted": "non montré", "prints": "aucun",
        **dict.fromkeys(SIZES, "non montré"),
    }  # fmt: skip


def test_five_programmes_are_five():
    crowd(5)
    assert words(of()) == {
        "uses": "5", "kept": "5", "adapted": "aucun", "prints": "aucun", "village": "5",
    }  # fmt: skip


def test_a_single_small_part_cannot_be_subtracted():
    crowd(7)
    crowd(3, size="grande-ville", title="À nous")
    assert words(of()) == {
        "uses": "10", "kept": "5 à 19", "adapted": "moins de 5", "prints": "aucun",
        "village": "5 à 19", "grande-ville": "moins de 5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "adapted"),
    [
        ({}, 0),
        ({"title": "À nous"}, 5),
        ({"easy": "À nous"}, 5),
        # Written, but as the catalogue has it.
        ({"text": "Le catalogue."}, 0),
    ],
)
def test_adapted_is_what_a_commitment_calls_so(values, adapted):
    crowd(5, **values)
    assert of().adapted.number == adapted
    assert sum(row.is_adapted for row in Commitment.objects.all()) == adapted


@pytest.mark.parametrize(
    ("status", "uses"),
    [(Status.RETAINED, 5), (Status.DISCUSSED, 5), (Status.DONE, 5), (Status.DECLINED, 0)],
)
def test_what_is_declined_is_no_use(status, uses):
    crowd(5, status=status)
    assert of().uses.number == uses


def test_the_bin_counts_for_nothing():
    print_editions(crowd(5))
    Commitment.everything.update(dropped_at=timezone.now())
    assert (of().uses.number, of().prints.number) == (0, 5)
    Commitment.everything.update(dropped_at=None)
    Programme.objects.update(dropped_at=timezone.now())
    assert (of().uses.number, of().prints.number) == (0, 0)


def test_the_population_that_the_team_corrected_decides_on_the_size():
    crowd(5)
    Programme.objects.update(own_population=None, commune="38185")
    assert words(of())["grande-ville"] == "5"
    Programme.objects.update(own_population=3499)
    assert words(of())["bourg"] == "5"
    Programme.objects.update(own_population=0)
    assert words(of())["village"] == "5"


def test_prints_of_few_programmes_are_told_as_such_however_many():
    programmes = crowd(5)
    print_editions(programmes[:4], each=3)
    assert str(of().prints) == "de moins de 5 programmes"
    assert of(OTHERS[0]).prints.number == 0
    print_editions(programmes[4:], each=2)
    assert of().prints.number == 14


def test_a_print_is_found_as_it_is_really_frozen(programme, take):
    (commitment,) = take(MEASURE)
    copies = crowd(4, measures=())
    edition = editions.make_edition(programme)
    Edition.objects.bulk_create(
        Edition(programme=copy, number=1, code=copy.pk, state=edition.state) for copy in copies
    )
    actions.drop(commitment)
    assert of().prints.number == 5


def test_words_of_a_team_are_no_measure():
    programmes = crowd(5, measures=())
    written = f'"measure": "{MEASURE}"'
    state = {
        "document": {"chapters": [{"commitments": [{"title": written, "text": "\\" + written}]}]}
    }
    Edition.objects.bulk_create(
        Edition(programme=programme, number=1, code=programme.pk, state=state)
        for programme in programmes
    )
    assert of().prints.number == 0


def test_queries_do_not_grow_with_measures_and_programmes():
    def queries(*slugs):
        with CaptureQueriesContext(connection) as captured:
            impact.of(slugs)
        return len(captured)

    print_editions(crowd(1))
    one = queries(MEASURE)
    print_editions(crowd(3, (MEASURE, *OTHERS)), each=3)
    assert queries(MEASURE, *OTHERS) == one == 3


def test_tag_draws_a_table_without_any_name():
    programmes = crowd(8)
    crowd(2, size="bourg")
    template = Template(
        "{% load impact %}{% impacts_of slugs as impacts %}"
        "{% for slug in slugs %}{% impact_of slug impacts %}{% endfor %}"
    )
    html = plain(template.render(Context({"slugs": [MEASURE, OTHERS[0]]})))
    assert html.count("<table") == 1
    assert '<th scope="row">Qui ont cette mesure</th><td>10</td>' in html
    assert '<th scope="row">Bourg</th><td>moins de 5</td>' in html
    assert "<p>Aucun programme n’a pris cette mesure.</p>" in html
    assert not [secret for secret in ("Barsac", "26027", "secret", programmes[0].pk)
                if secret in html]  # fmt: skip


def test_an_impact_keeps_nothing_that_it_hides():
    crowd(4)
    three = crowd(3, (OTHERS[0],))
    found = impact.of([MEASURE, OTHERS[0]])
    assert dataclasses.astuple(found[MEASURE]) == dataclasses.astuple(found[OTHERS[0]])
    assert three[0].pk not in repr(found)
