"""Settings read from the environment; a wrong value stops the start with its name."""

import contextlib
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

# Of a key that is given: letters at least, and different ones among them.
MIN_KEY, MIN_SIGNS = 32, 12
# gunicorn starts a worker that ended with another code again and again, systemd the whole site.
BOOT_ERROR = 3
# What the site writes, the database first of all, says who stands on which list.
UMASK = 0o077


def command(words: str) -> str:
    """A command of manage.py as whoever reads a message has to type it.

    An installed site runs them as its own account, with its own settings (deploy/desescalade):
    typed as root without these, they would make and fill another base.
    """
    return f"{os.environ.get('DESESCALADE_COMMAND', '.venv/bin/python manage.py')} {words}"


def refuse(reasons: Iterable[str], code: int = BOOT_ERROR) -> NoReturn:
    """Ends the process with this code, and the reasons alone on standard error."""
    sys.stderr.write("".join(f"Le site ne démarre pas\u00a0: {reason}\n" for reason in reasons))
    sys.stderr.flush()
    raise SystemExit(code)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """A wrong setting within is a refusal to start: its reason, and no traceback that buries it."""
    try:
        yield
    except ImproperlyConfigured as wrong:
        refuse([str(wrong)])


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """Raises ImproperlyConfigured unless the value is 0 or 1."""
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} vaut {value!r} ; écrire 0 ou 1.")
    return value == "1"


def number(name: str, default: int, *, least: int = 0, most: int = 999_999_999) -> int:
    """Raises ImproperlyConfigured unless the value is written in digits, and within bounds."""
    value = text(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", value):
        raise ImproperlyConfigured(f"{name} vaut {value!r} ; écrire un nombre en chiffres.")
    if not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} vaut {value!r} ; écrire un nombre de {least} à {most}.")
    return int(value)


def choice(name: str, choices: Sequence[str]) -> str:
    """One of the choices, the first where nothing is given. Raises ImproperlyConfigured."""
    value = text(name, choices[0])
    if value not in choices:
        known = " ou ".join([", ".join(choices[:-1]), choices[-1]])
        raise ImproperlyConfigured(f"{name} vaut {value!r} ; écrire {known}.")
    return value


def directory(name: str, default: Path) -> Path:
    """A directory that can be written to, made if need be, and then closed to others.

    One that was there keeps its mode: it may hold more than ours. Raises ImproperlyConfigured.
    """
    path = Path(text(name) or default).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_writable = os.access(path, os.W_OK | os.X_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        raise ImproperlyConfigured(
            f"{name} : on ne peut pas écrire dans {path}. Donner ce répertoire à l’utilisateur qui"
            " fait tourner le site, ou en nommer un autre."
        )
    return path


def contact(name: str) -> str:
    """What a link leads to: `mailto:…`, a page of https, or nothing.

    Raises ImproperlyConfigured for anything else.
    """
    value = text(name)
    if not value or (value.startswith("https://") and urlsplit(value).hostname):
        return value
    try:
        validate_email(value)
    except ValidationError:
        raise ImproperlyConfigured(
            f"{name} vaut {value!r} ; écrire une adresse de courriel, ou celle d’une page en https."
        ) from None
    return f"mailto:{value}"


def page(name: str) -> str:
    """The address of a page, or nothing. Raises ImproperlyConfigured for anything else."""
    value = text(name)
    if value and not (value.startswith(("https://", "http://")) and urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} vaut {value!r} ; écrire une adresse en https://.")
    return value


@dataclass(frozen=True)
class LegalNotice:
    """Who keeps this site, in the host's own words; empty where nobody has said it yet.

    The first five are what the law of 21 June 2004 wants on a site (article 1-1; before 2024,
    article 6 III). `privacy`, who answers about personal data, is a link as `contact` makes it.
    """

    name: str = ""
    address: str = ""
    phone: str = ""
    director: str = ""
    server: str = ""
    privacy: str = ""

    @property
    def privacy_in_words(self) -> str:
        return self.privacy.removeprefix("mailto:")

    @property
    def is_empty(self) -> bool:
        return self == LegalNotice()

    @property
    def missing(self) -> list[str]:
        """The settings that the host has still to fill in."""
        given = asdict(self)
        return [f"DESESCALADE_LEGAL_{name.upper()}" for name in given if not given[name]]


def legal_notice(name: str, privacy: str) -> LegalNotice:
    """The settings that begin with this name. `privacy` is for a host who names nobody else.

    Raises ImproperlyConfigured.
    """
    said = ("name", "address", "phone", "director", "server")
    return LegalNotice(
        **{each: text(f"{name}_{each.upper()}") for each in said},
        privacy=contact(f"{name}_PRIVACY") or privacy,
    )


@dataclass(frozen=True)
class Mail:
    """How to reach the mail server. `starts_tls`: in clear first, as on port 587."""

    host: str
    port: int
    user: str
    password: str
    starts_tls: bool
    is_tls: bool
    sender: str


def mail(name: str) -> Mail | None:
    """The server of « smtp://user:pass@host:587/?tls=1&from=site@host », or « smtps:// »; or None.

    Special signs of the password are percent-encoded. Without `from`, mails come from the user
    if that is an address, else from « desescalade@host ». Raises ImproperlyConfigured, without
    the value: it holds a password.
    """
    if not (value := text(name)):
        return None
    try:
        return _mail(value)
    except (ValueError, ValidationError):
        raise ImproperlyConfigured(
            f"{name} n’est pas compris ; écrire par exemple"
            " smtp://nom:motdepasse@courriel.exemple.fr:587/?tls=1&from=site@exemple.fr"
        ) from None


def _mail(value: str) -> Mail:
    url = urlsplit(value)
    options = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    tls = options.pop("tls", "0")
    user, password = unquote(url.username or ""), unquote(url.password or "")
    # A number is no name that mail can come from.
    name = url.hostname if re.search("[g-z]", url.hostname or "") else "localhost"
    sender = options.pop("from", user if "@" in user else f"desescalade@{name}")
    is_known = url.scheme in {"smtp", "smtps"} and tls in {"0", "1"} and url.path in {"", "/"}
    if not (is_known and url.hostname) or options or url.fragment:
        raise ValueError("not the address of a mail server")
    # A server on this machine has no dot in its name, which is no fault.
    validate_email(sender if "." in sender.partition("@")[2] else f"{sender}.exemple.fr")
    is_tls = url.scheme == "smtps"
    port = url.port or (465 if is_tls else 587 if tls == "1" else 25)
    return Mail(url.hostname, port, user, password, tls == "1" and not is_tls, is_tls, sender)


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret_key(data_dir: Path) -> str:
    """The key of this installation, made once and kept in the data directory.

    Two processes may start at the same time: the first to create the file wins, the other
    reads it. Raises ImproperlyConfigured when one is given that could be guessed.
    """
    if given := text("DESESCALADE_SECRET_KEY"):
        if len(given) < MIN_KEY or len(set(given)) < MIN_SIGNS or "insecure" in given:
            raise ImproperlyConfigured(
                "DESESCALADE_SECRET_KEY est trop simple : elle signe les sessions. Ne pas la donner"
                " suffit sur une machine ; sinon, en tirer une : "
                + "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
            )
        return given
    path = data_dir / "secret_key"
    if not path.exists() or not path.read_text():
        path.unlink(missing_ok=True)
        _write_key(path)
    return path.read_text()


def _write_key(path: Path) -> None:
    """Written beside and linked: whoever reads finds a whole key, or none yet."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    os.unlink(name)
