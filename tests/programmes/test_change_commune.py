"""A programme that moves to another commune."""

import pytest
from django.urls import reverse

from programmes import history
from programmes.enums import Cause
from programmes.models import Change
from tests.pages import Page, plain, text_of
from tests.programmes.forms import save_settings

PLAN = "pcs-rupture-reseaux"


@pytest.fixture
def address(programme):
    return reverse("programmes:commune", args=[programme.pk])


def move(client, programme, code, **changes):
    programme.refresh_from_db()
    address = reverse("programmes:commune", args=[programme.pk])
    data = {"commune": code, "version": programme.version, **changes}
    return client.post(address, data, follow=True)


def test_settings_lead_to_the_search_of_the_start(as_alice, programme, address):
    page = as_alice.get(reverse("programmes:settings", args=[programme.pk])).content.decode()
    assert f'<a href="{address}">Changer de commune</a>' in page
    page = as_alice.get(address, {"q": "st die des vosges"}).content.decode()
    assert f'action="{address}"' in page
    assert 'name="commune" value="88413"' in page


def test_start_still_searches_where_it_did(as_alice, programme):
    for page in ("/", "/programmes/", "/communes/"):
        assert 'action="/communes/"' in as_alice.get(page).content.decode()


def test_moved_programme_keeps_its_texts_and_lists_what_differs(as_alice, programme, take):
    (commitment,) = take(PLAN)
    before = commitment.base_text
    response = move(as_alice, programme, "38185")
    page = plain(text_of(response))
    assert "Le programme est maintenant pour Grenoble (Isère). Vos textes n’ont pas changé." in page
    assert "1 engagement a un autre texte pour cette taille :" in page
    commitment.refresh_from_db()
    assert commitment.base_text == before
    programme.refresh_from_db()
    assert (programme.commune_id, programme.size_class().slug) == ("38185", "grande-ville")


def test_corrected_population_goes_with_a_word_about_it(as_alice, programme, address):
    save_settings(as_alice, programme, own_population="2000")
    assert "La population que vous avez corrigée sera effacée." in text_of(as_alice.get(address))
    page = plain(text_of(move(as_alice, programme, "38185")))
    assert "La population que vous aviez corrigée (2 000 habitants) est effacée" in page
    programme.refresh_from_db()
    assert programme.own_population is None


def test_move_is_recorded_and_a_later_return_leaves_the_commune(as_alice, programme):
    save_settings(as_alice, programme, own_population="2000", title="Debout")
    change = Change.objects.of(programme).first()
    move(as_alice, programme, "38185")
    moved = Change.objects.of(programme).first()
    assert (moved.cause, moved.state["commune_id"]) == (Cause.SETTINGS, "38185")
    programme.refresh_from_db()
    history.restore_settings(programme, change)
    programme.refresh_from_db()
    assert (programme.commune_id, programme.own_population, programme.title) == (
        "38185",
        None,
        "Debout",
    )


@pytest.mark.parametrize("version", ["", "x", "-1", "1", "9" * 30])
def test_settings_that_a_colleague_changed_are_not_written_over(as_alice, programme, version):
    save_settings(as_alice, programme, title="Debout")
    response = move(as_alice, programme, "38185", version=version)
    assert response.status_code == 409
    page = response.content.decode()
    assert 'name="commune" value="38185"' in page
    programme.refresh_from_db()
    assert programme.commune_id == "26027"
    assert f'name="version" value="{programme.version}"' in page


@pytest.mark.parametrize("code", ["", "x", "99999", "9" * 60, "é", "%00", "\x00"])
def test_unknown_commune_is_asked_for_again(as_alice, programme, code):
    response = move(as_alice, programme, code)
    assert response.status_code == 200
    assert "Nous ne connaissons pas cette commune" in text_of(response)
    programme.refresh_from_db()
    assert programme.commune_id == "26027"


def test_same_commune_changes_nothing(as_alice, programme):
    save_settings(as_alice, programme, own_population="2000")
    count = programme.changes.count()
    assert "déjà pour Barsac" in text_of(move(as_alice, programme, "26027"))
    programme.refresh_from_db()
    assert (programme.own_population, programme.changes.count()) == (2000, count)


def test_longest_answer_keeps_its_bound_of_nodes(as_alice, address):
    for query in ("saint", "51300", "zzz", "a"):
        page = Page(as_alice.get(address, {"q": query}).content)
        assert page.nodes <= 250
        assert page.weight <= 14_000
