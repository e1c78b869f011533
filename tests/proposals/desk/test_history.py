"""Every correction is kept, shown word by word, and can be taken back."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals import releases
from proposals.desk import drafts
from proposals.desk.enums import Cause, Role
from proposals.desk.models import EntryChange, Source
from proposals.models import Release
from tests.pages import html_of, text_of

from .conftest import MEASURE

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
HISTORY = reverse("admin:desk_history", args=["measure", MEASURE])


def back(client, change, way: str):
    url = reverse("admin:desk_go_back", args=[change.pk])
    return client.post(url, {"quoi": way}, follow=True)


def test_each_correction_is_shown_word_by_word(editor, correct, drafted):
    old = drafted()["title"]
    correct(title=old.replace("réseaux", "liaisons"))
    page = editor.get(HISTORY).content.decode()
    assert "<del><i>[retiré\u00a0: </i>réseaux<i>]</i></del>" in page
    assert "<ins><i>[ajouté\u00a0: </i>liaisons<i>]</i></ins>" in page


def test_one_correction_is_taken_back_and_a_later_one_stays(editor, correct, drafted):
    old = drafted()["title"]
    correct(title="Prévoir la panne")
    correct(horizon="term")
    back(editor, EntryChange.objects.last(), "annuler")
    assert (drafted()["title"], drafted()["horizon"]) == (old, "term")


def test_a_passage_that_was_corrected_again_is_not_taken_back(editor, correct, drafted):
    correct(title="Prévoir la panne")
    correct(title="Prévoir les pannes")
    page = back(editor, EntryChange.objects.last(), "annuler")
    assert "Ce passage a été corrigé encore une fois depuis." in text_of(page)
    assert drafted()["title"] == "Prévoir les pannes"


def test_an_entry_comes_back_to_an_earlier_state(editor, correct, drafted):
    correct(title="Un")
    first = EntryChange.objects.first()
    correct(title="Deux", horizon="term")
    back(editor, first, "revenir")
    assert drafted() == first.after
    assert EntryChange.objects.first().cause == "restore"


def test_going_back_to_what_no_longer_holds_is_refused(editor, correct, drafted):
    from proposals.desk.models import Source

    Source.objects.create(slug="neuve", title="Neuve")
    example = {
        "place": "Ici", "fact": "Un fait.", "kind": "example", "country": "FR", "source": "neuve",
    }  # fmt: skip
    correct(examples=[example])
    change = EntryChange.objects.first()
    correct(examples=[])
    Source.objects.filter(pk="neuve").delete()
    page = back(editor, change, "revenir")
    assert "source inconnue « neuve »" in text_of(page).replace("\u00a0", " ")
    assert drafted()["examples"] == []


def test_the_state_before_all_corrections_is_listed_and_comes_back(editor, correct, drafted):
    loaded = drafted()
    correct(title="Un")
    correct(title="Deux")
    first = EntryChange.objects.last()
    assert "Au départ" in text_of(editor.get(HISTORY))
    page = back(editor, first, "avant")
    assert drafted() == loaded
    assert "revenu à ce qu’il était au départ" in text_of(page)


def test_it_is_listed_once_on_the_last_page(editor, correct, monkeypatch):
    monkeypatch.setattr("proposals.admin.past.PER_PAGE", 2)
    for title in ("Un", "Deux", "Trois"):
        correct(title=title)
    shown = ["Au départ" in text_of(editor.get(HISTORY, {"page": page})) for page in (1, 2)]
    assert shown == [False, True]


def test_what_was_made_at_the_desk_has_no_state_before(editor):
    drafts.edit(
        "source",
        "neuve",
        lambda _: {
            "title": "Neuve", "url": None, "date": None, "checked_on": None, "checked_by": None,
        },
        cause=Cause.ADMIN,
        role=Role.EDITOR,
    )  # fmt: skip
    address = reverse("admin:desk_history", args=["source", "neuve"])
    assert "Au départ" not in text_of(editor.get(address))
    page = back(editor, EntryChange.objects.get(), "avant")
    assert "Cette entrée n’existait pas encore" in text_of(page)
    assert Source.objects.filter(pk="neuve").exists() is True


def test_what_was_published_is_marked_with_its_release(editor, correct):
    loaded = Release.objects.get()
    correct(title="Un")
    releases.publish([("measure", MEASURE)], number="1.1", note="", role=Role.REVIEWER)
    correct(title="Deux")
    parts = html_of(editor.get(HISTORY)).split("<section>")[1:]
    marks = [re.findall(r"publié, édition ([\w.]+)", part) for part in parts]
    assert marks == [[], ["1.1"], [loaded.number]]


def test_the_entry_is_one_click_away(editor, observer):
    for person, said in ((editor, "Corriger cette entrée"), (observer, "Lire cette entrée")):
        page = html_of(person.get(HISTORY))
        assert f'<a href="/gestion/desk/measure/{MEASURE}/change/">{said}</a>' in page
        assert f'<a href="/gestion/apercu/mesure/{MEASURE}/">' in page


def test_an_entry_that_is_gone_has_no_link(editor):
    page = html_of(editor.get(reverse("admin:desk_history", args=["measure", "partie"])))
    assert "cette entrée</a>" not in page


def test_a_long_history_asks_as_much_as_a_short_one(editor, correct):
    counts = []
    for title in ("Un", "Deux", "Trois", "Quatre"):
        correct(title=title)
        editor.get(HISTORY)
        with CaptureQueriesContext(connection) as captured:
            editor.get(HISTORY)
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_an_observer_reads_and_does_not_go_back(observer, correct):
    correct(title="Un")
    assert observer.get(HISTORY).status_code == 200
    assert back(observer, EntryChange.objects.first(), "annuler").status_code == 403


def test_the_history_of_the_admin_is_that_of_the_desk(editor):
    url = reverse("admin:desk_measure_history", args=[MEASURE])
    assert editor.get(url).url == HISTORY


def test_a_form_of_the_admin_writes_to_the_history(editor, drafted):
    from tests.proposals.admin.pages import data_of

    url = reverse("admin:desk_measure_change", args=[MEASURE])
    data = {**data_of(editor.get(url)), "title": "Prévoir la panne"}
    assert editor.post(url, data).status_code == 302
    change = EntryChange.objects.get()
    assert (change.cause, change.role, change.key) == ("admin", "editor", MEASURE)
    assert change.after == drafted()


def test_a_form_that_changes_nothing_writes_nothing(editor):
    from tests.proposals.admin.pages import data_of

    url = reverse("admin:desk_measure_change", args=[MEASURE])
    editor.post(url, data_of(editor.get(url)))
    assert EntryChange.objects.count() == 0


ADMIN_TEMPLATES = settings.BASE_DIR / "templates" / "admin"
SHOW_WORDS = [
    path
    for path in sorted(ADMIN_TEMPLATES.rglob("*.html"))
    if path.parent.name != "includes"
    and re.search(r"\|marked|includes/(differences|preview_changes)", path.read_text())
]


@pytest.mark.parametrize("template", SHOW_WORDS, ids=lambda path: path.stem)
def test_pages_that_show_differences_bring_the_sheet_that_draws_them(template):
    assert 'href="{% static "css/word-differences.css" %}"' in template.read_text()


def test_no_other_sheet_of_the_desk_draws_differences():
    own = finders.find("css/word-differences.css")
    sheets = list(Path(own).parent.glob("*desk*.css"))
    drawn = [path.name for path in sheets if re.search(r"(?<![\w-])(del|ins)\b", path.read_text())]
    assert (len(sheets), drawn) == (2, [])
