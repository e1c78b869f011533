"""R11: a programme of 50, 100, 300 measures is printed in seconds, and in little memory."""

import time
from dataclasses import replace
from itertools import cycle

import pytest

from programmes.models import Programme
from programmes.printing import prints
from programmes.printing.document import build
from programmes.printing.formats import FORMATS
from programmes.printing.prints import Print
from proposals.models import Measure

# Seconds by the number of measures: only a long run, on a machine that does nothing else, is
# held to them.
SECONDS = {50: 5, 100: 12, 300: 30}
MEMORY = 400 * 10**6


@pytest.fixture
def document(programme, take):
    """Twelve measures with their real texts."""
    take(*Measure.objects.values_list("pk", flat=True)[:12])
    return build(Programme.objects.with_place().get(pk=programme.pk))


def of_many(document, number):
    """As many as asked for, the same ones again and again."""
    rows = zip(range(1, number + 1), cycle(document.commitments), strict=False)
    many = tuple(replace(row, id=id) for id, row in rows)
    return replace(document, chapters=(replace(document.chapters[0], commitments=many),))


def test_long_programme_is_printed_in_time(document, rounds, figure, pytestconfig):
    for number in rounds([50], [50, 100, 300]):
        order = Print.checked(of_many(document, number), FORMATS["programme-a4"])
        start = time.monotonic()
        rendered, _, _ = prints.lay_out(order)
        seconds = time.monotonic() - start
        assert not pytestconfig.getoption("long") or seconds < SECONDS[number]
        assert rendered.peak_memory < MEMORY
        said = f"{seconds:.1f} s, {rendered.peak_memory / 10**6:.0f} Mo".replace(".", ",")
        figure(
            "R11",
            f"programme A4 de {number} mesures, mémoire de qui l’imprime",
            said,
            f"{SECONDS[number]} s, 400 Mo",
        )
