"""Which entry a row is."""

import pytest

from proposals.catalogue import from_rows, scope
from proposals.desk import models, rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("catalogue", ["principal", "table"])
def test_every_row_is_an_entry_of_its_catalogue_or_a_part_of_one(second, catalogue):
    entries = from_rows.entries_of(models, catalogue)
    for model in [*rows.MODELS.values(), *rows.LISTS.values(), models.Wording, models.Parameter,
                  models.LegalBasis, models.Question, models.Figure]:  # fmt: skip
        found = {rows.entry_of(row) for row in model.objects.all()}
        keys = {key for key, of in found if of == catalogue}
        assert keys
        assert keys <= set(entries), model


def test_each_entry_has_one_row(second):
    for catalogue in ("principal", "table"):
        for kind, slug in from_rows.entries_of(models, catalogue):
            if kind in rows.MODELS:
                row = rows.MODELS[kind].objects.get(pk=scope.joined(catalogue, slug))
                assert rows.entry_of(row) == ((kind, slug), catalogue)


def test_a_row_that_is_nowhere_yet_is_of_the_main_catalogue():
    for row in (None, models.Measure(), models.Wording(), models.Source(slug="neuve")):
        assert rows.catalogue_of(row) == "principal"
