"""Settings as they come from the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from desescalade import environment

NAME = "DESESCALADE_EMAIL_URL"


@pytest.fixture
def mail(monkeypatch):
    def mail(value):
        monkeypatch.setenv(NAME, value)
        return environment.mail(NAME)

    return mail


def test_without_a_value_there_is_no_mail(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)
    assert environment.mail(NAME) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("smtp://u:p@courriel.exemple.fr:587/?tls=1&from=a@exemple.fr",
         ("courriel.exemple.fr", 587, "u", "p", True, False, "a@exemple.fr")),
        ("smtp://u%40exemple.fr:p%2F%3A%C3%A9@courriel.exemple.fr?tls=1",
         ("courriel.exemple.fr", 587, "u@exemple.fr", "p/:é", True, False, "u@exemple.fr")),
        ("smtps://u:p@courriel.exemple.fr/",
         ("courriel.exemple.fr", 465, "u", "p", False, True,
          "desescalade@courriel.exemple.fr")),
        ("smtp://localhost", ("localhost", 25, "", "", False, False, "desescalade@localhost")),
        ("smtp://[::1]:2525/", ("::1", 2525, "", "", False, False, "desescalade@localhost")),
    ],
)  # fmt: skip
def test_address_of_a_mail_server_is_read(mail, value, expected):
    found = mail(value)
    assert (
        found.host, found.port, found.user, found.password, found.starts_tls, found.is_tls,
        found.sender,
    ) == expected  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        "courriel.commune.fr", "http://exemple.fr", "smtp:///x", "smtp://h:99999", "smtp://h:port",
        "smtp://u:secret/mot@h", "smtp://h/?tls=oui", "smtp://h/?ssl=1", "smtp://h/chemin",
        "smtp://h/?from=personne", "smtp://h/?from=a@h%0ABcc:b@h", "smtp://h/#x", "smtp://h/?x",
    ],
)  # fmt: skip
def test_value_that_is_not_understood_stops_the_start_without_telling_the_password(mail, value):
    with pytest.raises(ImproperlyConfigured) as caught:
        mail(value)
    assert NAME in str(caught.value)
    assert value not in str(caught.value)
    assert caught.value.__suppress_context__ is True


@pytest.mark.parametrize("value", ["-1", "un", "1.5", "²", "9" * 10])
def test_number_is_written_in_digits(monkeypatch, value):
    monkeypatch.setenv("DESESCALADE_PROXIES", value)
    with pytest.raises(ImproperlyConfigured, match="DESESCALADE_PROXIES"):
        environment.number("DESESCALADE_PROXIES", 0)


@pytest.mark.parametrize("value", ["0", "17"])
def test_number_out_of_its_bounds_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("DESESCALADE_WORKERS", value)
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.number("DESESCALADE_WORKERS", 2, least=1, most=16)
    assert str(caught.value) == f"DESESCALADE_WORKERS vaut '{value}' ; écrire un nombre de 1 à 16."


def test_number_at_its_bounds_is_taken(monkeypatch):
    monkeypatch.setenv("DESESCALADE_WORKERS", "16")
    assert environment.number("DESESCALADE_WORKERS", 2, least=1, most=16) == 16
