"""From the first page to a programme: communes, cards, sessions."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programmes import actions
from programmes.models import Commitment, Programme, Submission
from tests.pages import plain, text_of
from tests.programmes.forms import adapt

PLAN = "pcs-rupture-reseaux"
NEW = "/programmes/nouveau/"
BARSAC = {"commune": "26027", "consent": "on"}
FIRST = "services-essentiels-hors-reseau"


def test_search_lists_homonyms_with_their_departments(client, db):
    page = text_of(client.get("/communes/", {"q": "barsac"}))
    assert "Barsac Gironde (33) · 2 058 habitants" in page
    assert "Barsac Drôme (26) · 154 habitants" in page


def test_search_for_an_unknown_name_says_what_to_try(client, db):
    assert "Nous n’avons pas trouvé « zzz »." in text_of(client.get("/communes/", {"q": "zzz"}))


def test_start_page_shows_the_commune_and_writes_nothing(client, db):
    page = text_of(client.get(NEW, {"commune": "26027"}))
    assert "154 habitants (2026)" in page
    assert "La communauté de communes du Diois" in page
    assert Programme.objects.count() == 0


@pytest.mark.parametrize("code", ["", "00000", "26027' --", "é" * 200])
def test_unknown_commune_is_404(client, db, code):
    assert client.get(NEW, {"commune": code}).status_code == 404


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("75056", "Paris"),
        ("94038", "L’Haÿ-les-Roses"),
        ("98735", "Papeete"),
        ("22016", "Île-de-Bréhat"),
        ("98411", "population inconnue"),
        ("51513", "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"),
    ],
)
def test_unusual_communes_have_a_sensible_page_and_programme(client, db, code, expected):
    search = text_of(client.get("/communes/", {"q": code}))
    assert expected in search
    client.post(NEW, {"commune": code, "consent": "on"})
    programme = Programme.objects.get()
    assert client.get(programme.get_absolute_url()).status_code == 200
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    assert client.get(address).status_code == 200


def test_start_shows_the_card_until_it_is_noted_and_the_card_logs_in_again(client, db):
    response = client.post(NEW, BARSAC, follow=True)
    identifier, passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())
    card = response.redirect_chain[-1][0]
    assert passphrase in client.get(card).content.decode()

    client.post(card)
    assert client.get(card).url == response.wsgi_request.path.replace("carte/", "")
    client.post("/deconnexion/")
    assert client.get(card).url.startswith("/connexion/")

    response = client.post(
        "/connexion/", {"identifier": identifier.upper(), "passphrase": f" {passphrase.title()} "}
    )
    assert response.url == "/programmes/"
    assert "Barsac" in text_of(client.get("/programmes/"))


def test_passphrase_is_kept_nowhere_on_the_server(client, db):
    from django.contrib.sessions.models import Session

    response = client.post(NEW, BARSAC, follow=True)
    passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())[1]
    assert all(passphrase not in str(s.get_decoded()) for s in Session.objects.all())
    assert response.wsgi_request.user.password.split("$")[0] == "md5"


def test_card_of_one_programme_does_not_show_at_another(client, db, alice):
    first = client.post(NEW, BARSAC)
    second = client.post(NEW, {"commune": "38185", "consent": "on"})
    client.cookies["carte"] = first.cookies["carte"].value
    assert client.get(f"{second.url}carte/").status_code == 302


def test_wrong_passphrase_keeps_what_was_typed_and_does_not_say_which_was_wrong(client, alice):
    response = client.post(
        "/connexion/", {"identifier": "alice", "passphrase": "un deux trois quatre cinq six"}
    )
    assert "Cet identifiant et cette phrase ne vont pas ensemble." in text_of(response)
    assert 'value="alice"' in response.content.decode()


@pytest.mark.parametrize(
    "target", ["https://exemple.fr/", "//exemple.fr/", "javascript:alert(1)", "rien", "é"]
)
def test_login_never_leads_off_the_site(client, alice, target):
    response = client.post(
        "/connexion/",
        {"identifier": "alice", "passphrase": "phrase de alice", "next": target},
    )
    assert response.url == "/programmes/"


def test_closed_session_keeps_what_was_sent_and_the_card_saves_it(client, barsac, take):
    from programmes import actions
    from proposals.models import Measure, SizeClass

    programme, _, card = actions.open_programme(barsac)
    commitment = actions.adopt_measure(
        programme, Measure.objects.get(pk=PLAN), SizeClass.objects.first()
    )
    typed = "Un texte que personne ne veut écrire deux fois."
    response = adapt(client, commitment, text=typed)
    assert response.status_code == 401
    page = html.unescape(response.content.decode())
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert sent["text"] == typed

    wrong = client.post(
        commitment.get_absolute_url(), {**sent, "identifier": "x", "passphrase": "y"}
    )
    assert wrong.status_code == 401
    assert typed in html.unescape(wrong.content.decode())

    card = {"identifier": card.identifier, "passphrase": card.passphrase}
    assert client.post(commitment.get_absolute_url(), {**sent, **card}).status_code == 302
    commitment.refresh_from_db()
    assert commitment.text == typed


def test_form_that_is_too_old_shows_its_texts(programme, alice, take):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    (commitment,) = take(PLAN)
    response = client.post(commitment.get_absolute_url(), {"text": "Un texte <long> à garder."})
    assert response.status_code == 403
    assert "Un texte &lt;long&gt; à garder.</textarea>" in response.content.decode()


def test_new_card_opens_and_the_old_one_does_not(client, barsac):
    from programmes import actions

    programme, user, card = actions.open_programme(barsac)
    client.force_login(user)
    response = client.post(reverse("programmes:new-card", args=[programme.pk]), follow=True)
    identifier, passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())
    assert identifier == card.identifier
    assert client.get(programme.get_absolute_url()).status_code == 200
    client.post("/deconnexion/")
    old = {"identifier": card.identifier, "passphrase": card.passphrase}
    assert client.post("/connexion/", old).status_code == 200
    assert client.post("/connexion/", {**old, "passphrase": passphrase}).status_code == 302


def test_card_is_gone_from_the_browser_after_logging_out(client, db):
    client.post(NEW, BARSAC)
    client.post("/deconnexion/")
    assert client.cookies["carte"].value == ""


def test_programme_goes_to_the_bin_and_comes_back(as_alice, programme, take):
    take(PLAN)
    delete = reverse("programmes:delete", args=[programme.pk])
    as_alice.get(delete)
    assert as_alice.get(programme.get_absolute_url()).status_code == 200
    as_alice.post(delete)
    assert as_alice.get(programme.get_absolute_url()).status_code == 404
    assert "Corbeille" in text_of(as_alice.get(reverse("programmes:list")))
    as_alice.post(reverse("programmes:bring-back-programme", args=[programme.pk]))
    assert as_alice.get(programme.get_absolute_url()).status_code == 200
    assert Commitment.objects.count() == 1


def test_programme_is_erased_at_once_when_asked(as_alice, programme, take):
    take(PLAN)
    as_alice.post(reverse("programmes:delete", args=[programme.pk]), {"erase": ""})
    assert (Programme.objects.count(), Commitment.everything.count()) == (0, 0)


def test_bin_of_a_programme_is_emptied_after_a_month(as_alice, programme, take):
    take(PLAN)
    late = timezone.now() - timedelta(days=31)
    Programme.objects.filter(pk=programme.pk).update(dropped_at=late)
    back = reverse("programmes:bring-back-programme", args=[programme.pk])
    assert as_alice.post(back).status_code == 404
    actions.empty_bins()
    assert Programme.objects.count() == 0


def test_form_sent_twice_opens_one_programme_and_shows_one_card(client, db):
    sent = {"commune": "26027", "envoi": "une-clef-de-page", "consent": "on"}
    cards = []
    for browser in (client, Client()):
        address = browser.post(NEW, sent).url
        cards.append(re.findall(r"<b>(.*?)</b>", browser.get(address).content.decode()))
    assert Programme.objects.count() == 1
    assert cards[0] == cards[1]


def test_old_form_sent_again_opens_no_account(client, db):
    """The back button of a shared machine, after logging out: no session, no new card."""
    sent = {"commune": "26027", "envoi": "une-clef-de-page", "consent": "on"}
    client.post(NEW, sent)
    programme = Programme.objects.get()
    password = programme.members.get().password
    client.post("/deconnexion/")
    for browser in (client, Client()):
        browser.post(NEW, sent)
    Submission.objects.update(at=timezone.now() - timedelta(minutes=11))
    again = Client().post(NEW, sent)
    assert programme.members.get().password == password
    assert again.status_code == 302
    assert again.url.startswith(("/connexion/", "/programmes/"))
    assert Client().get(programme.get_absolute_url()).status_code == 302


def test_form_of_a_known_account_lets_nobody_in(as_alice, alice, db):
    sent = {"commune": "26027", "envoi": "une-clef-de-page", "consent": "on"}
    as_alice.post(NEW, sent)
    alice.refresh_from_db()
    stranger = Client()
    stranger.post(NEW, sent)
    assert stranger.session.get("_auth_user_id") != str(alice.pk)
    assert get_user_model().objects.get(pk=alice.pk).password == alice.password


def test_same_page_with_another_commune_opens_another_programme(db):
    for code in ("26027", "38185"):
        page = Client().post(NEW, {**BARSAC, "commune": code, "envoi": "une-clef"})
        assert "/carte/" in page.url
    assert Programme.objects.count() == 2


def test_two_pages_open_two_programmes(client, db):
    for key in ("une-page", "une-autre"):
        Client().post(NEW, {"commune": "26027", "envoi": key, "consent": "on"})
    assert Programme.objects.count() == 2


@pytest.mark.parametrize("code", ["98411", "72181"])
def test_sentence_about_the_population_is_french(client, db, code):
    client.post(NEW, {"commune": code, "consent": "on"})
    page = plain(text_of(client.get(Programme.objects.get().get_absolute_url())))
    expected = {
        "98411": "La population d’Îles Saint-Paul et Nouvelle-Amsterdam n’est pas connue",
        "72181": "Le Mans compte",
    }
    assert expected[code] in page
