"""R20: the server is stopped, or told to read its settings again, under requests."""

import http.client
import signal
import threading
import time
from urllib.parse import urlencode

import pytest

from .teams import kept_texts, open_teams
from .visitors import PROOF, Cut, Refused, Visitor, Writer, form

WRITERS, READERS = 4, 2
# What gunicorn.conf.py leaves to requests under way, and some seconds to go.
STOPPED_IN = 35


class Asking(threading.Thread):
    """Asks again and again until told to stop, or until nobody listens any more."""

    def __init__(self, ask) -> None:
        super().__init__(daemon=True)
        self.ask, self.stop = ask, threading.Event()
        self.answered, self.refused, self.cut, self.wrong = 0, 0, 0, []
        self.began = 0.0

    def run(self) -> None:
        while not self.stop.is_set():
            self.began = time.monotonic()
            try:
                answer = self.ask()
            except Refused:
                self.refused += 1
                return
            except Cut:
                self.cut += 1
                return
            self.answered += 1
            if answer.status not in (200, 302):
                self.wrong.append(answer.status)


def answered(asking: list[Asking]) -> int:
    return sum(thread.answered for thread in asking)


def wait_for(asking: list[Asking], more: int) -> None:
    enough, moment = answered(asking) + more, threading.Event()
    while answered(asking) < enough and any(thread.is_alive() for thread in asking):
        moment.wait(0.005)


@pytest.fixture
def busy(own_site, serve):
    """A server that writers and readers keep busy; the environment, the server, and who asks."""
    environment = own_site()
    teams = open_teams(environment, WRITERS)
    server = serve(environment)
    writers = [Writer(server.address, team, f"{n}") for n, team in enumerate(teams)]
    reader = Visitor(server.address)
    asking = [Asking(writer.save) for writer in writers]
    asking += [Asking(lambda: reader.get("/mesures/")) for _ in range(READERS)]
    for thread in asking:
        thread.start()
    yield environment, server, asking, writers
    for thread in asking:
        thread.stop.set()
        thread.join(60)


def test_no_request_is_cut_when_the_settings_are_read_again(busy, rounds, figure):
    environment, server, asking, writers = busy
    times = rounds(2, 20)
    for _ in range(times):
        wait_for(asking, rounds(60, 200))
        server.process.send_signal(signal.SIGHUP)
    wait_for(asking, rounds(60, 200))
    for thread in asking:
        thread.stop.set()
        thread.join(60)
    assert [(t.cut, t.refused, t.wrong) for t in asking] == [(0, 0, [])] * len(asking)
    saved = {text for writer in writers for text in writer.acknowledged}
    assert saved <= kept_texts(environment)
    figure(
        "R20",
        f"demandes coupées ou en erreur, serveur rechargé {times} fois",
        f"0 sur {answered(asking)}",
    )


def test_requests_under_way_are_answered_when_the_server_stops(busy, rounds, figure):
    environment, server, asking, writers = busy
    wait_for(asking, rounds(60, 200))
    began = time.monotonic()
    server.process.terminate()
    server.process.wait(STOPPED_IN)
    seconds = time.monotonic() - began
    for thread in asking:
        thread.join(60)
    # Who came after the signal is refused, or in the last instant of the open door cut.
    assert [t.wrong for t in asking if t.wrong or t.began < began] == []
    assert sum(t.refused + t.cut for t in asking) == len(asking)
    saved = {text for writer in writers for text in writer.acknowledged}
    assert saved <= kept_texts(environment)
    figure(
        "R20",
        "demandes coupées à l’arrêt du serveur, et durée de l’arrêt",
        f"0 sur {answered(asking)}, {seconds:.1f} s".replace(".", ","),
    )


def test_save_that_is_half_sent_when_the_server_stops_is_acknowledged(own_site, serve):
    environment = own_site()
    (team,) = open_teams(environment, 1)
    server = serve(environment)
    writer = Writer(server.address, team, "0")
    writer.open()
    body = urlencode({"csrfmiddlewaretoken": PROOF, **form("Un texte en chemin.", writer.version)})
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    line.putrequest("POST", team.commitment)
    for name, value in {
        "cookie": f"csrftoken={PROOF}; sessionid={team.session}",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
    }.items():
        line.putheader(name, value)
    line.endheaders(body[:40].encode())
    # Answered by another thread: the half form has been let in before.
    assert writer.visitor.get("/sante/vivant").status == 200
    server.process.terminate()
    assert is_soon_refused(writer.visitor)
    line.send(body[40:].encode())
    assert line.getresponse().status == 302
    line.close()
    server.process.wait(STOPPED_IN)
    assert "Un texte en chemin." in kept_texts(environment)


def is_soon_refused(visitor: Visitor) -> bool:
    """Whether nobody new is let in; whoever still was has been answered."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        try:
            assert visitor.get("/sante/vivant").status == 200
        except Refused:
            return True
    return False
