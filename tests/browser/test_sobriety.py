"""What every page of a site in use costs in Chromium, and what Chromium and axe say of it."""

import pytest

from desescalade import ecoindex
from desescalade.sobriety import read
from tests.sitemap.crawling import Windows, crawl
from tests.sitemap.measuring import FILE, sum_up
from tests.sitemap.seeded import served

from .looking import look

# Bytes on the wire with their headers, of a first visit.
MAX_SIZE = 14_000
# A published programme is the one page that is longer.
MAX_OF_EDITION = 20_000
# Django adds up to 100 bytes to a compressed page, so that its size gives no secret away; the
# codes that pages show compress as they come.
BY_CHANCE = 200


@pytest.fixture(scope="module")
def site(untouched):
    """A site of its own, with a programme in use."""
    with served(untouched()) as site:
        yield site


@pytest.fixture(scope="module")
def wrong_states():
    """What is found where only a form or a refusal leads, while the crawl is there."""
    return []


@pytest.fixture(scope="module")
def visits(site, chromium, wrong_states):
    windows, visits = Windows(chromium, site), []
    for visit in crawl(windows, site.places):
        visits.append(visit)
        if visit.place.sent is not None or visit.place.status >= 400:
            wrong_states += look(windows.of(visit.place.who))
    yield visits
    windows.close()


def test_every_page_keeps_to_its_budget_on_the_wire(visits):
    wrong = []
    for visit in visits:
        bound = MAX_OF_EDITION if visit.place.name == "edition" else MAX_SIZE
        facts = {
            "bytes": (visit.size > bound and visit.size, False),
            "requests": (len(visit.urls), 2),
            "requests again": (1 if visit.warm is None else visit.warm[0], 1),
            "nodes": (visit.nodes > visit.place.bound and visit.nodes, False),
            "ecoindex": (ecoindex.grade(visit.score), "A"),
        }
        wrong += [(str(visit.place), n, *pair) for n, pair in facts.items() if pair[0] != pair[1]]
    assert wrong == []


def test_no_page_asks_anything_of_another_host(visits, site):
    asked = [url for visit in visits for url in visit.asked]
    assert len(asked) > 2 * len(visits)
    assert [url for url in asked if not url.startswith(f"{site.address}/")] == []


def test_chromium_has_nothing_to_say_of_any_page(visits):
    """Neither the policy of what may be loaded nor anything else is broken."""
    assert {str(visit.place): visit.said for visit in visits if visit.said} == {}


def test_no_answer_to_a_form_and_no_refusal_is_in_the_way_of_anybody(visits, wrong_states):
    """Other pages are looked at in test_accessibility.py."""
    assert "\n".join(wrong_states) == ""


def test_no_page_of_a_fault_is_in_the_way_of_anybody(site, chromium):
    page, found = chromium.new_page(base_url=site.address), []
    for state, body in site.faults.items():
        show(page, body)
        found += [f"{state}: {each}" for each in look(page)]
    page.context.close()
    assert "\n".join(found) == ""


def show(page, body: str) -> None:
    page.route("**/panne/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/panne/")
    page.unroute("**/panne/")


def test_page_of_the_figures_says_what_is_measured_today(visits):
    """`make measure` writes the figures anew."""
    kept = read(FILE)
    now = sum_up(visits, kept.day, kept.version)
    assert [(k.name, k.pages, k.requests, k.nodes) for k in kept.kinds] == [
        (k.name, k.pages, k.requests, k.nodes) for k in now.kinds
    ]
    for old, new in zip(kept.kinds, now.kinds, strict=True):
        assert old.size == pytest.approx(new.size, abs=BY_CHANCE), new.name
        assert old.size_again == pytest.approx(new.size_again, abs=BY_CHANCE), new.name
        assert old.score == pytest.approx(new.score, abs=1), new.name
