"""R7: whatever happens while somebody types, what she typed comes back.

tests/browser/test_drafts.py tries it in every `make test`, for text that was filled in at once.
"""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, sync_playwright

from tests.serving import ARGUMENTS, CHROMIUM

from .teams import open_teams

# Milliseconds between two strokes: nobody pauses.
STROKE = 50
# What was typed 3 seconds before, and what is typed meanwhile.
EARLIER, LATER = "Un banc à l’ombre, et de l’eau. ", "Et puis encore ceci, sans lever la main. " * 2
WAIT = 45_000


def server_is_killed(page, server):
    server.kill()
    page.close(run_before_unload=False)
    server.start()


def session_is_over(page, server):
    page.context.clear_cookies(name="sessionid")
    with suppress(Error):
        page.reload(timeout=WAIT)
    page.close()


def network_is_gone(page, server):
    page.context.set_offline(True)
    with suppress(Error):
        page.reload()
    page.close()
    page.context.set_offline(False)


def tab_is_closed(page, server):
    page.close(run_before_unload=True)


def tab_crashes(page, server):
    # Nobody closes it afterwards: a page that is dead answers nothing, not even that.
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")


HAPPENINGS = [server_is_killed, session_is_over, network_is_gone, tab_is_closed, tab_crashes]
# Address and name of a field.
FIELDS = [
    ("{programme}engagements/nouveau/", "text"),
    ("{commitment}", "text"),
    ("{commitment}commentaires/", "text"),
    ("{programme}reglages/", "list_name"),
]


@pytest.fixture
def typist(own_site, serve):
    """A server, the addresses of FIELDS, and the window of somebody of the team."""
    environment = own_site()
    (team,) = open_teams(environment, 1)
    server = serve(environment)
    names = {"programme": f"/programmes/{team.programme}/", "commitment": team.commitment}
    fields = [(address.format(**names), name) for address, name in FIELDS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        window = browser.new_context(base_url=server.address)
        window.set_default_timeout(WAIT)
        yield server, fields, window, {"sessionid": team.session}
        browser.close()


def enter(window, server, cookies):
    window.add_cookies(
        [{"name": name, "value": value, "url": server.address} for name, value in cookies.items()]
    )


def come_back(window, address, name) -> str:
    """What the field holds once the offer is taken; empty where there is none."""
    page = window.new_page()
    page.goto(address)
    offer = page.get_by_role("button", name="Le reprendre")
    found = ""
    if offer.count():
        offer.click()
        found = page.locator(f"form[data-draft] [name={name}]").input_value()
    # The next one begins without any.
    page.evaluate("localStorage.clear()")
    page.close(run_before_unload=False)
    return found


def test_what_was_typed_three_seconds_before_comes_back(typist, rounds, figure):
    if not rounds(0, 1):
        pytest.skip("typed by hand for minutes: only `make endurance` does it")
    server, fields, window, cookies = typist
    lost = []
    for happen in HAPPENINGS:
        for address, name in fields:
            enter(window, server, cookies)
            page = window.new_page()
            page.goto(address)
            field = page.locator(f"form[data-draft] [name={name}]")
            field.fill("")
            field.press_sequentially(EARLIER, delay=STROKE)
            field.press_sequentially(LATER, delay=STROKE)
            happen(page, server)
            enter(window, server, cookies)
            found = come_back(window, address, name)
            if not found.startswith(EARLIER):
                lost.append((happen.__name__, address, name, found))
    assert lost == []
    count = len(HAPPENINGS) * len(fields)
    figure("R7", f"signes tapés depuis plus de 3 s qui reviennent, {count} accidents", "100 %")
