"""« Emporter mes données »: all that is kept of a person, and nothing of anybody else."""

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
import time_machine
import yaml
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import actions, team
from programmes.enums import ContributionKind, Role
from programmes.exchange import complete_file, own_data
from programmes.models import Comment, Draft
from programmes.printing import kept
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk
from programmes.printing.prints import Made
from tests.conftest import FACTOR_SECRET
from tests.pages import plain, text_of
from tests.programmes.files import write

ADDRESS = "/compte/donnees/"
PLAN = "pcs-rupture-reseaux"


def files_of(user) -> dict[str, str]:
    with ZipFile(io.BytesIO(own_data.of(user))) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def account_of(user) -> dict:
    return yaml.safe_load(files_of(user)["compte.yaml"])


@pytest.fixture
def full(programme, alice, take):
    """A programme in which alice has written, and bob too."""
    (commitment,) = take(PLAN)
    programme.memberships.filter(user=alice).update(alias="Alice A.")
    programme.memberships.exclude(user=alice).update(alias="Bob B.")
    for alias, words in (("Alice A.", "Les mots d’alice."), ("Bob B.", "Les mots de bob.")):
        commitment.programme.author = alias
        write(commitment, text=words)
        Comment.objects.create(commitment=commitment, alias=alias, text=f"Avis : {words}")
    return programme


def test_archive_comes_by_a_button_of_the_page(as_alice, full):
    assert f'action="{ADDRESS}"' in as_alice.get("/compte/").content.decode()
    response = as_alice.post(ADDRESS)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == ('attachment; filename="mes-donnees-desescalade.zip"')
    assert "no-store" in response["Cache-Control"]
    assert ZipFile(io.BytesIO(response.content)).testzip() is None


def test_archive_is_for_who_is_logged_in_and_asks_for_it(client, as_alice):
    assert as_alice.get(ADDRESS).status_code == 405
    assert Client().post(ADDRESS).status_code == 401


def test_names_are_safe_and_in_order(alice, full):
    assert list(files_of(alice)) == [
        "LISEZMOI.txt",
        "compte.yaml",
        "programmes/01-barsac/programme-complet.yaml",
        "programmes/01-barsac/programme.md",
        "programmes/01-barsac/signe-par-vous.yaml",
    ]


def test_account_is_told_with_its_dates_and_places(as_alice, alice, full):
    get_user_model().objects.filter(pk=alice.pk).update(email="alice@exemple.fr")
    alice.refresh_from_db()
    Draft.objects.create(user=alice, path="/compte/", typed={"email": ["presque"]})
    told = account_of(alice)
    assert (told["identifiant"], told["courriel"]) == ("alice", "alice@exemple.fr")
    assert len(told["sessions_ouvertes_jusqu_au"]) == 1
    assert [(place["nom"], place["role"]) for place in told["equipes"]] == [
        ("Alice A.", "coordination")
    ]
    assert told["brouillons"][0]["ecrit"] == {"email": ["presque"]}


def test_signed_words_are_those_of_the_person_and_of_nobody_else(alice, bob, full):
    signed = files_of(alice)["programmes/01-barsac/signe-par-vous.yaml"]
    assert "Les mots d’alice." in signed
    assert "Avis : Les mots d’alice." in signed
    assert "Les mots de bob." not in signed
    assert "Les mots de bob." in files_of(bob)["programmes/01-barsac/signe-par-vous.yaml"]


@pytest.mark.parametrize("hours", [0, -3, 48])
def test_words_signed_with_this_name_before_the_person_came_are_not_hers(
    alice, charlie, full, hours
):
    """R31: whatever the clock said when each of them wrote."""
    jump = timedelta(hours=hours)
    with time_machine.travel(timezone.now() + jump, tick=False):
        sign(full, "Alice A.", "Les mots de la première.")
    invitation, _ = team.invite(full.memberships.get(user=alice), Role.WRITER, "Alice A.")
    team.accept(invitation, "Alice A.", charlie)
    with time_machine.travel(timezone.now() - jump, tick=False):
        sign(full, "Alice A.", "Les mots de la seconde.")
    signed = files_of(charlie)["programmes/01-barsac/signe-par-vous.yaml"]
    assert signed.count("Les mots de la première.") == 0
    assert signed.count("Les mots de la seconde.") == 2
    assert "Les mots d’alice." not in signed


def sign(programme, alias, words):
    commitment = programme.commitments.get()
    commitment.programme.author = alias
    write(commitment, text=words)
    Comment.objects.create(commitment=commitment, alias=alias, text=words)


