"""Review, publication, undoing: who may, and what a page does with what it is sent."""

import datetime
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes.models import Contribution
from proposals import catalogue, releases
from proposals.admin.places import page_of
from proposals.catalogue import from_rows
from proposals.desk import drafts, planning, reviewing
from proposals.desk import models as desk
from proposals.desk.enums import Cause, ReviewState, Role
from proposals.desk.models import PlannedRelease, Purpose, Review
from proposals.models import Measure, Release, Source
from tests.conftest import SECOND_CATALOGUE
from tests.pages import html_of, plain, text_of

from .conftest import MEASURE

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
DRAFTS = reverse("admin:desk_drafts")
PUBLICATION = reverse("admin:desk_publication")


def marks() -> list[str]:
    return [draft.mark for draft in reviewing.waiting()]


def public_title() -> str:
    return Measure.objects.get(pk=MEASURE).title


def release_data(**changes) -> dict:
    return {"entree": marks(), "number": "1.1", "note": "Une correction.", **changes}


def queries_of(client, url: str) -> int:
    ContentType.objects.get_for_models(Measure)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_an_observer_looks_and_decides_nothing(observer, correct):
    correct(title="Prévoir la panne")
    assert "Prévoir la panne" in text_of(observer.get(DRAFTS))
    for what in ("demander", "approuver", "renvoyer"):
        sent = {"quoi": what, "entree": marks()}
        assert observer.post(DRAFTS, sent).status_code == 403
    assert observer.post(PUBLICATION, release_data()).status_code == 403
    assert Review.objects.count() == 0


def test_the_first_page_offers_what_one_may_do(observer, editor):
    assert "Charger un fichier" in text_of(editor.get(reverse("admin:index")))
    assert "Charger un fichier" not in text_of(observer.get(reverse("admin:index")))


def test_an_editor_asks_for_a_review_and_does_not_publish(editor, correct):
    correct(title="Prévoir la panne")
    editor.post(DRAFTS, {"quoi": "demander", "entree": marks()})
    assert reviewing.waiting()[0].state == ReviewState.ASKED
    assert editor.post(DRAFTS, {"quoi": "approuver", "entree": marks()}).status_code == 403
    assert editor.post(PUBLICATION, release_data()).status_code == 403
    assert public_title() != "Prévoir la panne"


def test_a_stranger_is_sent_to_the_door(client, correct):
    assert client.get(DRAFTS).url.startswith(reverse("admin:login"))
    assert client.post(PUBLICATION).status_code == 401


def test_a_reviewer_sends_back_with_a_word(reviewer, editor, correct):
    correct(title="Prévoir la panne")
    sent = {"quoi": "renvoyer", "entree": marks(), "mot": "Trop court."}
    reviewer.post(DRAFTS, sent)
    assert "Trop court." in text_of(editor.get(DRAFTS))


def test_sending_back_without_a_word_asks_for_one(reviewer, correct):
    correct(title="Prévoir la panne")
    page = reviewer.post(DRAFTS, {"quoi": "renvoyer", "entree": marks()}, follow=True)
    assert "Écrivez un mot" in text_of(page)
    assert Review.objects.count() == 0


def test_a_text_that_changes_is_no_longer_read(reviewer, correct):
    correct(title="Prévoir la panne")
    reviewer.post(DRAFTS, {"quoi": "approuver", "entree": marks()})
    assert reviewing.waiting()[0].state == ReviewState.APPROVED
    correct(title="Prévoir toutes les pannes")
    assert reviewing.waiting()[0].state == ""


def test_the_page_before_publishing_shows_words_impact_and_sizes(reviewer, correct):
    correct(title="Prévoir la panne")
    page = text_of(reviewer.post(PUBLICATION, {"entree": marks()}))
    assert "Publier vaut relecture" in page
    assert "Prévoir la panne" in page
    assert "Aucun programme n’a pris cette mesure." in page
    assert "Communes sans déclinaison à leur taille" in page


def test_a_reviewer_publishes(reviewer, correct):
    correct(title="Prévoir la panne")
    page = reviewer.post(PUBLICATION, release_data(), follow=True)
    assert "L’édition 1.1 est publiée." in text_of(page)
    assert public_title() == "Prévoir la panne"


