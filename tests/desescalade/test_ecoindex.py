"""EcoIndex, against what the collective's own package (ecoindex_compute 5.10) answers."""

import pytest

from desescalade import ecoindex


@pytest.mark.parametrize(
    ("nodes", "requests", "size", "score", "grade"),
    [
        (0, 0, 0, 100, "A"),
        (100, 2, 14_000, 92, "A"),
        (100, 100, 100_000, 72, "B"),
        (250, 2, 14_000, 87, "A"),
        (400, 2, 14_000, 81, "A"),
        (600, 3, 50_000, 72, "B"),
        (240, 78, 2_500_000, 61, "C"),
        (600_000, 4_000, 250_000_000, 0, "G"),
    ],
)
def test_score_and_grade_are_the_official_ones(nodes, requests, size, score, grade):
    assert ecoindex.score(nodes, requests, size) == score
    assert ecoindex.grade(score) == grade


def test_grade_begins_above_its_bound():
    assert [ecoindex.grade(score) for score in (81, 80, 11, 10)] == ["A", "B", "F", "G"]
