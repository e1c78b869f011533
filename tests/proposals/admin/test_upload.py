"""The catalogue's file into the desk and out of it, through the admin."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from proposals import catalogue
from proposals import models as published
from proposals.desk.enums import Cause, Role
from proposals.desk.models import EntryChange, JournalEntry, Measure, Source, Upload
from tests.conftest import SECOND_CATALOGUE

from .pages import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MEASURE = "pcs-rupture-reseaux"
TITLE = "Inscrire la rupture des réseaux dans le plan communal de sauvegarde"
SEND = "admin:desk_upload"


def real() -> str:
    return django_settings.CATALOGUE_FILE.read_text()


def changed(*pairs) -> str:
    text = real()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def sent(client, data: str | bytes, name: str = "proposals.yaml"):
    content = data.encode() if isinstance(data, str) else data
    return client.post(reverse(SEND), {"fichier": SimpleUploadedFile(name, content)})


def report_of(client, data: str):
    """The page of the report, and its address."""
    response = sent(client, data)
    assert response.status_code == 302, sentences(response)
    return client.get(response.url), response.url


def sentences(response) -> str:
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", response.content.decode()))
    return text.replace("&#x27;", "'")


def press(client, read, url, **choices):
    return client.post(url, {"vu": read.context["report"].seen, **choices}, follow=True)


def turn(client, read, url, number, **choices):
    return press(client, read, url, page=number, **choices)


@pytest.fixture
def member(client, with_factor):
    def member(group):
        user = get_user_model().objects.create_user(group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return with_factor(client, user)

    return member


@pytest.fixture
def editor(member):
    return member("Rédaction")


def test_working_copy_is_downloaded_as_the_file_that_git_keeps(editor):
    Measure.objects.filter(pk=MEASURE).update(title="Prévoir la panne")
    response = editor.get(reverse("admin:desk_download"))
    assert response["Content-Disposition"] == 'attachment; filename="proposals.yaml"'
    assert response.content.decode() == changed((f'"{TITLE}"', '"Prévoir la panne"'))


def test_catalogue_that_is_not_there_is_not_downloaded(editor):
    assert editor.get(reverse("admin:desk_download"), {"catalogue": "2032"}).status_code == 404


def test_observer_downloads_and_does_not_upload(member):
    observer = member("Observation")
    assert observer.get(reverse("admin:desk_download")).status_code == 200
    assert observer.get(reverse(SEND)).status_code == 403
    assert sent(observer, real()).status_code == 403
    assert observer.post(reverse("admin:desk_load", args=[1])).status_code == 403


def test_report_tells_word_by_word_and_writes_nothing(editor):
    page, _ = report_of(editor, changed((f'"{TITLE}"', '"Prévoir la panne"')))
    assert "Mis à jour : 1" in sentences(page)
    assert "Prévoir" in sentences(page)
    assert Measure.objects.get(pk=MEASURE).title == TITLE


def test_load_makes_drafts_and_erases_the_file(editor):
    page, url = report_of(editor, changed((f'"{TITLE}"', '"Prévoir la panne"')))
    done = press(editor, page, url)
    assert "Le fichier proposals.yaml est chargé dans le chantier : 1 entrée." in sentences(done)
    assert Measure.objects.get(pk=MEASURE).title == "Prévoir la panne"
    assert published.Measure.objects.get(pk=MEASURE).title == TITLE
    change = EntryChange.objects.first()
    assert (change.cause, change.role) == (Cause.LOAD, Role.EDITOR)
    assert JournalEntry.objects.first().role == Role.EDITOR
    assert not Upload.objects.exists()


def test_file_loaded_as_drafts_leaves_the_number_of_what_is_out(editor):
    page, url = report_of(
        editor, changed(('release: "1.0.0"', 'release: "2.0.0"'), (f'"{TITLE}"', '"Prévoir"'))
    )
    press(editor, page, url)
    assert 'release: "1.0.0"' in catalogue.dump()
    content = catalogue.read(changed(('release: "1.0.0"', 'release: "2.0.0"')).encode())
    assert catalogue.load(content).written[0] == ("catalogue", "")


def test_loading_pressed_twice_says_that_the_file_is_loaded(editor):
    page, url = report_of(editor, changed((f'"{TITLE}"', '"Prévoir la panne"')))
    press(editor, page, url)
    before = EntryChange.objects.count()
    assert "Ce fichier n’attend plus ici" in sentences(press(editor, page, url))
    assert EntryChange.objects.count() == before


def conflicting(client):
    Measure.objects.filter(pk=MEASURE).update(title="Prévoir la panne ici")
    return report_of(client, changed((f'"{TITLE}"', '"Prévoir la rupture"')))


def test_conflict_is_asked_for_passage_by_passage(editor):
    page, url = conflicting(editor)
    assert "1 passage à trancher" in sentences(page)
    done = press(editor, page, url)
    assert done.status_code == 422
    assert "Choisissez un texte." in sentences(done)
    assert Measure.objects.get(pk=MEASURE).title == "Prévoir la panne ici"


@pytest.mark.parametrize(
    ("choice", "title"),
    [
        ({"choix-0": "ours"}, "Prévoir la panne ici"),
        ({"choix-0": "theirs"}, "Prévoir la rupture"),
        ({"choix-0": "texte", "texte-0": "Prévoir la rupture ici"}, "Prévoir la rupture ici"),
        ({"pour-tous": "admin"}, "Prévoir la panne ici"),
        ({"pour-tous": "file"}, "Prévoir la rupture"),
        ({"choix-0": "theirs", "pour-tous": "admin"}, "Prévoir la rupture"),
    ],
)
def test_conflict_is_settled_as_chosen(editor, choice, title):
    page, url = conflicting(editor)
    press(editor, page, url, **choice)
    assert Measure.objects.get(pk=MEASURE).title == title
    assert not Upload.objects.exists()


def test_text_that_will_not_do_is_told_and_kept(editor):
    page, url = conflicting(editor)
    done = press(editor, page, url, **{"choix-0": "texte", "texte-0": "trop long " * 20})
    assert done.status_code == 422
    assert "signes, 90 au plus" in sentences(done)
    assert "trop long trop long" in sentences(done)


def test_report_is_shown_anew_when_the_working_copy_has_changed(editor):
    page, url = conflicting(editor)
    Source.objects.filter(pk="tmnlab").update(title="Autre titre")
    done = press(editor, page, url, **{"choix-0": "theirs"})
    assert done.status_code == 409
    assert "Le chantier a changé pendant que vous lisiez" in sentences(done)
    assert Measure.objects.get(pk=MEASURE).title == "Prévoir la panne ici"
    press(editor, done, url, **{"choix-0": "theirs"})
    assert Measure.objects.get(pk=MEASURE).title == "Prévoir la rupture"


def test_problems_of_the_file_are_told_where_they_are(editor):
    response = sent(editor, changed(("horizon: ", "horizon: demain # ")), "à moi.yaml")
    line = changed(("horizon: ", "horizon: demain # ")).split("demain #")[0].count("\n") + 1
    assert response.status_code == 422
    assert f"à moi.yaml:{line}:18: horizon : « demain »" in sentences(response)
    assert "1 problème dans ce fichier" in sentences(response)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (b" \n", "Ce fichier est vide."),
        (b"PK\x03\x04\x14\x00", "une archive ou un document de traitement de texte"),
        (b"<!doctype html><p>", "une page web"),
        (b"%PDF-1.7\n", "un PDF"),
        ("é: 1".encode("latin-1"), "x.yaml:1:1: le fichier n’est pas en UTF-8"),
        (b"\x00\x01", "x.yaml:1:1: signe interdit U+0000"),
        (b"- [", "x.yaml:1:"),
        (b"a: *b", "alias *b interdit"),
        (b"[" * 3000, "plus de 20 niveaux imbriqués"),
        (b"bonjour", "x.yaml:1:1: catalogue : il faut ici des clés"),
        (b"a: 1\n" * 1_100_000, "Ce fichier pèse plus de 2 Mio"),
        (b"#" * (2 * 1024 * 1024 + 1), "Ce fichier pèse plus de 2 Mio"),
    ],
)
def test_what_is_no_catalogue_is_refused_in_a_sentence(editor, data, sentence):
    response = sent(editor, data, "x.yaml")
    assert response.status_code == 422
    assert sentence in sentences(response)
    assert "<title>Erreur : " in response.content.decode()
    assert not Upload.objects.exists()


def test_nothing_chosen_is_told(editor):
    assert "Choisissez d’abord un fichier." in sentences(editor.post(reverse(SEND)))


def test_name_of_a_file_is_never_markup(editor):
    sent(editor, real())
    Upload.objects.update(name="<b>nom</b>.yaml")
    again = editor.get(reverse("admin:desk_load", args=[Upload.objects.get().pk]))
    assert "<b>nom</b>" not in again.content.decode()


def test_vanished_measure_is_told_after_the_name_of_the_file(editor):
    response = sent(editor, re.sub(r"  tmnlab:\n(    .*\n)+", "", real()))
    assert "source inconnue « tmnlab »" in sentences(response)


def test_file_that_brings_nothing_says_so(editor):
    page, url = report_of(editor, real())
    assert "Il n’y a rien à écrire" in sentences(page)
    assert "C’est noté" in sentences(press(editor, page, url))


def test_files_that_nobody_loaded_go_after_a_day(editor):
    report_of(editor, real())
    Upload.objects.update(at=timezone.now() - timedelta(hours=25))
    report_of(editor, real())
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("pk", [0, 10**18])
def test_report_that_does_not_exist_leads_back(editor, pk):
    response = editor.get(reverse("admin:desk_load", args=[pk]), follow=True)
    assert response.redirect_chain[-1][0] == reverse(SEND)


def with_sources(count: int) -> str:
    """The small file with so many sources more: nobody decides anything about them."""
    rows = "".join(
        f'  neuve-{i:03}:\n    title: "Livre {i:03}"\n    url: null\n    date: null\n'
        for i in range(count)
    )
    return SECOND_CATALOGUE.read_text().replace("\nsources:\n", f"\nsources:\n{rows}", 1)


def told(read) -> list[str]:
    return re.findall(r"<summary>Source «\s(neuve-\d+)\s»", read.content.decode())


def test_long_report_is_read_page_by_page_and_loaded_whole(editor, second):
    page, url = report_of(editor, with_sources(45))
    assert "Ajouté : 45" in sentences(page)
    pages = [page, turn(editor, page, url, "2"), turn(editor, page, url, "3")]
    assert [read.status_code for read in pages] == [200, 200, 200]
    assert [told(read) for read in pages] == [
        [f"neuve-{i:03}" for i in rows] for rows in (range(20), range(20, 40), range(40, 45))
    ]
    added = Source.objects.filter(pk__startswith="table--neuve-")
    assert added.count() == 0
    press(editor, pages[2], url)
    assert added.count() == 45


def test_choices_are_kept_from_page_to_page(editor, second):
    Measure.objects.filter(pk=f"table--{MEASURE}").update(title="Rouvrir la cantine")
    file = with_sources(45).replace("Rouvrir la cuisine de l’école", "Ouvrir la cuisine")
    page, url = report_of(editor, file)
    choice = {"choix-0": "texte", "texte-0": "Ouvrir la cantine", "pour-tous": "admin"}
    turned = turn(editor, page, url, "2", **choice)
    assert "1 passage à trancher" in sentences(turned)
    assert "Ouvrir la cantine</textarea>" in turned.content.decode()
    checked = re.findall(r'name="([\w-]+)" value="(\w+)" checked', turned.content.decode())
    assert checked == [("choix-0", "texte"), ("pour-tous", "admin")]
    assert told(turned) == [f"neuve-{i:03}" for i in range(20, 40)]
    press(editor, turned, url, **choice)
    assert Measure.objects.get(pk=f"table--{MEASURE}").title == "Ouvrir la cantine"


def test_page_that_does_not_exist_leads_to_one_that_does(editor, second):
    page, url = report_of(editor, with_sources(45))
    for number, read in {"0": 3, "99": 3, "9" * 5000: 1, "é": 1, "": 1}.items():
        assert f"Page {read} sur 3" in sentences(turn(editor, page, url, number))


def test_page_is_not_turned_over_a_working_copy_that_has_changed(editor, second):
    page, url = report_of(editor, with_sources(45))
    Source.objects.filter(pk="table--tribune").update(title="Autre titre")
    turned = turn(editor, page, url, "2")
    assert turned.status_code == 409
    assert "Page 1 sur 3" in sentences(turned)


def test_report_asks_and_weighs_as_much_for_three_hundred_entries_as_for_thirty(editor, second):
    counts, lengths = [], []
    for number in (1, 30, 300):
        page, url = report_of(editor, with_sources(number))
        assert ("Page 1 sur" in sentences(page)) == (number > 20)
        counts.append(queries_of(editor, url))
        lengths.append(len(page.content))
    assert counts == [counts[0]] * 3
    assert abs(lengths[2] - lengths[1]) < 100