def test_a_text_corrected_while_one_reads_is_not_published(reviewer, correct):
    correct(title="Prévoir la panne")
    sent = release_data()
    correct(title="Autre chose")
    page = reviewer.post(PUBLICATION, sent, follow=True)
    assert "rien n’a été fait" in text_of(page)
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"note": ""}, "Dites en une phrase ce que cette édition change."),
        ({"number": ""}, "Donnez un numéro à cette édition."),
        ({"number": "1.0.0"}, "L’édition 1.0.0 existe déjà. Le numéro 1.0.1 est libre."),
        ({"publish_at": "2020-01-01T08:00"}, "Cette date est passée."),
        ({"publish_at": "demain"}, "Écrivez une date et une heure"),
    ],
)
def test_what_is_missing_is_asked_and_what_was_typed_stays(reviewer, correct, changes, sentence):
    correct(title="Prévoir la panne")
    response = reviewer.post(PUBLICATION, release_data(**changes))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "<title>Erreur\u00a0: Avant de publier" in response.content.decode()
    assert response.context["form"]["number"].value() == release_data(**changes)["number"]
    assert Release.objects.count() == 1


def test_a_release_waits_for_its_day(reviewer, correct):
    correct(title="Prévoir la panne")
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    sent = release_data(publish_at=tomorrow.strftime("%Y-%m-%dT%H:%M"))
    reviewer.post(PUBLICATION, sent)
    assert public_title() != "Prévoir la panne"
    assert planning.publish_due() == []
    correct(title="Écrit entre-temps")
    (release,) = planning.publish_due(tomorrow + datetime.timedelta(minutes=1))
    assert release.number == "1.1"
    # What was read is published, not what was written since.
    assert public_title() == "Prévoir la panne"
    assert PlannedRelease.objects.count() == 0
    assert planning.publish_due(tomorrow + datetime.timedelta(minutes=1)) == []


def test_a_planned_release_that_was_overtaken_waits_and_says_why(reviewer, correct):
    correct(title="Prévoir la panne")
    soon = timezone.now() + datetime.timedelta(hours=1)
    planning.plan(reviewing.waiting(), number="1.1", note="n", publish_at=soon, role=Role.REVIEWER)
    correct(title="Autre")
    reviewer.post(PUBLICATION, release_data(number="1.2"))
    assert planning.publish_due(soon) == []
    assert public_title() == "Autre"
    assert "Une autre édition a changé entre-temps" in text_of(reviewer.get(DRAFTS))


def test_the_number_of_a_planned_release_is_taken(reviewer, correct):
    correct(title="Prévoir la panne")
    soon = timezone.now() + datetime.timedelta(hours=1)
    plan = planning.plan
    plan(reviewing.waiting(), number="1.0.1", note="n", publish_at=soon, role=Role.REVIEWER)
    prepared = reviewer.post(PUBLICATION, {"entree": marks()})
    assert prepared.context["form"]["number"].value() == "1.0.2"
    refused = reviewer.post(PUBLICATION, release_data(number="1.0.1"))
    assert "Le numéro 1.0.2 est libre." in text_of(refused)


def test_a_planned_release_names_its_day_and_what_it_holds(reviewer, correct):
    correct(title="Prévoir la panne")
    first = timezone.make_aware(datetime.datetime(2027, 12, 1, 6, 30))
    plan = planning.plan
    plan(reviewing.waiting(), number="1.1", note="n", publish_at=first, role=Role.REVIEWER)
    page = text_of(reviewer.get(DRAFTS))
    assert "le 1er décembre 2027 à 6 h 30 : n" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Avec mesure « pcs-rupture-reseaux »" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_a_draft_says_which_release_it_waits_for_until_it_is_corrected(reviewer, correct):
    def states() -> list[str]:
        return [draft.state_in_words for draft in reviewing.waiting()]

    correct(title="Prévoir la panne")
    reviewing.mark(reviewing.waiting(), ReviewState.APPROVED, Role.REVIEWER)
    for number, days in [("1.2", 2), ("1.1", 1)]:
        day = timezone.now() + datetime.timedelta(days=days)
        planning.plan(
            reviewing.waiting(), number=number, note="n", publish_at=day, role=Role.REVIEWER
        )
    one = queries_of(reviewer, DRAFTS)
    assert states() == ["attend l’édition 1.1"]
    page = html_of(reviewer.get(DRAFTS))
    assert ("attend l’édition 1.1" in page, " checked" in page) == (True, False)
    correct("journee-hors-reseau", title="Une journée")
    assert states() == ["attend l’édition 1.1", "brouillon"]
    assert queries_of(reviewer, DRAFTS) == one
    correct(title="Écrit entre-temps")
    assert states() == ["brouillon", "brouillon"]


