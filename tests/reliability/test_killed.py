"""R1: the server is killed while teams save. What it said is saved is saved."""

import random
import sqlite3
import threading

import pytest

from tests import postgres
from tests.serving import Server, free_port, prepare

from .teams import kept_texts, open_teams
from .visitors import Cut, Writer

WRITERS = 4


class Saving(threading.Thread):
    """A writer who goes on, whatever happens to the server, until told to stop."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(daemon=True)
        self.writer, self.stop = writer, threading.Event()
        self.unexpected: list[int] = []
        self.cut = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                status = self.writer.save().status
            except Cut:
                self.cut += 1
                self.stop.wait(0.02)
                continue
            if status != 302:
                self.unexpected.append(status)


def kill_during_saves(server: Server, environment, kills: int, saves: int, check) -> list[Saving]:
    """Kills the server `kills` times, each after that many saves; the writers as they ended."""
    draw = random.Random(1)
    teams = open_teams(environment, WRITERS)
    server.start()
    writing = [Saving(Writer(server.address, team, f"{n}")) for n, team in enumerate(teams)]
    for thread in writing:
        thread.start()
    moment = threading.Event()
    for _ in range(kills):
        enough = acknowledged(writing) + saves
        while acknowledged(writing) < enough:
            moment.wait(0.005)
        moment.wait(draw.uniform(0, 0.15))
        server.kill()
        check()
        server.start()
    for thread in writing:
        thread.stop.set()
        thread.join(60)
    return writing


def acknowledged(writing: list[Saving]) -> int:
    return sum(len(thread.writer.acknowledged) for thread in writing)


def lost(environment, writing: list[Saving]) -> list[str]:
    kept = kept_texts(environment)
    return [text for thread in writing for text in thread.writer.acknowledged if text not in kept]


def test_no_acknowledged_save_is_lost_when_the_server_is_killed(own_site, rounds, figure):
    environment = own_site()
    server = Server(environment, free_port())
    file = f"{environment['DESESCALADE_DATA']}/desescalade.sqlite3"
    found = []

    def check() -> None:
        live = sqlite3.connect(file)
        found.append(live.execute("PRAGMA quick_check").fetchone()[0])
        live.close()

    kills = rounds(3, 40)
    try:
        writing = kill_during_saves(server, environment, kills, rounds(20, 200), check)
    finally:
        server.kill()
    assert lost(environment, writing) == []
    assert found == ["ok"] * kills
    assert [thread.unexpected for thread in writing] == [[]] * WRITERS
    figure(
        "R1",
        f"enregistrements perdus, base SQLite abîmée, serveur tué {kills} fois",
        f"0 sur {acknowledged(writing)}, 0",
    )


def test_no_acknowledged_save_is_lost_on_postgresql(pytestconfig, tmp_path, rounds, figure):
    if not pytestconfig.getoption("long"):
        pytest.skip("tried at length only")
    kills = 40
    with postgres.server() as url:
        environment = prepare(tmp_path, DATABASE_URL=url)
        server = Server(environment, free_port())
        try:
            writing = kill_during_saves(server, environment, kills, 200, lambda: None)
        finally:
            server.kill()
        assert lost(environment, writing) == []
    assert [thread.unexpected for thread in writing] == [[]] * WRITERS
    figure(
        "R1",
        f"enregistrements perdus sur PostgreSQL, serveur du site tué {kills} fois",
        f"0 sur {acknowledged(writing)}",
    )
