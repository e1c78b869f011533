"""The user guides: every link to them arrives, every picture is there and small."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import resolve

from desescalade import guide_pages, guides, markdown
from programmes.urls import urlpatterns
from tests.pages import text_of

# They answer with no page of their own: what they do leads back to a screen that has its help.
WITHOUT_A_SCREEN = {
    *(
        "logout",
        "drop-draft",
        "renew-card",
        "own-data",
        "other-sessions",
        "new-card",
        "bring-back-programme",
    ),
    *("rename", "give-role", "part", "withdraw-invitation", "restore", "bring-back"),
    *("withdraw-merger", "make-common", "drop-commitment", "withdraw-contribution"),
    *("resolve-comment", "take-untouched", "undo-update", "arrange-by-result", "drop-assembly"),
    *("bring-back-assembly", "logo", "trial-sheet", "print-file", "picture", "export"),
    *("publish-edition", "style", "accessibility"),
}
MAX_PICTURE = 25_000


def test_every_screen_of_the_workshop_has_its_help_or_is_known_to_have_no_screen():
    names = {pattern.name for pattern in urlpatterns}
    told = [name for names in guide_pages.SCREENS.values() for name in names]
    assert len(set(told)) == len(told)
    assert set(told) <= names
    assert names - set(told) == WITHOUT_A_SCREEN


def test_every_part_that_a_screen_leads_to_is_on_its_page(client, db):
    pages = {slug: client.get(f"/aide/{slug}/").content.decode() for slug in guides.SLUGS}
    for part in guide_pages.SCREENS:
        slug, _, anchor = part.partition("#")
        assert f'id="{anchor}"' in pages[slug], part


def test_help_link_leads_from_a_screen_to_its_part():
    def link(address: str) -> str:
        request = RequestFactory().get(address)
        request.resolver_match = resolve(address)
        page = Template("{% load guides %}{% help_link %}").render(Context({"request": request}))
        return page.strip()

    assert link("/programmes/x/choix/y/") == (
        '<a href="/aide/equipe/#choisir-les-mesures">Aide</a>'
    )
    assert link("/propositions/") == '<a href="/aide/">Aide</a>'


def test_a_page_without_an_address_leads_to_all_guides():
    for context in [{}, {"request": RequestFactory().get("/nulle-part/")}]:
        page = Template("{% load guides %}{% help_link %}").render(Context(context))
        assert page.strip() == '<a href="/aide/">Aide</a>'


def pictures() -> list[guides.Picture]:
    parts = [p for guide in guides.guides() for s in guide.sections for p in s.parts]
    return [part for part in parts if isinstance(part, guides.Picture)]


def test_every_picture_is_there_small_described_and_used():
    weights = {path.name: path.stat().st_size for path in guides.PICTURES.iterdir()}
    assert {picture.file for picture in pictures()} == set(weights)
    assert {name: size for name, size in weights.items() if size > MAX_PICTURE} == {}
    assert [picture.file for picture in pictures() if len(picture.description) < 30] == []


def test_every_picture_is_a_static_file_where_the_page_says(client, db):
    page = client.get("/aide/equipe/").content.decode()
    files = re.findall(r'<img src="/static/(guide/[^"]+)"[^>]* loading="lazy">', page)
    assert len(files) > 3
    assert [file for file in files if finders.find(file) is None] == []


@pytest.mark.parametrize("slug", guides.SLUGS)
def test_a_guide_is_written_in_the_markdown_that_our_pages_show(slug):
    guide = guides.guide(slug)
    texts = [guide.lead, *(p for s in guide.sections for p in s.parts if isinstance(p, str))]
    assert [markdown.problems(text) for text in texts] == [[] for _ in texts]
    assert [text for text in texts if "![" in text or "!" in text] == []
    assert len({section.anchor for section in guide.sections}) == len(guide.sections)


def test_guides_are_listed_with_all_their_parts(client, db):
    page = text_of(client.get("/aide/"))
    for guide in guides.guides():
        assert guide.title in page


def test_an_unknown_guide_is_not_found(client, db):
    assert client.get("/aide/voler/").status_code == 404
