"""A link or a button that leads to a page."""

from playwright.sync_api import Locator


def press(target: Locator) -> None:
    """Clicks, and waits for the page it leads to.

    A click alone may come back before a busy machine has left the page: what is then read or
    ticked is on the old one, and a new address takes back the form that was being sent.
    Pictures are not waited for: those of the print screen take a while.
    """
    with target.page.expect_navigation(wait_until="domcontentloaded"):
        target.click()