def test_a_planned_release_can_be_given_up(reviewer, correct):
    correct(title="Prévoir la panne")
    soon = timezone.now() + datetime.timedelta(hours=1)
    planned = planning.plan(
        reviewing.waiting(), number="1.1", note="n", publish_at=soon, role=Role.REVIEWER
    )
    reviewer.post(reverse("admin:desk_cancel", args=[planned.pk]))
    assert planning.publish_due(soon) == []


def test_the_command_publishes_what_is_due(management, correct):
    correct(title="Prévoir la panne")
    planning.plan(
        reviewing.waiting(), number="1.1", note="n", publish_at=timezone.now(), role=Role.REVIEWER
    )
    assert management("publish_due") == "Édition 1.1 publiée.\n"
    assert management("publish_due") == "Aucune édition à publier.\n"


def test_a_draft_that_is_given_up_reads_as_published_again(editor, correct, drafted):
    correct(title="Prévoir la panne")
    url = reverse("admin:desk_draft", args=["measure", MEASURE])
    assert "Prévoir la panne" in text_of(editor.get(url))
    editor.post(url, {"quoi": "abandonner", "entree": marks()})
    assert drafted()["title"] == public_title()
    assert reviewing.waiting() == []


def test_undoing_shows_what_comes_back_then_publishes_it(reviewer, correct):
    before = public_title()
    correct(title="Prévoir la panne")
    reviewer.post(PUBLICATION, release_data())
    url = reverse("admin:desk_undo", args=[Release.objects.first().pk])
    assert before.split()[0] in text_of(reviewer.get(url))
    reviewer.post(url, {"number": "1.2", "note": "Retour."})
    assert public_title() == before
    assert Release.objects.first().undoes.number == "1.1"


