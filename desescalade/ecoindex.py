"""EcoIndex of a web page: 100 for one that asks nothing of anybody, 0 for the heaviest known.

Formula, tables and grades of the Collectif Conception numérique responsable
(github.com/cnumr/EcoIndex and github.com/cnumr/ecoindex_reference): the tables are the twentieths
of some 500,000 pages of the HTTP Archive.
"""

from itertools import pairwise

# fmt: off
NODES = (
    0, 47, 75, 159, 233, 298, 358, 417, 476, 537, 603,
    674, 753, 843, 949, 1076, 1237, 1459, 1801, 2479, 594601,
)
REQUESTS = (
    0, 2, 15, 25, 34, 42, 49, 56, 63, 70, 78,
    86, 95, 105, 117, 130, 147, 170, 205, 281, 3920,
)
KILOBYTES = (
    0, 1.37, 144.7, 319.53, 479.46, 631.97, 783.38, 937.91, 1098.62, 1265.47, 1448.32,
    1648.27, 1876.08, 2142.06, 2465.37, 2866.31, 3401.59, 4155.73, 5400.08, 8037.54, 223212.26,
)
# fmt: on
# A score above this one has the grade.
GRADES = {"A": 80, "B": 70, "C": 55, "D": 40, "E": 25, "F": 10}


def score(nodes: int, requests: int, size: int) -> int:
    """Of elements of the page, requests of a first visit, bytes transferred by them."""
    places = 3 * _place(nodes, NODES) + 2 * _place(requests, REQUESTS)
    return round(100 - 5 * (places + _place(size / 1000, KILOBYTES)) / 6)


def grade(score: int) -> str:
    return next((grade for grade, bound in GRADES.items() if score > bound), "G")


def _place(value: float, table: tuple[float, ...]) -> float:
    """Where a value stands in the table, from 0 to 20: linear between two of its entries."""
    for rank, (low, high) in enumerate(pairwise(table)):
        if value < high:
            return rank + (value - low) / (high - low)
    return len(table) - 1
