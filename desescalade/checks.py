"""System checks: what has to be true before the site may serve."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import connections

from . import sqlite

WANTED = {"synchronous": "2", "foreign_keys": "1", "busy_timeout": str(sqlite.BUSY_SECONDS * 1000)}


@register(Tags.database)
def check_sqlite(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Asks the live connection, because Django ignores misplaced options without a word."""
    found = []
    for alias in databases or []:
        if connections[alias].vendor == "sqlite":
            found += [
                Error(
                    f"La base SQLite « {alias} » a {name} = {value} au lieu de {wanted}.",
                    hint="Reprendre la configuration de desescalade/sqlite.py.",
                    id="desescalade.E001",
                )
                for name, value, wanted in differences(alias)
            ]
    return found


@register(Tags.database)
def check_postgresql(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A cluster made where no language is set has an encoding that lacks the French quotes."""
    return [
        Error(
            f"La base PostgreSQL « {alias} » est codée en {found} au lieu de UTF8.",
            hint="La créer à nouveau : createdb --template=template0 --encoding=UTF8 NOM.",
            id="desescalade.E002",
        )
        for alias in databases or []
        if connections[alias].vendor == "postgresql" and (found := encoding(alias)) != "UTF8"
    ]


def encoding(alias: str) -> str:
    """The encoding of a live PostgreSQL database."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        return cursor.fetchone()[0]


@register(Tags.security)
def check_proxies(**kwargs: Any) -> list[CheckMessage]:
    """Behind an uncounted proxy everybody has its address, and one person locks out all."""
    if not settings.SECURE_PROXY_SSL_HEADER or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [
        Advice(
            "DESESCALADE_BEHIND_PROXY vaut 1, mais DESESCALADE_PROXIES vaut 0 : tout le monde"
            " semble venir de la même adresse, et les essais refusés d’une personne bloquent les"
            " autres.",
            hint="Écrire combien de serveurs mandataires se suivent devant le site, d’ordinaire 1.",
            id="desescalade.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_legal_notice(**kwargs: Any) -> list[CheckMessage]:
    """The law of 21 June 2004 wants these facts on a public site; only its host knows them."""
    if not (missing := settings.LEGAL_NOTICE.missing):
        return []
    return [
        Advice(
            "/mentions-legales/ et /confidentialite/ ne disent pas encore qui tient ce site :"
            f" il manque {', '.join(missing)}.",
            hint="Voir « Ce que vous devez remplir » dans docs/reglages.md.",
            id="desescalade.W002",
        )
    ]


def differences(alias: str) -> list[tuple[str, str, str]]:
    """The settings of a live SQLite connection that are not as wanted: name, value, wanted."""
    connection = connections[alias]
    wanted = dict(WANTED)
    if not connection.is_in_memory_db():
        wanted["journal_mode"] = sqlite.journal_mode()
    with connection.cursor() as cursor:
        live = {name: str(cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in wanted}
    live["transaction_mode"] = str(connection.transaction_mode)
    wanted["transaction_mode"] = "IMMEDIATE"
    return [(name, live[name], value) for name, value in wanted.items() if live[name] != value]
