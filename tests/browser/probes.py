"""What a page looks like to who reads it large, narrow, spaced out, or by the keyboard."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("probes.js").read_text()


def problems(page: Page, probe: str) -> list[str]:
    """What the function of this name in probes.js finds, each with the page and the element."""
    found = page.evaluate(f"() => {{ {SCRIPT}; return {probe}() }}")
    return [f"{page.url}: {probe}: {each}" for each in found]
