"""R6: a button pressed twice at the same moment, against a real server: one thing is made."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import lxml.html
import pytest

from .teams import Team, open_teams
from .visitors import Cut, Visitor

# What is made, the page with its form, and what is typed there.
MADE = {
    "programme": ("/programmes/nouveau/?commune=26027", {"consent": "on"}),
    "commitment": (
        "{programme}engagements/nouveau/",
        {"title": "Une fontaine", "text": "De l’eau.", "decided_by": "mayor", "horizon": "term"},
    ),
    "comment": ("{commitment}commentaires/", {"text": "Très bien."}),
    "invitation": ("{programme}equipe/", {"alias": "Dora", "role": "reader"}),
    "assembly": ("{programme}assemblees/", {"held_on": "2026-11-20"}),
    "edition": ("{programme}tirages/", {}),
    "merger": ("{programme}fusions/", {}),
    "copy": ("{programme}copier/", {"variant": "courte"}),
}
TABLE = {"copy": "programme"}


@pytest.fixture(scope="module")
def site(own_site):
    environment = own_site()
    return environment, f"{environment['DESESCALADE_DATA']}/desescalade.sqlite3"


def number(file: str, what: str) -> int:
    live = sqlite3.connect(file, timeout=20)
    try:
        table = f"programmes_{TABLE.get(what, what)}"
        return live.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        live.close()


def form_of(visitor: Visitor, address: str, typed: dict[str, str]) -> dict[str, str]:
    """The form of the page that makes the thing: it carries a key of its own."""
    page = lxml.html.fromstring(visitor.get(address).text)
    forms = [form for form in page.findall(".//main//form") if form.method == "POST"]
    keyed = [form for form in forms if "envoi" in form.fields]
    form = (keyed or [form for form in forms if not form.get("action")])[0]
    return {**{name: value.removeprefix("\n") for name, value in form.form_values()}, **typed}


def press_twice(visitor: Visitor, address: str, sent: dict[str, str]) -> list[int]:
    together = Barrier(2)

    def press(_) -> int:
        together.wait()
        try:
            return visitor.post(address, sent).status
        except Cut:
            return 0

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, range(2)))


def visitor_of(what: str, address: str, team: Team, place: int) -> Visitor:
    """New programmes are made by people without an access, each from elsewhere."""
    session = "" if what == "programme" else team.session
    return Visitor(address, session, {"x-forwarded-for": f"198.18.2.{place}"})


def test_button_pressed_twice_makes_one_thing(site, serve, rounds, figure):
    environment, file = site
    teams = open_teams(environment, rounds(2, 50))
    server = serve(environment)
    wrong = []
    for place, team in enumerate(teams):
        names = {"programme": f"/programmes/{team.programme}/", "commitment": team.commitment}
        for what, (pattern, typed) in MADE.items():
            address = pattern.format(**names)
            visitor = visitor_of(what, server.address, team, place)
            sent, before = form_of(visitor, address, typed), number(file, what)
            answers = press_twice(visitor, address, sent)
            made = number(file, what) - before
            if (made, answers) != (1, [302, 302]):
                wrong.append((what, made, answers))
    assert wrong == []
    figure(
        "R6",
        "objets faits par deux pressions au même instant, de chacun de "
        f"{len(MADE)} boutons × {len(teams)}",
        "1 chacun",
    )
