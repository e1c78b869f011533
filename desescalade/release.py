"""Which program this is: two processes with the same digest print the same bytes."""

import hashlib
from functools import cache

from django.conf import settings


@cache
def digest() -> str:
    """Digest of the whole program, its templates and its list of libraries, as they started.

    More than what a print is made from; a list of that would be forgotten one day.
    """
    digest = hashlib.sha256()
    rooms = [settings.BASE_DIR / room for room in ("desescalade", "proposals", "programmes")]
    files = [path for room in rooms for path in room.rglob("*.py")]
    files += (settings.BASE_DIR / "templates" / "print").rglob("*.html")
    for path in (settings.BASE_DIR / "requirements.txt", *sorted(files)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
