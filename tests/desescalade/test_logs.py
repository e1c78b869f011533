"""What is written down of a request, and what is not."""

import io
import json
import logging
import re
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from django.test import Client

from desescalade import logs, tracing
from desescalade.failures import server_error

WORDS = "Mme Roux, 12 rue du Four"
IP = "203.0.113.7"
ROUTE = "programmes/<str:programme_id>/"


@pytest.fixture
def written():
    """What the site writes meanwhile, in JSON: one value a line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Discreet())
    handler.setFormatter(logs.Json())
    requests = logging.getLogger("desescalade.requests")
    level = requests.level
    logging.root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.removeHandler(handler)
    requests.setLevel(level)


def about_requests(written):
    return [line for line in written() if line["logger"] == "desescalade.requests"]


def test_line_of_a_request_says_what_and_how_long(as_alice, programme, written):
    response = as_alice.get(programme.get_absolute_url())
    (line,) = about_requests(written)
    assert line.pop("ms") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info", "logger": "desescalade.requests", "message": "answered",
        "request": response["X-Request-ID"], "method": "GET", "route": ROUTE, "status": 200,
    }  # fmt: skip


def test_nothing_written_tells_who_came_or_what_they_typed(as_alice, programme, written):
    client = Client(REMOTE_ADDR=IP, HTTP_X_FORWARDED_FOR=IP, HTTP_USER_AGENT=WORDS)
    for address in (
        f"/mesures/?q={WORDS}", f"/programmes/{programme.pk}/", "/programmes/zzzz/x/",
        f"/{WORDS}/", "/mesures/?q=%00", f"/t/?code={WORDS}",
    ):  # fmt: skip
        client.get(address)
    client.post("/connexion/", {"identifier": "chenille-7", "passphrase": WORDS})
    checked = Client(enforce_csrf_checks=True, REMOTE_ADDR=IP)
    checked.post(f"/programmes/{programme.pk}/reglages/", {"title": WORDS})
    client.get("/", headers={"host": "ailleurs.example"})
    said = json.dumps(written(), ensure_ascii=False)
    assert len(about_requests(written)) == 9
    assert [
        each for each in (WORDS, "Roux", IP, programme.pk, "zzzz", "chenille") if each in said
    ] == []


def test_fault_is_written_with_its_place_and_without_its_message(
    as_alice, programme, written, monkeypatch
):
    def broken(*args):
        raise ValueError(f"cannot read {WORDS}")

    monkeypatch.setattr("programmes.path.count", broken)
    as_alice.raise_request_exception = False
    response = as_alice.get(programme.get_absolute_url())
    (line,) = [line for line in written() if line["level"] == "error"]
    assert (line["message"], line["route"], line["request"]) == (
        "Internal Server Error", ROUTE, response["X-Request-ID"],
    )  # fmt: skip
    assert line["exception"][0] == "ValueError"
    assert line["exception"][-1].endswith(" broken")
    assert WORDS not in json.dumps(line, ensure_ascii=False)


def test_page_of_a_fault_bears_the_name_that_the_log_has(rf):
    request = rf.get("/")
    request.name = "k7d3-9xq2"
    assert "panne k7d3-9xq2." in server_error(request).content.decode()


def test_name_that_a_visitor_sends_is_not_taken(client, db):
    names = [client.get("/", headers={"x-request-id": WORDS})["X-Request-ID"] for _ in range(2)]
    assert names[0] != names[1]
    assert all(
        re.fullmatch(f"[{tracing.ALPHABET}]{{4}}-[{tracing.ALPHABET}]{{4}}", n) for n in names
    )


def test_line_in_words_is_read_by_people():
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "msg": "The disk is full.", "created": 0}
    )
    record.method, record.route, record.status, record.ms = "GET", "mesures/", 503, 12
    line = logs.Words().format(record)
    assert line == "1970-01-01 01:00:00+01:00 WARNING The disk is full. GET mesures/ 503 12"


@pytest.mark.parametrize(
    ("created", "said"),
    [(1_800_000_000, "2027-01-15 09:00:00+01:00"), (1_815_000_000, "2027-07-08 00:40:00+02:00")],
)
def test_clock_of_the_words_is_the_same_before_django_has_set_it(monkeypatch, created, said):
    record = logging.makeLogRecord({"levelname": "WARNING", "msg": "", "created": created})
    try:
        for clock in ("UTC", "Asia/Tokyo", "Europe/Paris"):
            monkeypatch.setenv("TZ", clock)
            time.tzset()
            assert logs.Words().format(record) == f"{said} WARNING"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("message", ["Error handling request %s", "Error handling request %s %s"])
def test_address_is_cut_from_what_gunicorn_says(message):
    arguments = ("/programmes/k7d3/",) * message.count("%s")
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, message, arguments, None)
    logs.Discreet().filter(record)
    assert record.getMessage() == "Error handling request"


def test_address_that_is_no_address_is_cut_too():
    message = (
        "Invalid request from ip=192.0.2.7: Invalid HTTP request line: '/programmes/k7d3/?q=Ã©'"
    )
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, message, None, None)
    logs.Discreet().filter(record)
    assert record.getMessage() == "Invalid request"


@pytest.mark.parametrize(("style", "count"), [("alertes", 0), ("texte", 1), ("json", 1)])
def test_name_that_is_not_ours_is_told_to_those_who_asked_for_every_request(style, count):
    """In a process of its own: logging is configured for good."""
    code = (
        "import logging, logging.config; from desescalade import logs;"
        f"logging.config.dictConfig(logs.configuration({style!r}));"
        "logging.getLogger('django.security.DisallowedHost').error('Invalid HTTP_HOST header.');"
        "logging.getLogger('django.security.csrf').error('Something else.')"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr.count("Invalid HTTP_HOST header") == count
    assert done.stderr.count("Something else") == 1


def test_request_without_a_route_is_written_without_one():
    assert logs.route_of(SimpleNamespace(resolver_match=None)) == ""