def test_a_stranger_finds_nothing_of_the_team_and_the_team_nothing_of_the_stranger(
    alice, charlie, full, grenoble
):
    theirs, _, _ = actions.open_programme(grenoble, charlie)
    theirs.title = "Secret de Charlie"
    theirs.save()
    assert "Secret de Charlie" in "".join(files_of(charlie).values())
    assert "Secret de Charlie" not in "".join(files_of(alice).values())
    for mark in ("Les mots", "Alice A.", "alice", "Barsac"):
        assert mark not in "".join(files_of(charlie).values())


def test_no_secret_is_in_it(as_alice, alice, full):
    Authenticator.objects.create(
        user=alice, type=Authenticator.Type.TOTP, data={"secret": FACTOR_SECRET}
    )
    everything = "".join(files_of(alice).values())
    assert account_of(alice)["second_facteur"] != []
    secrets = [FACTOR_SECRET, alice.password, as_alice.session.session_key]
    assert [secret for secret in secrets if secret in everything] == []


def test_programme_file_comes_back_as_it_was(alice, full):
    content = files_of(alice)["programmes/01-barsac/programme-complet.yaml"]
    file = complete_file.read(content.encode())
    assert complete_file.dump(file).decode() == content
    assert [row.text for row in file.chapters[0].commitments] == ["Les mots de bob."]


def test_what_the_team_sent_to_the_catalogue_is_in_it(alice, full):
    contributions_of(full)
    assert "À Crest aussi" in files_of(alice)["programmes/01-barsac/envois.yaml"]


def contributions_of(programme):
    programme.contributions.create(
        kind=ContributionKind.EXAMPLE, measure_slug=PLAN, place="Crest", fact="À Crest aussi"
    )


def test_pdf_is_in_it_once_it_was_made(alice, full):
    name = "programmes/01-barsac/programme.pdf"
    assert name not in files_of(alice)
    kept.keep(Desk(full).order(FORMATS["programme-a4"]), Made(b"%PDF-1.7 kept", 1, (), ()))
    assert files_of(alice)[name] == "%PDF-1.7 kept"


def test_programme_in_the_bin_is_named_and_not_given(alice, full):
    full.drop()
    assert list(files_of(alice)) == ["LISEZMOI.txt", "compte.yaml"]
    assert account_of(alice)["equipes"][0]["corbeille"] is True


def test_what_is_unchanged_gives_the_same_bytes(alice, full):
    assert own_data.of(alice) == own_data.of(alice)


def test_empty_account_has_an_archive_too(charlie):
    assert list(files_of(charlie)) == ["LISEZMOI.txt", "compte.yaml"]


@pytest.mark.parametrize("typed", ["=1+1", "\x00\x1b[31m", "a: [", "- &x *x", "«  »\n\n\ttab"])
def test_hostile_words_stay_text_that_reads_again(alice, full, typed):
    kept_name = typed.replace("\x00", "")
    full.memberships.filter(user=alice).update(alias=kept_name)
    told = account_of(alice)["equipes"][0]["nom"]
    assert told == kept_name.replace("\x1b", "")


def test_too_many_programmes_for_one_request_are_counted(monkeypatch, alice, full, grenoble):
    monkeypatch.setattr(own_data, "MAX_PROGRAMMES", 1)
    actions.open_programme(grenoble, alice)
    files = files_of(alice)
    assert "Vous lisez aussi 1 autre programme" in plain(files["LISEZMOI.txt"])
    assert [name for name in files if "/02-" in name] == []


def test_archive_is_made_six_times_an_hour(as_alice, full):
    cache.clear()
    for _ in range(6):
        assert as_alice.post(ADDRESS)["Content-Type"] == "application/zip"
    response = as_alice.post(ADDRESS, follow=True)
    assert "Attendez une heure" in text_of(response)


# Queries


def counted(user) -> int:
    with CaptureQueriesContext(connection) as queries:
        own_data.of(user)
    return len(queries)


def test_queries_grow_with_the_programmes_by_the_same_number_each(alice, programme, grenoble, take):
    take(PLAN)
    actions.open_programme(grenoble, alice)
    two = counted(alice)
    actions.open_programme(grenoble, alice)
    three = counted(alice)
    actions.open_programme(grenoble, alice)
    assert counted(alice) - three == three - two


def test_queries_do_not_grow_with_what_is_written(alice, programme, take):
    take(PLAN)
    one = counted(alice)
    take("cartographie-dependances", "journee-hors-reseau")
    assert counted(alice) == one
