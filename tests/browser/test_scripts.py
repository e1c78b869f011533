"""The optional scripts help; what they need may be missing, and nothing else suffers."""

from playwright.sync_api import expect

from .pressing import press


def test_communes_are_suggested_after_three_letters(scripted_page):
    page = scripted_page
    page.goto("/")
    field = page.get_by_label("Votre commune")
    answers = page.locator("form.commune li")
    field.press_sequentially("ba")
    expect(answers).to_have_count(0)
    field.press_sequentially("rsac")
    expect(answers.first).to_contain_text("Barsac")
    expect(page.locator("form.commune [role=status]")).to_have_text("2 communes")
    field.fill("saint")
    expect(answers).to_have_count(5)
    field.fill("bar")
    field.fill("barsac")
    press(answers.filter(has_text="Drôme (26)").get_by_role("link"))
    page.wait_for_url("**/programmes/nouveau/?commune=26027")


def test_without_a_network_the_form_is_as_it_was(scripted_page):
    page = scripted_page
    page.goto("/")
    page.route("**/communes/**", lambda route: route.abort())
    with page.expect_request("**/communes/**"):
        page.get_by_label("Votre commune").fill("barsac")
    page.unroute_all()
    press(page.get_by_role("button", name="Chercher"))
    page.wait_for_url("**/communes/?q=barsac")
    expect(page.locator("ul.answers li")).to_have_count(2)


def test_length_is_told_once_a_text_nears_its_bound(scripted_page, start):
    page = scripted_page
    programme = start(page, "barsac", "Drôme (26)")
    page.goto(f"/programmes/{programme}/engagements/nouveau/")
    title = page.get_by_label("Titre")
    limit = int(title.get_attribute("data-limit"))
    said = page.locator(".field", has=title).locator("output")
    title.fill("court")
    expect(said).to_have_text("")
    title.fill("a" * (limit - 1))
    expect(said).to_have_text(f"{limit - 1} signes sur {limit}")
    title.fill("é" * (limit + 1))
    expect(said).to_have_class("error")
