"""One site on three machines, behind nginx: what one of them knows, all know."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from desescalade.throttling import TOO_MANY_LOGINS
from programmes.printing.queued import NOBODY_WORKS
from tests.deploy import needs
from tests.postgres import NoPostgresql

from . import machines
from .teams import PASSPHRASE, all_texts
from .test_killed import Saving, acknowledged, lost

pytestmark = needs("nginx")
ALL = {0, 1, 2}
NO_WORKER = "attention\u00a0: rien ne suit la file des travaux"
ENOUGH = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    try:
        with machines.three_machines(tmp_path_factory.mktemp("machines")) as site:
            yield site
    except NoPostgresql as reason:
        pytest.fail(str(reason), pytrace=False)


def until(reached):
    """What it gives as soon as it gives something."""
    moment = threading.Event()
    for _ in range(ENOUGH * 10):
        if found := reached():
            return found
        moment.wait(0.1)
    raise TimeoutError


def test_session_opened_through_one_machine_is_good_on_all(site):
    team = site.teams[0]
    card = {"identifier": team.identifier, "passphrase": PASSPHRASE}
    opened = site.visitor().post("/connexion/", card)
    (cookie,) = (each for each in opened.headers.get_all("Set-Cookie") if "sessionid" in each)
    visitor = site.visitor(cookie.partition("=")[2].partition(";")[0])
    pages = [visitor.get(team.commitment) for _ in range(6)]
    assert [page.status for page in pages] == [200] * 6
    assert site.who(*pages) == ALL


def test_two_people_who_save_through_different_machines_lose_nothing(site):
    team = site.teams[1]
    first, second = site.writer(team, "Dora"), site.writer(team, "Emma", team.colleague)
    first.open()
    second.open()
    saved, told = first.save("Un banc rouge."), second.save("Un banc bleu.")
    assert (saved.status, told.status, len(site.who(saved, told))) == (302, 409, 2)
    # What differs is marked within the sentence.
    assert [word in told.text for word in ("rouge", "bleu")] == [True, True]

    def save_ten(writer):
        return [writer.save(f"{writer.name} {n}") for n in range(10)]

    with ThreadPoolExecutor(2) as pool:
        answers = [each for some in pool.map(save_ten, [first, second]) for each in some]
    assert {answer.status for answer in answers} <= {302, 409}
    assert site.who(*answers) == ALL
    kept = Counter(all_texts(site.machines[0].environment))
    told = first.acknowledged + second.acknowledged
    assert [kept[text] for text in told] == [1] * len(told)


def test_print_is_made_once_and_every_machine_serves_the_same(site):
    team = site.teams[2]
    address = f"/programmes/{team.programme}/imprimer/affiche-a3/ecran.pdf"
    visitor = site.visitor(team.session)

    def printed(_):
        return until(lambda: (answer := visitor.get(address)).status != 202 and answer)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(printed, range(3)))
    served = [visitor.get(address) for _ in range(3)]
    assert site.who(*served) == ALL
    assert {answer.content[:5] for answer in served} == {b"%PDF-"}
    assert len({answer.content for answer in served}) == 1
    assert site.times_begun() == [1]


def test_tries_are_counted_over_all_machines_whatever_address_is_pretended(site):
    def attempt(number):
        forged = {"x-forwarded-for": f"203.0.113.{number}", "x-real-ip": f"203.0.113.{number}"}
        visitor = site.visitor(headers=forged, place="127.0.0.9")
        sent = {"identifier": f"lettre-canal-{number}", "passphrase": "un deux"}
        return visitor.post("/connexion/", sent)

    answers = [attempt(number) for number in range(12)]
    assert [TOO_MANY_LOGINS in answer.text for answer in answers] == [False] * 10 + [True] * 2
    assert site.who(*answers) == ALL


def test_release_published_on_one_machine_is_seen_at_once_on_all(site):
    def read():
        return [site.visitor().get("/mesures/ouvrir/") for _ in range(3)]

    # Twice: what a machine keeps of a page is what it has shown before.
    before = read() + read()
    assert [answer.text.count("Ouvrir le guichet") > 0 for answer in before] == [True] * 6
    site.publish(0, "Ouvrir le guichet", "Garder le guichet ouvert")
    after = read()
    assert ["Garder le guichet ouvert" in answer.text for answer in after] == [True] * 3
    assert ["Ouvrir le guichet" in answer.text for answer in after] == [False] * 3
    assert site.who(*before) == site.who(*after) == ALL


def test_without_workers_pages_say_so_and_a_new_worker_takes_up(site):
    team = site.teams[3]
    place = f"/programmes/{team.programme}/imprimer/"
    visitor = site.visitor(team.session)
    site.kill_workers()
    # It begins to print what is likely asked for next.
    assert visitor.get(place).status == 200
    site.two_minutes_pass()
    told = [visitor.get(f"{place}programme-a4/ecran.pdf") for _ in range(3)]
    assert [(answer.status, NOBODY_WORKS in answer.text) for answer in told] == [(503, True)] * 3
    ready = [site.visitor().get("/sante/pret") for _ in range(3)]
    assert [(answer.status, NO_WORKER in answer.text) for answer in ready] == [(200, True)] * 3
    # nginx has not taken the three sentences for three machines that fail.
    assert site.who(*told) == site.who(*ready) == ALL
    site.work(2)
    until(lambda: NO_WORKER not in site.visitor().get("/sante/pret").text)
    made = until(
        lambda: (answer := visitor.get(f"{place}programme-a4/ecran.pdf")).status != 202 and answer
    )
    assert (made.status, made.content[:5]) == (200, b"%PDF-")
    # Told to stop, as by systemd.
    site.workers[0].terminate()
    assert site.workers[0].wait(ENOUGH) == 0


class Attempts(Saving):
    """Never tries the same text twice: sent to two machines, it would be saved twice."""

    def __init__(self, writer):
        super().__init__(writer)
        save, self.tried = writer.save, 0
        writer.save = lambda: save(self.next())

    def next(self):
        self.tried += 1
        return f"Essai {self.tried} de {self.writer.name}."


# Last: nginx leaves a machine that failed alone for ten seconds.
def test_machine_killed_during_saves_loses_nothing_and_the_others_go_on(site, rounds, figure):
    writing = [Attempts(site.writer(team, f"{n}")) for n, team in enumerate(site.teams[4:])]
    reading = site.visitor()
    for thread in writing:
        thread.start()
    until(lambda: acknowledged(writing) >= 20)
    site.machines[2].kill()
    at_death = acknowledged(writing)
    pages = [reading.get("/propositions/") for _ in range(10)]
    until(lambda: acknowledged(writing) >= at_death + rounds(20, 500))
    for thread in writing:
        thread.stop.set()
        thread.join(ENOUGH)
    assert [page.status for page in pages] == [200] * 10
    assert site.who(*pages) == {0, 1}
    environment = site.machines[0].environment
    assert lost(environment, writing) == []
    again = [text for text, times in Counter(all_texts(environment)).items()
             if text.startswith("Essai") and times > 1]  # fmt: skip
    assert again == []
    # Told of at most once by each: whose form was under way.
    assert [thread.unexpected for thread in writing if thread.unexpected not in ([], [503])] == []
    assert sum(thread.cut for thread in writing) == 0
    figure(
        "R1",
        "enregistrements perdus, et faits deux fois, une machine sur trois tuée",
        f"0 sur {acknowledged(writing)}, 0",
    )
