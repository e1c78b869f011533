"""What several people would find wrong with the page that is open: sentences with its address."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .probes import problems

# axe leaves the size of targets (WCAG 2.5.8) out unless it is asked.
WITH_TARGETS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# The rules whose answer depends on the scheme.
OF_COLOURS = {
    "runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"],
}  # fmt: skip
# A colour on its way from one scheme to the other is that of none.
RUN = """([context, options]) => {
  document.getAnimations().forEach(each => each.finish());
  return axe.run(context ?? document, options);
}"""
# At 320 pixels, with letters of twice their size, and with wider lines and letters.
SIZES = [(320, "asItIs"), (320, "spacedOut"), (640, "enlarged"), (1280, "enlarged")]


def look(page: Page) -> list[str]:
    return in_both_schemes(page) + at_any_size(page)


def in_both_schemes(page: Page) -> list[str]:
    """All that axe knows in light colours; in dark ones, without a second visit, what changes."""
    return violations(page, WITH_TARGETS) + _said(page, of_colours_in_the_dark(page), "dark: ")


def violations(page: Page, options: dict) -> list[str]:
    return _said(page, Axe().run(page, options=options).response["violations"])


def of_colours_in_the_dark(page: Page, context: dict | None = None) -> list[dict]:
    """What axe finds there, on a page where it has been in light colours."""
    page.emulate_media(color_scheme="dark")
    found = page.evaluate(RUN, [context, OF_COLOURS])["violations"]
    page.emulate_media(color_scheme="light")
    return found


def _said(page: Page, found: list[dict], scheme: str = "") -> list[str]:
    return [f"{page.url}: {scheme}{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def at_any_size(page: Page) -> list[str]:
    found = []
    for width, probe in SIZES:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {each}" for each in problems(page, probe)]
    return found
