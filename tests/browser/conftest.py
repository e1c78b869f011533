"""The real thing: gunicorn on a fresh data directory, and a real Chromium."""

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, sync_playwright

ROOT = Path(settings.BASE_DIR)
START_SECONDS = 60
# Milliseconds that a page may take while other tests keep the machine busy.
WAIT = 45_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Server:
    """A gunicorn that can be killed and started again at the same address."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "desescalade.wsgi", "--bind",
             f"127.0.0.1:{self.port}", "--config", "deploy/gunicorn.conf.py"],
            cwd=ROOT, env=self.environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until_ready(f"{self.address}/sante/pret", self.process)

    def kill(self) -> None:
        """As when the power goes: the workers too, and nothing is said to them."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="package")
def environment(tmp_path_factory):
    """A data directory with the catalogue and the communes, as the server's environment."""
    environment = {
        **os.environ,
        "DESESCALADE_DATA": str(tmp_path_factory.mktemp("donnees")),
        "DESESCALADE_DEBUG": "0",
        # Each window says where it comes from: see `chromium`.
        "DESESCALADE_PROXIES": "1",
        # Nothing is sent: the pages with their e-mail parts are the ones to look at.
        "DESESCALADE_EMAIL_URL": "smtp://127.0.0.1:9/",
        "DJANGO_SUPERUSER_PASSWORD": "password",
    }
    for command in (
        ["migrate", "--verbosity=0"],
        ["load_catalogue"],
        ["load_communes"],
        ["collectstatic", "--noinput", "--verbosity=0"],
        ["createsuperuser", "--noinput", "--username=admin", "--email="],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return environment


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="package")
def server(environment):
    """The address of a server that all tests share."""
    server = Server(environment, free_port())
    server.start()
    yield server.address
    server.stop()


@pytest.fixture
def mortal_server(environment):
    """A server of the test's own, to kill; it has the same data."""
    server = Server(environment, free_port())
    server.start()
    yield server
    server.stop()


def wait_until_ready(address: str, process: subprocess.Popen) -> None:
    """Asks until the server answers; it has no other way to say that it listens."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


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
        page.get_by_role("button", name="Chercher").click()
        page.locator("ul.answers li", has_text=name).get_by_role("link").click()
        page.get_by_role("button", name="Commencer").click()
        programme = re.search(r"/programmes/([^/]+)/carte/", page.url)[1]
        page.get_by_role("button", name="C’est noté").click()
        return programme

    return start
