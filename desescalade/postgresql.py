"""What a PostgreSQL database needs to serve the site."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

# A thread keeps its connection this long. Two processes of 32 threads, and one more connection
# each for what is due, stay under the 100 that PostgreSQL accepts by default
# (deploy/gunicorn.conf.py).
KEPT_SECONDS = 60
# A server that does not answer is told of, rather than waited for.
CONNECT_SECONDS = 10

_SHAPE = "écrire postgres://utilisateur:mot-de-passe@serveur:5432/base"


def configuration(url: str) -> dict[str, Any]:
    """The entry of DATABASES for an address such as postgres://user:password@host:port/name.

    libpq itself reads the address, so all that it knows works: sockets (?host=/run/postgresql),
    several hosts, ?sslmode=verify-full. Raises ImproperlyConfigured when the address is
    malformed or psycopg is not installed, and never repeats the address: it holds a password.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            f"DATABASE_URL n’est pas l’adresse d’une base PostgreSQL ; {_SHAPE}."
        )
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ImproperlyConfigured(
            "DATABASE_URL demande le paquet psycopg, qui n’est pas installé ; lancer"
            " « make install » avec DATABASE_URL, ou retirer DATABASE_URL pour la base SQLite."
        ) from None
    try:
        parts = conninfo_to_dict(url)
        ports = [int(port) for port in str(parts.get("port", "")).split(",") if port]
        is_sound = all(0 < port < 65536 for port in ports) and "@" not in parts.get("host", "")
    except (psycopg.Error, ValueError):
        is_sound = False
    if not is_sound:
        # A password with one of these signs is what most often spoils an address.
        raise ImproperlyConfigured(
            f"DATABASE_URL est mal écrite ; {_SHAPE}. Dans un mot de passe, les signes"
            " @ : / ? # % s’écrivent %40 %3A %2F %3F %23 %25."
        )
    return _entry(parts)


def _entry(parts: dict[str, Any]) -> dict[str, Any]:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    known = {name: parts.pop(part, "") for name, part in names.items()}
    if not known["NAME"]:
        raise ImproperlyConfigured(f"DATABASE_URL ne nomme pas de base ; {_SHAPE}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        **known,
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, **parts},
    }
