"""How often one may try: cards, the door of the admin, new programmes."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desescalade.checks import check_proxies
from programmes.models import Programme
from tests.pages import text_of
from tests.programmes.forms import adapt
from tests.turns import turns_to_write

TOO_MANY = "Trop d’essais de suite. Attendez cinq minutes, puis recommencez."
PLAN = "pcs-rupture-reseaux"


def enter(client, identifier="alice", passphrase="un deux trois quatre cinq six", **headers):
    return client.post(
        "/connexion/", {"identifier": identifier, "passphrase": passphrase}, **headers
    )


def wear_out(client, identifier="alice", **headers):
    for _ in range(5):
        assert TOO_MANY not in text_of(enter(client, identifier, **headers))


def test_sixth_wrong_card_is_refused_with_the_time_to_wait_and_what_was_typed(client, alice):
    wear_out(client)
    response = enter(client)
    assert TOO_MANY in text_of(response)
    assert 'value="alice"' in response.content.decode()
    assert 'value="un deux trois quatre cinq six"' in response.content.decode()


def test_limit_of_an_account_holds_for_the_right_card_and_from_another_address(client, alice):
    wear_out(client)
    caches.close_all()
    elsewhere = enter(Client(REMOTE_ADDR="192.0.2.7"), passphrase="phrase de alice")
    assert TOO_MANY in text_of(elsewhere)


@pytest.mark.parametrize("typed", ["ALICE", " alice ", "Alice"])
def test_limit_of_an_account_cannot_be_gone_round_by_writing_it_otherwise(client, alice, typed):
    wear_out(client)
    assert TOO_MANY in text_of(enter(client, typed))


def test_limit_of_an_account_cannot_be_gone_round_by_the_port_of_the_host(client, alice):
    wear_out(client, HTTP_HOST="testserver:1")
    assert TOO_MANY in text_of(enter(client, HTTP_HOST="testserver:2"))


def test_other_account_enters_although_one_is_worn_out(client, alice, bob):
    wear_out(client)
    assert enter(client, "bob", "phrase de bob").status_code == 302


def test_right_cards_are_not_counted(client, alice):
    for _ in range(12):
        assert enter(client, passphrase="phrase de alice").status_code == 302


def test_eleventh_wrong_card_from_one_address_is_refused_whatever_the_account(client, db):
    for number in range(10):
        assert TOO_MANY not in text_of(enter(client, f"lettre-canal-{number}"))
    assert TOO_MANY in text_of(enter(client, "lettre-canal-99"))
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert TOO_MANY not in text_of(enter(other, "lettre-canal-99"))


def test_limit_lives_in_the_database_where_all_processes_see_it(client, alice):
    wear_out(client)
    with connection.cursor() as cursor:
        keys = {row[0] for row in cursor.execute("SELECT cache_key FROM desescalade_cache")}
        cursor.execute("DELETE FROM desescalade_cache")
    assert len(keys) == 2
    assert [key for key in keys if "alice" in key or "127.0.0.1" in key] == []
    assert TOO_MANY not in text_of(enter(Client()))


def test_wrong_card_is_counted_in_one_write(client, alice):
    with CaptureQueriesContext(connection) as captured:
        enter(client)
    assert turns_to_write(captured) == 1


def test_many_invented_names_do_not_push_a_count_out_of_the_cache(client, alice):
    wear_out(client)
    for number in range(400):
        cache.set(f"b{number:04}", 1, 300)
    assert TOO_MANY in text_of(enter(client))


def test_closed_session_keeps_the_whole_form_while_one_waits(client, barsac, take):
    (commitment,) = take(PLAN)
    typed = "Un texte que personne ne veut écrire deux fois."
    card = {"identifier": "alice", "passphrase": "un deux trois"}
    for _ in range(6):
        response = adapt(client, commitment, text=typed, **card)
    assert response.status_code == 401
    assert TOO_MANY in text_of(response)
    page = html.unescape(response.content.decode())
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert sent["text"] == typed
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desescalade_cache")  # five minutes later
    card["passphrase"] = "phrase de alice"
    assert client.post(commitment.get_absolute_url(), {**sent, **card}).status_code == 302
    commitment.refresh_from_db()
    assert commitment.text == typed


def test_door_of_the_admin_has_the_same_limit(client, admin_user):
    wear_out(client, "admin")
    typed = {"username": "admin", "password": "password"}
    assert TOO_MANY in text_of(client.post(reverse("admin:login"), typed))


# The address of who calls


def forged(number: int) -> dict:
    return {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}


def is_worn_out(client, calls) -> bool:
    """Whether eleven invented cards that come with these headers meet the limit of an address."""
    answers = [
        enter(client, f"lettre-canal-{number}", **headers) for number, headers in enumerate(calls)
    ]
    return TOO_MANY in text_of(answers[-1])


def test_forged_header_is_ignored_without_proxies(client, db):
    assert is_worn_out(client, [forged(number) for number in range(11)])


def test_right_hop_counts_behind_one_proxy(client, db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert not is_worn_out(client, [forged(number) for number in range(11)])
    invented = [
        {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}, 198.51.100.4"} for number in range(11)
    ]
    assert is_worn_out(client, invented)


@pytest.mark.parametrize("header", ["", "n’importe quoi", ",", "198.51.100.4,", "[", "::1:::"])
def test_header_that_is_no_address_counts_as_one(client, db, settings, header):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert is_worn_out(client, [{"HTTP_X_FORWARDED_FOR": header}] * 11)


def test_request_that_did_not_pass_all_proxies_counts_by_its_own_address(client, db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 3
    assert is_worn_out(client, [forged(number) for number in range(11)])


@pytest.mark.parametrize(("proxies", "warnings"), [(0, ["desescalade.W001"]), (1, [])])
def test_host_is_told_that_the_proxies_are_not_counted(settings, proxies, warnings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert [found.id for found in check_proxies()] == warnings


def test_request_without_any_address_is_served(client, alice):
    assert enter(client, passphrase="phrase de alice", REMOTE_ADDR="").status_code == 302


# New programmes


def test_assembly_starts_twenty_programmes_and_then_waits(db):
    def start(**how):
        return Client(**how).post("/programmes/nouveau/", {"commune": "26027", "consent": "on"})

    assert {start().status_code for _ in range(20)} == {302}
    refused = start()
    assert refused.status_code == 429
    assert "Attendez une heure, puis recommencez" in text_of(refused)
    assert Programme.objects.count() == 20
    assert start(REMOTE_ADDR="192.0.2.7").status_code == 302


def test_person_with_a_card_is_not_held_up(as_alice):
    for _ in range(21):
        answer = as_alice.post("/programmes/nouveau/", {"commune": "26027", "consent": "on"})
        assert answer.status_code == 302


# Files that are read without an account


def read(client, **data):
    return client.post(reverse("programmes:import-new"), data)


def wear_out_reading(client):
    assert {read(client, pasted="rien").status_code for _ in range(60)} == {200}


def test_sixty_files_are_read_in_an_hour_and_the_next_waits_with_what_was_pasted(client, db):
    wear_out_reading(client)
    refused = read(client, pasted="format: « à moi »\nsuite", upload="")
    assert refused.status_code == 429
    assert "Attendez une heure, puis recommencez" in text_of(refused)
    page = html.unescape(refused.content.decode())
    assert 'name="pasted" value="format: « à moi »\nsuite"' in page
    assert "Essayer encore" in page
    assert read(Client(REMOTE_ADDR="192.0.2.7"), pasted="rien").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desescalade_cache")  # an hour later
    assert read(client, pasted="rien").status_code == 200


def test_programme_that_was_shown_waits_in_the_page_too(client, db):
    wear_out_reading(client)
    refused = read(client, contenu="abc", commune="Barsac", envoi="une-page")
    assert refused.status_code == 429
    page = refused.content.decode()
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    sent = {name: fields[name] for name in ("contenu", "commune", "envoi")}
    assert sent == {"contenu": "abc", "commune": "Barsac", "envoi": "une-page"}
    assert page.count('name="csrfmiddlewaretoken"') == 1


def test_file_that_the_page_cannot_carry_is_chosen_again(client, db):
    wear_out_reading(client)
    refused = read(client, pasted="", upload=SimpleUploadedFile("programme.yaml", b"rien"))
    assert refused.status_code == 429
    assert "Choisir un fichier" in text_of(refused)
    assert "Essayer encore" not in text_of(refused)


def test_looking_at_the_form_is_never_refused_nor_a_person_with_a_card(client, alice):
    wear_out_reading(client)
    assert client.get(reverse("programmes:import-new")).status_code == 200
    client.force_login(alice)
    assert read(client, pasted="rien").status_code == 200


def test_settings_page_names_each_limit_with_its_numbers():
    text = (Path(settings.BASE_DIR) / "docs" / "reglages.md").read_text()
    table = text.partition("## Les limites")[2].partition("\n## ")[0]
    said = {
        name: [*map(int, re.findall(r"\d+", rest))]
        for name, rest in re.findall(r"^\| `(\w+)` :(.*)$", table, re.MULTILINE)
    }
    kept = {
        name: [int(limit.partition("/")[0]) for limit in limits.split(",")]
        for name, limits in settings.ACCOUNT_RATE_LIMITS.items()
    }
    assert said == kept
