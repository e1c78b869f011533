"""A whole assembly keyed in without a mouse, with JavaScript and without."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from .conftest import WAIT
from .pressing import press
from .test_accessibility import violations


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request, chromium, server):
    context = chromium.new_context(
        java_script_enabled=request.param, base_url=server, viewport={"width": 320, "height": 700}
    )
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def retain_everything(page: Page) -> None:
    """All measures of the first two proposals: more than one page of the entry bears."""
    for _ in range(2):
        for radio in page.get_by_label("Retenue", exact=True).all():
            radio.check()
        press(page.get_by_role("button", name="Enregistrer et continuer"))


def tab_to(page: Page, words: str) -> None:
    """Tab until what has the focus says these words, as its text or as its name."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and words in (
            focused.get_attribute("aria-label") or focused.get_attribute("name")
            or focused.inner_text()
        ):  # fmt: skip
            return
    raise AssertionError(f"Tab never came to « {words} » on {page.url}")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_first(page: Page, text: str) -> None:
    """Types in the box that the page puts the cursor in, once it is there."""
    page.locator("input:focus").wait_for()
    page.keyboard.type(text)


def open_assembly(page: Page) -> None:
    tab_to(page, "held_on")
    page.keyboard.type(f"{date.today():%m%d%Y}")
    for name, typed in (("present", "30"), ("place", "Préau")):
        tab_to(page, name)
        page.keyboard.type(typed)
    enter(page)


def key_in(page: Page, first: int) -> list[list[str]]:
    """Types along the lines of this page, as from paper, and ends with Enter."""
    typed = []
    lines = page.locator("fieldset.ballot").count()
    for number in range(first, first + lines):
        hands = [str(number), str(30 - 2 * number if number < 8 else 0), "0", ""]
        for value in (*hands, "Plus court" if number == 1 else ""):
            page.keyboard.type(value)
            page.keyboard.press("Tab")
        typed.append([value or "–" for value in hands])
    # From the button, at which the last Tab stopped, back into a box.
    page.keyboard.press("Shift+Tab")
    enter(page)
    return typed


def figures(page: Page) -> list[list[str]]:
    rows = page.locator("table.figures tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def test_whole_assembly_is_keyed_in_by_the_keyboard_alone(page, start):
    programme = start(page, "barsac", "Drôme (26)")
    retain_everything(page)
    page.goto(f"/programmes/{programme}/")
    tab_to(page, "Assemblées")
    enter(page)
    open_assembly(page)

    typed = key_in(page, 1)
    second = key_in(page, len(typed) + 1)
    assert len(typed) > 1
    assert len(second) > 1
    typed += second

    assert re.search(r"/assemblees/\d+/resultats/$", page.url)
    expect(page.locator("h1")).to_contain_text("Préau")
    assert figures(page) == typed[: len(figures(page))]
    assert "Plus court" in page.locator("ol.bars li").first.inner_text()

    before = promises(page, programme)
    page.goto(f"/programmes/{programme}/assemblees/")
    tab_to(page, "Ranger tout")
    enter(page)
    expect(page.get_by_role("status")).to_contain_text("Rangé par résultat")
    # The more hands in favour, the higher a line stood: the last of each chapter is now first.
    after = promises(page, programme)
    assert sorted(after) == sorted(before)
    assert after[0] == before[-1]


def promises(page: Page, programme: str) -> list[str]:
    page.goto(f"/programmes/{programme}/chapitres/1/")
    return page.locator("ol.order h2").all_inner_texts()


def test_slip_of_the_keyboard_leads_back_to_its_box(page, start):
    programme = start(page, "barsac", "Drôme (26)")
    retain_everything(page)
    page.goto(f"/programmes/{programme}/assemblees/")
    open_assembly(page)
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("douze")
    enter(page)
    assert page.title().startswith("Erreur")
    tab_to(page, "Ligne 1, contre")
    page.keyboard.press("Enter")
    assert page.locator(":target").input_value() == "douze"
    assert page.locator(":target").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_assembly_have_no_axe_violation_and_do_not_scroll_sideways(
    scripted_page, start, scheme
):
    page = scripted_page
    page.emulate_media(color_scheme=scheme)
    programme = start(page, "barsac", "Drôme (26)")
    retain_everything(page)
    page.goto(f"/programmes/{programme}/assemblees/")
    found = violations(page)
    open_assembly(page)
    address = page.url
    found += violations(page)
    type_first(page, "x")
    enter(page)
    found += violations(page)
    page.goto(address)
    type_first(page, "31")
    enter(page)
    found += violations(page)
    press(page.get_by_role("button", name="Enregistrer et"))
    while "resultats" not in page.url:
        type_first(page, "3")
        enter(page)
    found += violations(page)
    wide = []
    page.set_viewport_size({"width": 320, "height": 700})
    for url in (
        page.url, address, f"/programmes/{programme}/assemblees/",
        f"/programmes/{programme}/chapitres/1/",
    ):  # fmt: skip
        page.goto(url)
        width = page.evaluate("document.documentElement.scrollWidth")
        wide += [(url, width)] if width > 320 else []
    assert (found, wide) == ([], [])
