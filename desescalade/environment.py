"""Settings read from the environment; a wrong value stops the start with its name."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """Raises ImproperlyConfigured unless the value is 0 or 1."""
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} vaut {value!r} ; écrire 0 ou 1.")
    return value == "1"


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret_key(data_dir: Path) -> str:
    """The key of this installation, made once and kept in the data directory.

    Two processes may start at the same time: the first to create the file wins, the other
    reads it.
    """
    if given := text("DESESCALADE_SECRET_KEY"):
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
