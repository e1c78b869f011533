"""The real thing: gunicorn on a fresh data directory, and a real Chromium."""

import itertools
import re

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.serving import ARGUMENTS, CHROMIUM, Server, copied, free_port, prepared

from .pressing import press

# Milliseconds that a page may take while other tests keep the machine busy.
WAIT = 45_000
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="package")
def environment(tmp_path_factory):
    """A data directory with the catalogue and the communes, as the server's environment."""
    return prepared(tmp_path_factory)


@pytest.fixture(scope="package")
def untouched(tmp_path_factory):
    """Gives the environment of one's own data, as they were before any test wrote there."""
    kept = prepared(tmp_path_factory)

    def copy() -> dict[str, str]:
        return copied(kept, tmp_path_factory.mktemp("copie") / "donnees")

    return copy


@pytest.fixture(scope="package")
def server(environment, untouched):
    """The address of a server that all tests share."""
    server = Server(environment, free_port())
    server.start()
    yield server.address
    server.stop()


@pytest.fixture
def mortal_server(environment, untouched):
    """A server of the test's own, to kill; it has the same data."""
    server = Server(environment, free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def chromium():
    """Each window comes from an address of its own, as if through a proxy.

    All tests from one address would start more programmes in an hour than one place may.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        open_window, numbers = browser.new_context, itertools.count()

        def new_context(**options):
            number = next(numbers)
            address = f"198.18.{number // 250}.{number % 250 + 1}"
            return open_window(**{"extra_http_headers": {"X-Forwarded-For": address}, **options})

        browser.new_context = new_context
        yield browser
        browser.close()


@pytest.fixture
def plain_page(chromium, server):
    """A narrow window without JavaScript."""
    context = chromium.new_context(
        java_script_enabled=False, base_url=server, viewport={"width": 320, "height": 700}
    )
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted_page(chromium, server):
    """A window with JavaScript, for tools that look at the page."""
    context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


@pytest.fixture
def start(server):
    """Finds a commune and opens a programme; gives the id of the programme."""

    def start(page: Page, query: str, name: str) -> str:
        page.goto("/")
        page.get_by_label("Votre commune").fill(query)
        press(page.get_by_role("button", name="Chercher"))
        press(page.locator("ul.answers li", has_text=name).get_by_role("link"))
        page.get_by_role("checkbox").check()
        press(page.get_by_role("button", name="Commencer"))
        programme = re.search(r"/programmes/([^/]+)/carte/", page.url)[1]
        press(page.get_by_role("button", name="C’est noté"))
        return programme

    return start
