"""`python -m tests.sitemap.seeded` fills an empty site; says its pages and sessions in JSON.

In a process of its own, on the database that the environment names: the server of a browser
then shows it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from tests.serving import ROOT, Server, free_port

from . import Place


@dataclass(frozen=True)
class Served:
    """A site in use at an address; a session for each person who has one.

    `faults` are pages that it does not show while it is well, as HTML, by what would be wrong.
    """

    address: str
    places: list[Place]
    sessions: dict[str, str]
    faults: dict[str, str]


@contextmanager
def served(environment: dict[str, str]) -> Iterator[Served]:
    """Serves a site in use, made of what `tests.serving.prepare` has made."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.sitemap.seeded"],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    site = json.loads(said.stdout)
    server = Server(environment, free_port())
    server.start()
    try:
        places = [Place(**row) for row in site["places"]]
        yield Served(server.address, places, site["sessions"], site["faults"])
    finally:
        server.stop()


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    django.setup()
    from .faults import faults
    from .listing import places
    from .seeding import open_programme, seed
    from .visiting import Visitors

    site = seed(open_programme())
    listed = places(site)
    visitors = Visitors()
    sessions = {who: visitors.of(who).cookies["sessionid"].value for who in ("alice", "bob")}
    said = {
        "places": [asdict(place) for place in listed],
        "sessions": sessions,
        "faults": {state: page.content.decode() for state, page in faults(site).items()},
    }
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