@pytest.mark.parametrize(
    "path",
    [
        "chantier/measure/inconnue/", "chantier/zzz/", "historique/zzz/", "chantier/?page=zz",
        "historique/measure/inconnue/",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_no_fault(reviewer, path):
    assert reviewer.get(f"/gestion/{path}").status_code in (200, 302, 404)


def test_hostile_marks_publish_nothing(reviewer, correct):
    correct(title="Prévoir la panne")
    for mark in ("measure/x@1", "", "../../etc", "measure/" + MEASURE, "x" * 5000, "é@@@//"):
        reviewer.post(PUBLICATION, release_data(entree=[mark]))
        reviewer.post(DRAFTS, {"quoi": "approuver", "entree": [mark]})
    assert Release.objects.count() == 1
    assert Review.objects.count() == 0


def test_the_desk_asks_as_much_for_three_drafts_as_for_one(reviewer, correct):
    first, *others = Measure.objects.values_list("pk", flat=True)[:3]
    correct(first, title="Un")
    one = queries_of(reviewer, DRAFTS)
    for slug in others:
        correct(slug, title=f"Titre de {slug}"[:60])
    assert queries_of(reviewer, DRAFTS) == one


def publish_source(number: str) -> Release:
    keys = [("source", "neuve")]
    return releases.publish(keys, number=number, note="Une source.", role=Role.REVIEWER)


def test_undoing_brings_back_a_source_that_an_edition_took_away(reviewer):
    desk.Source.objects.create(slug="neuve", title="Une source neuve")
    publish_source("1.1")
    desk.Source.objects.filter(pk="neuve").delete()
    url = reverse("admin:desk_undo", args=[publish_source("1.2").pk])
    assert "Une source neuve" in text_of(reviewer.get(url))
    reviewer.post(url, {"number": "1.3", "note": "Retour."})
    assert Source.objects.get(pk="neuve").title == "Une source neuve"


def test_a_note_of_several_lines_reads_again_from_the_file(reviewer, correct):
    correct(title="Prévoir la panne")
    reviewer.post(PUBLICATION, release_data(note="Une correction.\r\n\r\nEt une autre."))
    head = catalogue.read(catalogue.dump().encode())["catalogue"]
    assert head["note"] == "Une correction.\n\nEt une autre."


@pytest.mark.parametrize("field", ["number", "note"])
def test_a_sign_that_the_file_refuses_is_refused_in_the_form(reviewer, correct, field):
    correct(title="Prévoir la panne")
    response = reviewer.post(PUBLICATION, release_data(**{field: "1\u202e2"}))
    assert response.status_code == 422
    assert "Signe invisible interdit (U+202E)." in text_of(response)
    assert Release.objects.count() == 1


@pytest.mark.parametrize("kind", ["measure", "proposal", "sheet"])
def test_what_was_published_from_the_desk_is_not_deleted_there(editor, kind):
    """Its removal could never be published: the draft would wait for ever."""
    like = next(value for key, value in from_rows.entries_of(desk).items() if key[0] == kind)
    own = {"measure": {"published": False}, "proposal": {"number": 77, "questions": []}}
    new = {**like, "slug": "neuve", **own.get(kind, {})}
    drafts.edit(kind, "neuve", lambda _: new, cause=Cause.ADMIN, role=Role.EDITOR)
    name = "reflectionsheet" if kind == "sheet" else kind
    url = reverse(f"admin:desk_{name}_delete", args=["neuve"])
    assert editor.get(url).status_code == 200
    releases.publish([(kind, "neuve")], number="1.1", note="Neuf.", role=Role.REVIEWER)
    assert editor.get(url).status_code == 403


def test_undoing_does_not_publish_what_was_not_read(reviewer, correct):
    """Two titles are to come back; meanwhile another release has corrected one of them."""
    before = public_title()
    other = Measure.objects.exclude(pk=MEASURE).first()
    correct(title="Prévoir la panne")
    correct(other.pk, title="Autre titre")
    reviewer.post(PUBLICATION, release_data())
    url = reverse("admin:desk_undo", args=[Release.objects.first().pk])
    data = {"number": "1.3", "note": "Retour.", "vu": reviewer.get(url).context["seen"]}
    correct(other.pk, title="Encore un autre")
    reviewer.post(PUBLICATION, release_data(number="1.2"))
    response = reviewer.post(url, data)
    assert response.status_code == 422
    assert "Une autre édition est sortie" in text_of(response)
    assert public_title() == "Prévoir la panne"
    reviewer.post(url, data | {"vu": response.context["seen"]})
    assert public_title() == before


# Two catalogues


def links_of(response, page: str) -> list[str]:
    """Where the links to a page of the desk lead, as they are written."""
    return re.findall(rf'href="{page}(\?[^"]*)?"', html_of(response))


def test_links_of_a_draft_stay_in_its_catalogue(reviewer, second, correct):
    correct(title="Dans le premier")
    Purpose.objects.filter(pk="table--gout").update(label="Manger mieux")
    shown = reviewer.get(DRAFTS, {"catalogue": "table"})
    draft = reverse("admin:desk_draft", args=["purposes"])
    history = reverse("admin:desk_history", args=["purposes"])
    assert links_of(shown, draft) == ["?catalogue=table"]
    one = reviewer.get(draft, {"catalogue": "table"})
    assert links_of(one, DRAFTS) == links_of(one, history) == ["?catalogue=table"]
    assert links_of(reviewer.get(history, {"catalogue": "table"}), DRAFTS) == ["?catalogue=table"]
    main = reviewer.get(reverse("admin:desk_draft", args=["measure", MEASURE]))
    assert links_of(main, DRAFTS) == [""]


def test_each_catalogue_is_downloaded_and_its_report_leads_to_its_drafts(editor, second):
    upload, download = reverse("admin:desk_upload"), reverse("admin:desk_download")
    assert links_of(editor.get(upload), download) == ["", "?catalogue=table"]
    said = plain(text_of(editor.get(upload)))
    assert "Télécharger le chantier de « La commune à table »" in said
    with SECOND_CATALOGUE.open("rb") as file:
        report = editor.post(upload, {"fichier": file}, follow=True)
    assert links_of(report, DRAFTS) == ["?catalogue=table"]


def test_one_catalogue_is_downloaded_without_a_name(editor):
    shown = editor.get(reverse("admin:desk_upload"))
    assert links_of(shown, reverse("admin:desk_download")) == [""]
    assert "Télécharger le chantier :" in plain(text_of(shown))


# From a draft to where it is written and read


def pages_of_draft(response) -> list[str]:
    found = re.findall(r'<a href="([^"]*)">(Corriger|Voir comme une commune)<', html_of(response))
    return [address for address, _ in found]


CHANGE = f"/gestion/desk/measure/{MEASURE}/change/"
PREVIEW = f"/gestion/apercu/mesure/{MEASURE}/"


def test_a_draft_leads_to_its_page_and_to_its_preview_for_who_may(
    editor, reviewer, observer, correct
):
    correct(title="Prévoir la panne")
    address = reverse("admin:desk_draft", args=["measure", MEASURE])
    expected = [[CHANGE, PREVIEW], [CHANGE, PREVIEW], [PREVIEW]]
    people = (editor, reviewer, observer)
    assert [pages_of_draft(person.get(address)) for person in people] == expected
    for person, pages in zip(people, expected, strict=True):
        assert [person.get(page).status_code for page in pages] == [200] * len(pages)


def test_each_draft_of_a_release_leads_to_its_pages(reviewer, correct):
    correct(title="Prévoir la panne")
    correct("journee-hors-reseau", title="Un jour sans")
    data = {"entree": marks()}
    assert pages_of_draft(reviewer.post(PUBLICATION, data)) == [
        CHANGE,
        PREVIEW,
        "/gestion/desk/measure/journee-hors-reseau/change/",
        "/gestion/apercu/mesure/journee-hors-reseau/",
    ]


@pytest.mark.parametrize(
    ("kind", "key", "pages"),
    [
        ("purposes", "", ["/gestion/desk/purpose/"]),
        ("source", "tmnlab", ["/gestion/desk/source/tmnlab/change/"]),
        (
            "order",
            "services-essentiels-hors-reseau",
            ["/gestion/desk/proposal/services-essentiels-hors-reseau/change/"],
        ),
    ],
)
def test_other_entries_lead_to_where_they_are_corrected(editor, kind, key, pages):
    change = {
        "purposes": lambda value: [{**value[0], "label": "Autre"}, *value[1:]],
        "source": lambda value: {**value, "title": "Autre"},
        "order": lambda value: value[::-1],
    }[kind]
    drafts.edit(kind, key, change, cause=Cause.ADMIN, role=Role.EDITOR)
    address = reverse("admin:desk_draft", args=[part for part in (kind, key) if part])
    assert pages_of_draft(editor.get(address)) == pages
    assert editor.get(pages[0]).status_code == 200


def test_the_order_of_sheets_is_corrected_in_their_list():
    assert page_of(("sheets", ""), "principal") == "/gestion/desk/reflectionsheet/"
    assert page_of(("sheets", ""), "table") == "/gestion/desk/reflectionsheet/?catalogue=table"


def test_a_draft_of_the_second_catalogue_leads_to_its_own_pages(editor, second):
    drafts.edit(
        "measure",
        MEASURE,
        lambda value: {**value, "title": "Autre"},
        cause=Cause.ADMIN,
        role=Role.EDITOR,
        catalogue="table",
    )
    address = reverse("admin:desk_draft", args=["measure", MEASURE])
    pages = pages_of_draft(editor.get(address, {"catalogue": "table"}))
    assert pages == [
        f"/gestion/desk/measure/table--{MEASURE}/change/",
        f"/gestion/apercu/mesure/table--{MEASURE}/",
    ]
    assert [editor.get(page).status_code for page in pages] == [200, 200]


def test_a_draft_that_deletes_leads_nowhere(editor):
    desk.Source.objects.create(slug="neuve", title="Neuve")
    Source.objects.create(slug="partie", title="Partie")
    address = reverse("admin:desk_draft", args=["source", "partie"])
    assert pages_of_draft(editor.get(address)) == []


# An edition that was undone


def offered(page: str) -> list[str]:
    return re.findall(r"/gestion/editions/(\d+)/annuler/", page)


def test_undoing_is_not_offered_for_what_was_undone(reviewer, correct):
    correct(title="Prévoir la panne")
    first = releases.publish([("measure", MEASURE)], number="1.1", note="Un.", role=Role.REVIEWER)
    assert offered(html_of(reviewer.get(DRAFTS))) == [str(first.pk)]
    undone = releases.undo(first, number="1.2", note="Retour.", role=Role.REVIEWER)
    page = reviewer.get(DRAFTS)
    assert offered(html_of(page)) == [str(undone.pk)]
    assert plain(text_of(page)).count("(annulée)") == 1
    again = releases.undo(undone, number="1.3", note="Retour.", role=Role.REVIEWER)
    assert offered(html_of(reviewer.get(DRAFTS))) == [str(again.pk), str(first.pk)]


# What waits, on the first page


def test_the_first_page_counts_what_is_to_review(editor, correct):
    index = reverse("admin:index")
    assert "à relire" not in said_of_the_desk(editor.get(index))
    correct(title="Prévoir la panne")
    correct("journee-hors-reseau", title="Un jour sans")
    editor.post(DRAFTS, {"quoi": "demander", "entree": marks()})
    assert "éditions : 2 à relire" in said_of_the_desk(editor.get(index))
    correct("journee-hors-reseau", title="Deux jours sans")
    assert "éditions : 1 à relire" in said_of_the_desk(editor.get(index))


def said_of_the_desk(response) -> str:
    return plain(text_of(response)).partition("Ce qui est à vérifier")[0]


def test_the_first_page_asks_as_much_for_three_drafts_as_for_one(editor, correct):
    counts = []
    for slug in (MEASURE, "journee-hors-reseau", "solidarite-voisinage"):
        correct(slug, title="Autrement")
        editor.post(DRAFTS, {"quoi": "demander", "entree": marks()})
        # What was just said to the reader is told once.
        editor.get(reverse("admin:index"))
        counts.append(queries_of(editor, reverse("admin:index")))
    assert len(set(counts)) == 1


def test_the_first_page_counts_what_teams_propose(editor):
    index = reverse("admin:index")
    assert "en attente" not in said_of_the_desk(editor.get(index))
    before = queries_of(editor, index)
    for _ in range(3):
        Contribution.objects.create(kind="example", measure_slug=MEASURE, place="Die", fact="Un.")
    assert "proposent : 3 en attente" in said_of_the_desk(editor.get(index))
    assert queries_of(editor, index) == before
    Contribution.objects.update(status="accepted")
    assert "en attente" not in said_of_the_desk(editor.get(index))


# Words


def test_hours_read_as_on_the_site_and_filters_by_a_word(editor):
    row = desk.JournalEntry.objects.create(role="editor", verb="changed", subject="x")
    hour = timezone.localtime(row.at)
    page = plain(html_of(editor.get("/gestion/desk/journalentry/")))
    assert f", {hour.hour} h {hour.minute:02}<" in page
    assert "Par par quoi" not in text_of(editor.get("/gestion/desk/entrychange/"))
    assert "Par moyen" in plain(text_of(editor.get("/gestion/desk/entrychange/")))


def test_a_wording_is_called_by_its_sizes(editor):
    wording = desk.Wording.objects.filter(measure=MEASURE, is_default=False).first()
    label = " et ".join(size.size_class.label.lower() for size in wording.sizes.all())
    assert str(wording) == label
    page = html_of(editor.get(CHANGE))
    assert f'<span class="inline_label">{label}' in re.sub(r"\s*\n\s*", "", page)
