"""Every promise is tried somewhere, or says why not; the report says what was measured."""

import ast
import json
from pathlib import Path

import pytest
from django.conf import settings

from . import report
from .promises import PROMISES

HERE = Path(__file__).parent


def noted() -> set[str]:
    """The promises for which a test here notes a figure."""
    found = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "figure":
                found.add(node.args[0].value)
    return found


def test_all_promises_are_there():
    assert list(PROMISES) == [f"R{number}" for number in range(1, 37)]


@pytest.mark.parametrize("code", PROMISES)
def test_promise_is_tried_or_says_why_not(code):
    promise = PROMISES[code]
    is_tried = code in noted() or bool(promise.tests)
    assert is_tried != bool(promise.why_not), "tests, or a reason why there are none: not both"


@pytest.mark.parametrize("code", [code for code in PROMISES if PROMISES[code].tests])
def test_tests_that_a_promise_names_exist(code):
    for name in PROMISES[code].tests:
        path, _, test = name.partition("::")
        assert f"def {test}" in (settings.BASE_DIR / path).read_text("utf-8")


def test_no_figure_is_for_an_unknown_promise():
    assert noted() <= set(PROMISES)


MEASURED = [
    {"promise": "R1", "what": "pertes", "value": "0 sur 9",
     "test": "tests/reliability/test_killed.py::test_it"},
]  # fmt: skip


def test_figures_of_one_test_replace_its_own_and_leave_the_others(tmp_path):
    kept = tmp_path / "fiabilite.json"
    report.keep(MEASURED, kept, "le 1er mars 2027", "2 cœurs")
    other = [{**MEASURED[0], "promise": "R2", "test": "tests/reliability/test_b.py::test_b"}]
    report.keep(other, kept, "le 2 mars 2027", "4 cœurs")
    report.keep([{**MEASURED[0], "value": "0 sur 10"}], kept, "le 3 mars 2027", "8 cœurs")
    found = {row["promise"]: (row["value"], row["day"]) for row in json.loads(kept.read_text())}
    assert found == {"R1": ("0 sur 10", "le 3 mars 2027"), "R2": ("0 sur 9", "le 2 mars 2027")}


def test_report_says_what_was_measured_and_how_to_repeat_it():
    row = {**MEASURED[0], "day": "le 1er mars 2027", "machine": "2 cœurs"}
    line = report.table([row]).splitlines()[2]
    assert line == (
        f"| R1 | {PROMISES['R1'].sentence} | pertes | 0 sur 9 | {PROMISES['R1'].bound}"
        " | le 1er mars 2027, 2 cœurs"
        ' | `make endurance ARGS="tests/reliability/test_killed.py::test_it"` |'
    )


def test_figure_of_its_own_bound_is_not_shown_with_that_of_the_promise():
    row = {**MEASURED[0], "day": "le 1er mars 2027", "machine": "2 cœurs", "bound": "10 essais"}
    cells = report.table([row]).splitlines()[2].split(" | ")
    assert cells[3:5] == ["0 sur 9", "10 essais"]


def test_page_holds_the_table_of_the_kept_figures():
    page = report.PAGE.read_text("utf-8")
    assert report.rewritten(page, json.loads(report.KEPT.read_text("utf-8"))) == page
