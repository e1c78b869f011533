"""What must never be is refused by the database itself."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from proposals.models import (
    Measure,
    Parameter,
    ParameterDefault,
    SizeClass,
    Source,
    Wording,
    WordingSize,
)

PLAN = "pcs-rupture-reseaux"


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


@pytest.fixture
def plan(db):
    return Measure.objects.with_wordings().get(pk=PLAN)


def test_second_wording_for_a_size_is_refused(plan):
    other = Wording.objects.create(measure=plan, text="Autre", position=9)
    village = SizeClass.objects.get(pk="village")
    assert refused(lambda: WordingSize.objects.create(wording=other, size_class=village))


def test_second_default_wording_is_refused(plan):
    assert refused(lambda: Wording.objects.create(measure=plan, text="Autre", is_default=True))


def test_two_size_classes_cannot_begin_at_the_same_population(db):
    assert refused(lambda: SizeClass.objects.filter(pk="bourg").update(min_population=0))


@pytest.mark.parametrize(
    ("population", "slug"),
    [
        (None, "village"),
        (0, "village"),
        (999, "village"),
        (1000, "bourg"),
        (3499, "bourg"),
        (3500, "petite-ville"),
        (9999, "petite-ville"),
        (10_000, "ville-moyenne"),
        (49_999, "ville-moyenne"),
        (50_000, "grande-ville"),
        (2_100_000, "grande-ville"),
    ],
)
def test_every_population_has_one_size_class(db, population, slug):
    assert SizeClass.objects.for_population(population).pk == slug


def test_no_gap_below_the_lowest_class(db):
    SizeClass.objects.filter(pk="village").update(min_population=100)
    assert SizeClass.objects.for_population(50).pk == "village"


@pytest.mark.parametrize("change", [{"default": "2"}, {"default": "25"}, {"min": 30}, {"max": 5}])
def test_parameter_out_of_its_bounds_is_refused(db, change):
    rows = Parameter.objects.filter(measure=PLAN, slug="delai_revision_mois")
    assert refused(lambda: rows.update(**change))


def test_value_by_size_out_of_its_bounds_is_refused(db):
    rows = ParameterDefault.objects.filter(parameter__slug="exemplaires_papier")
    assert refused(lambda: rows.update(value="51"))
    assert rows.update(value="50") == 2


def test_bounds_cannot_be_drawn_in_over_a_value_by_size(db):
    parameter = Parameter.objects.get(slug="exemplaires_papier")
    parameter.max = 15
    with pytest.raises(ValidationError) as caught:
        parameter.full_clean()
    assert caught.value.messages == [
        "La valeur pour « Grande ville ou métropole » ne va plus : Choisissez une valeur entre 2"
        " et 15."
    ]
    assert refused(parameter.save)


def test_bounds_themselves_are_allowed(db):
    rows = Parameter.objects.filter(measure=PLAN, slug="delai_revision_mois")
    assert [rows.update(default=value) for value in ("3", "24")] == [1, 1]


def test_parameter_with_a_wrong_default_is_told_in_french(db):
    parameter = Parameter.objects.get(measure=PLAN, slug="delai_revision_mois")
    parameter.default = "bientôt"
    with pytest.raises(ValidationError) as caught:
        parameter.full_clean()
    assert caught.value.message_dict == {
        "default": ["Écrivez un nombre en chiffres, par exemple 12."]
    }


def test_source_in_use_cannot_be_deleted(db):
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        Source.objects.get(pk="tribune").delete()


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ("village", "village"),
        ("bourg", "bourg"),
        ("petite-ville", "toutes les tailles"),
        ("grande-ville", "ville moyenne et grande ville ou métropole"),
        ("inconnue", "toutes les tailles"),
    ],
)
def test_wording_for_a_size_is_its_own_or_the_default(plan, size, sizes):
    assert plan.wording_for(size).sizes_in_words() == sizes


def test_published_leaves_out_hidden_and_retired_measures_and_hidden_proposals(db):
    Measure.objects.filter(pk=PLAN).update(published=False)
    Measure.objects.filter(pk="journee-hors-reseau").update(retired=True)
    hidden = Measure.objects.get(pk="seuil-plui-2000m2").proposal
    hidden.published = False
    hidden.save()
    published = set(Measure.objects.published().values_list("pk", flat=True))
    everything = set(Measure.objects.values_list("pk", flat=True))
    gone = {PLAN, "journee-hors-reseau", *hidden.measures.values_list("pk", flat=True)}
    assert published == everything - gone
