"""R12: a layout that has no end, or takes all memory, is stopped; the others go on."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from desescalade import pdf
from tests.desescalade.rendered import render
from tests.serving import ROOT

# Each level is measured twice for the one around it: the engine would need years.
ENDLESS = '<div style="display:flex">' * 40 + "x"
# Seconds that it may take to end what was stopped, and to say so.
GRACE = 5
# Says what the largest of the processes that laid out held in memory, in KiB: with a short text,
# then with one that wants more than it may have.
GREEDY = """
import resource, sys
from desescalade import pdf
from tests.desescalade.rendered import LONG, render

def held():
    pdf.close()
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

megabytes, times = map(int, sys.argv[1:])
render("<p>court</p>")
print(held())
try:
    render(LONG * times, memory=megabytes << 20)
except pdf.RenderTooLarge:
    print(held())
"""


def test_print_without_end_is_stopped_and_the_others_are_made_meanwhile(rounds, figure):
    bound = rounds(3, 90)
    with ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        endless = pool.submit(render, ENDLESS, seconds=bound)
        made = 0
        while not endless.done():
            assert render("<p>court</p>").page_count == 1
            made += 1
        took = time.monotonic() - begun
        with pytest.raises(pdf.RenderTooLong):
            endless.result()
    assert made > 1
    assert bound <= took < bound + GRACE
    figure(
        "R12",
        f"une mise en page sans fin, et {made} autres faites pendant ce temps",
        f"arrêtée en {took:.1f} s".replace(".", ","),
        "90 s, et 5 pour la quitter",
    )


def test_print_that_wants_all_memory_is_stopped(rounds, figure):
    megabytes, times = rounds((64, 1), (1024, 35))
    said = subprocess.run(
        [sys.executable, "-c", GREEDY, f"{megabytes}", f"{times}"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    usual, most = (int(kib) >> 10 for kib in said.stdout.split())
    # The bound is on what it takes, not on what the engine and the fonts already held.
    assert megabytes / 2 < most - usual <= megabytes
    figure(
        "R12",
        "mémoire d’une mise en page qui en veut trop, en plus d’une courte",
        f"arrêtée à {most - usual} Mio",
        "1 024 Mio",
    )
