"""Prints and mails where the site has a queue; tests/reliability has the processes that do them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from desescalade import health, release, starting
from desescalade.jobs import queue, worker
from desescalade.jobs.models import Worker
from programmes.enums import Output
from programmes.models import Programme
from programmes.printing import background, kept, prints, queued, written
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk
from programmes.printing.prints import Print, PrintFailed

POSTER = FORMATS["affiche-a3"]


@pytest.fixture(autouse=True)
def with_queue(settings, db):
    settings.HAS_QUEUE = True


@pytest.fixture
def order(small):
    return Print.checked(small, POSTER)


def work():
    """As a worker does it, in this process; whether there was anything to do."""
    queue.beat("somebody")
    if (row := queue.claim("somebody")) is None:
        return False
    worker._do(row)()
    return True


def age(seconds):
    """All jobs were asked for, and failed, so long ago."""
    past = timedelta(seconds=seconds)
    DBTaskResult.objects.update(
        enqueued_at=F("enqueued_at") - past, finished_at=F("finished_at") - past
    )


def failure(order):
    with pytest.raises(PrintFailed) as told:
        background.wait(order, 0)
    return str(told.value)


@pytest.mark.parametrize("output", Output)
@pytest.mark.parametrize("slug", FORMATS)
def test_order_is_read_back_as_it_was_written(varied, slug, output):
    order = Desk(varied).order(FORMATS[slug], output)
    read = written.read(written.write(order))
    assert (read, read.logo) == (order, order.logo)
    assert read.path == order.path


def test_order_of_an_edition_keeps_its_stamp_and_its_logo(small):
    order = replace(Print.checked(small, POSTER), logo=b"\x89PNG\r\n\x1a\n\xff")
    assert order.document.stamp is not None
    assert written.read(written.write(order)).path == order.path


def test_print_is_asked_for_once_made_elsewhere_and_the_same_as_here(order):
    here = prints.make(order)
    for _ in range(3):
        assert background.wait(order, 0) is None
    assert DBTaskResult.objects.count() == 1
    assert work()
    assert background.wait(order, 0) == here
    # Nothing is left of it but the kept print.
    assert DBTaskResult.objects.count() == 0
    background.begin(order)
    assert DBTaskResult.objects.count() == 0


def test_hopeless_print_is_told_leaves_no_word_and_holds_nobody_up(small, order, monkeypatch):
    (chapter,) = small.chapters
    (row,) = chapter.commitments
    chapter = replace(chapter, commitments=(replace(row, text="mot " * 24_000),))
    document = replace(small, chapters=(chapter,))
    hopeless = Print.checked(document, FORMATS["programme-a4"])
    monkeypatch.setattr(prints, "SECONDS", 0.5)
    monkeypatch.setattr(prints, "SECONDS_PER_PIECE", 0.5)
    background.begin(hopeless)
    work()
    monkeypatch.undo()
    background.begin(order)
    assert failure(hopeless).startswith("La mise en page a été arrêtée au bout de")
    assert DBTaskResult.objects.get(status="FAILED").args_kwargs["kwargs"] == {}
    work()
    assert background.wait(order, 0).page_count == 1
    # A minute later it is tried again.
    age(queue.FAILURE_HOLDS + 1)
    assert background.wait(hopeless, 0) is None
    assert DBTaskResult.objects.get().status == "READY"


def test_where_nobody_works_the_page_and_the_host_are_told(order, settings):
    assert background.wait(order, 0) is None
    age(queued.SILENCE + 1)
    assert failure(order) == queued.NOBODY_WORKS
    assert any("rien ne suit la file" in line for line in health.cautions())
    # What another version of the site does is no help.
    Worker.objects.all().delete()
    queue.beat("old")
    Worker.objects.update(release="another")
    assert failure(order) == queued.NOBODY_WORKS
    queue.beat("somebody")
    assert background.wait(order, 0) is None
    assert list(queue.cautions()) == []
    age(queue.LONG)
    assert any("un travail attend" in line for line in health.cautions())
    settings.HAS_QUEUE = False
    assert not any("travail" in line for line in health.cautions())


def test_likely_print_is_asked_for_only_where_nobody_waits(order, small):
    background.prepare(order)
    assert queue.state(order.path.name) is not None
    other = Print.checked(small, FORMATS["depliant"])
    background.prepare(other)
    assert queue.state(other.path.name) is None


def test_host_reads_how_long_the_oldest_waits(order):
    assert queue.oldest_waiting() is None
    background.begin(order)
    age(30)
    assert 29 <= queue.oldest_waiting() < 600
    work()
    assert queue.oldest_waiting() is None


def test_page_that_waits_in_vain_is_a_plain_sentence(as_alice, programme, take):
    take("pcs-rupture-reseaux")
    address = reverse("programmes:format", args=[programme.pk, POSTER.slug])
    order = Desk(Programme.objects.get(pk=programme.pk)).order(POSTER)
    background.begin(order)
    age(queued.SILENCE + 1)
    assert "Les impressions sont arrêtées" in as_alice.get(address).content.decode()


def test_worker_of_another_version_leaves_the_print_to_its_own(order, monkeypatch):
    background.begin(order)
    monkeypatch.setattr(release, "digest", lambda: "another" * 8)
    assert not work()


def test_print_that_would_come_out_otherwise_is_not_made(order, monkeypatch):
    background.begin(order)
    monkeypatch.setattr(Print, "path", prints.folder() / "other.pdf")
    work()
    monkeypatch.undo()
    assert failure(order) == queued.OTHER_PROGRAM


def test_print_that_cannot_be_kept_is_told(order, settings):
    (settings.DATA_DIR / "prints").write_text("not a folder")
    background.begin(order)
    work()
    assert failure(order) == queued.NOT_KEPT


def test_print_withdrawn_while_it_is_made_is_not_kept(order, monkeypatch):
    make = prints.make

    def withdrawn(*arguments):
        queued.forget_all()
        return make(*arguments)

    monkeypatch.setattr(prints, "make", withdrawn)
    background.begin(order)
    work()
    assert not kept.is_kept(order)
    assert DBTaskResult.objects.count() == 0


def test_what_waits_too_long_is_forgotten_with_its_words(order, small):
    background.begin(order)
    age(queue.FORGOTTEN + 1)
    other = Print.checked(replace(small, title="Un autre"), POSTER)
    background.begin(other)
    assert queue.state(order.path.name) is None
    assert queue.state(other.path.name) is not None


def test_after_a_jump_of_the_clock_the_living_are_not_taken_for_dead(order):
    background.begin(order)
    queue.beat("living")
    queue.beat("dead")
    row = queue.claim("living")
    watch = queue.Watch(queue.LEASE)
    for jump in (timedelta(hours=-2), timedelta(hours=2)):
        Worker.objects.update(beat_at=F("beat_at") + jump)
        watch.look()
        queue.beat("living")
        watch.look()
        assert list(Worker.objects.values_list("pk", flat=True)) == ["living"]
        assert queue.is_held(row)
        queue.beat("dead")
    Worker.objects.all().delete()
    watch.look()
    assert not queue.is_held(row)
    # Who comes back from the dead changes nothing of a job that is another's.
    queue.beat("another")
    again = queue.claim("another")
    queue.done(row)
    queue.fail(row, "trop tard")
    assert queue.is_held(again)


def test_link_for_a_lost_card_is_made_by_the_worker_only(alice, settings):
    settings.HAS_MAIL = True
    alice.email = "alice@exemple.fr"
    alice.save()
    for address in (alice.email, "inconnue@exemple.fr"):
        Client().post("/connexion/carte-perdue/", {"email": address})
    waiting = list(DBTaskResult.objects.order_by("enqueued_at").values_list("args_kwargs", flat=1))
    assert [row["kwargs"]["people"] for row in waiting] == [[alice.pk], []]
    assert [sorted(row["kwargs"]) for row in waiting] == [["people", "site"]] * 2
    assert mail.outbox == []
    assert work()
    assert work()
    assert [message.to for message in mail.outbox] == [["alice@exemple.fr"]]
    assert DBTaskResult.objects.count() == 0


def test_queue_is_not_followed_where_there_is_none(settings):
    settings.HAS_QUEUE = False
    with pytest.raises(CommandError, match="DESESCALADE_JOBS=file"):
        call_command("work")


@pytest.mark.parametrize("jobs", [0, -1, 65])
def test_queue_is_followed_by_a_number_of_workers_that_makes_sense(jobs):
    with pytest.raises(CommandError, match=f"--jobs vaut {jobs} ; écrire un nombre de 1 à 64"):
        call_command("work", jobs=jobs)


def test_queue_is_not_followed_where_the_site_would_not_start(settings, capsys):
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["programme.exemple.fr"]
    with pytest.raises(SystemExit) as ended:
        call_command("work")
    assert ended.value.code == starting.BOOT_ERROR
    assert "DESESCALADE_DEBUG vaut 1" in capsys.readouterr().err


def test_site_manager_reads_no_job(admin_client, order):
    background.begin(order)
    assert "Task" not in admin_client.get("/admin/").content.decode()
    url = "/admin/django_tasks_database/dbtaskresult/"
    assert admin_client.get(url).status_code == 404
