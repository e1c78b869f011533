"""R27: what is erased is found nowhere: no table, no file, no log; and nothing else is touched."""

import logging
import os
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, connections, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from programmes import actions, erasing, importing
from programmes.enums import Output
from programmes.models import Contribution, Draft, Look, Merger, Programme, Submission
from programmes.printing import kept, prints, queued
from programmes.printing.formats import FORMATS
from programmes.printing.logos import Redrawn
from programmes.printing.orders import Desk
from programmes.printing.prints import Made
from tests.pages import text_of
from tests.sitemap import seeding

# No text of ours has it, and a print takes it as a word.
MARK = "zibelinequinquagesime"
# What was given to the catalogue is not the team's any more (design: said before it is sent).
GIVEN = "programmes_contribution"
JOBS = DBTaskResult._meta.db_table


def texts(model):
    """The columns of a model that a team writes in, or that keep what it wrote."""
    return [
        field for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not (field.primary_key or field.choices or field.unique)
        and (field.max_length or 99) > len(MARK)
        and field.name not in ("format", "digest", "slug", "measure_slug", "color", "value")
    ]  # fmt: skip


def mark(model, rows):
    """Writes the mark into every text of these rows."""
    for row in rows:
        for field in texts(model):
            value = getattr(row, field.name)
            is_state = isinstance(field, models.JSONField)
            setattr(row, field.name, {**(value or {}), "dit": MARK} if is_state else MARK)
    if texts(model):
        model._base_manager.bulk_update(rows, [field.name for field in texts(model)], batch_size=50)


def owned(programme):
    """Every row that belongs to a programme, by its model: what a deletion has to reach."""
    found = NestedObjects(using="default")
    found.collect(Programme.objects.filter(pk=programme.pk))
    rows = {model: set(instances) for model, instances in found.model_objs.items()}
    for queryset in found.fast_deletes:
        rows.setdefault(queryset.model, set()).update(queryset)
    return rows


def everywhere(word):
    """Where the database has a word: every column of every table, as raw text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quoted = connection.ops.quote_name(table)
            for column in connection.introspection.get_table_description(cursor, table):
                name = connection.ops.quote_name(column.name)
                cursor.execute(
                    f"SELECT COUNT(*) FROM {quoted} WHERE CAST({name} AS TEXT) LIKE %s",
                    [f"%{word}%"],
                )
                if count := cursor.fetchone()[0]:
                    found.append((table, column.name, count))
    return found


def in_files(word):
    return [
        path.relative_to(settings.DATA_DIR).as_posix()
        for path in Path(settings.DATA_DIR).rglob("*")
        if path.is_file() and (word.encode() in path.read_bytes() or word in path.name)
    ]


@pytest.fixture
def marked(programme, alice, bob, take):
    """A programme with the mark in all that it can hold, in the database and on the disk."""
    site = seeding.seed(programme)
    actions.keep_logo(
        programme, Redrawn(MARK.encode(), 1, 1, "0"), description=MARK, consent_on=date.today()
    )
    layout = actions.layout_for(programme, "depliant")
    layout.chosen.create(commitment=site.commitment)
    programme.answers.create(slug="eau", text="Qui gère l’eau ?", note="La commune")
    programme.contributions.update(text=MARK, signature=MARK)
    alice.email = f"{MARK}@exemple.fr"
    alice.save()
    for model, rows in owned(programme).items():
        mark(model, rows)
    for page in ("effacement", "comparer/autre", "engagements/1"):
        Draft.objects.create(
            user=bob, path=f"/programmes/{programme.pk}/{page}/", typed={"text": [MARK]}
        )
    Draft.objects.create(
        user=bob, path=f"/programmes/{site.other.pk}/comparer/{programme.pk}/",
        typed={"text": [MARK]},
    )  # fmt: skip
    Submission.objects.create(digest="0", made=f"/programmes/{programme.pk}/chapitres/1/")
    _print(programme)
    return programme, site


def _print(programme):
    """As if all had been printed: the files hold the mark, without the minutes of a render."""
    programme = Programme.objects.with_place().get(pk=programme.pk)
    for format in (FORMATS["affiche-a3"], FORMATS["depliant"]):
        order = Desk(programme).order(format, Output.ECRAN)
        kept.keep(order, Made(MARK.encode(), 1, "", ()))
        order.path.with_suffix(".pages.png").write_bytes(MARK.encode())
        # Under way.
        order.path.with_name(f".{order.path.name}.0123").write_bytes(MARK.encode())
    queued.begin(Desk(programme).order(FORMATS["programme-a4"], Output.ECRAN))


def believe_the_clock():
    now = timezone.now()
    Look.objects.update_or_create(pk=1, defaults={"at": now, "since": now - erasing.STEADY})


def erased_at_once(programme, client):
    response = client.post(reverse("programmes:delete", args=[programme.pk]), {"erase": ""})
    assert response.status_code == 302


def after_a_month_in_the_bin(programme, client):
    client.post(reverse("programmes:delete", args=[programme.pk]))
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        believe_the_clock()
        erasing.erase_expired()


def at_its_date(programme, client):
    programme.choose_erase_date(timezone.localdate() + timedelta(days=1))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        believe_the_clock()
        erasing.erase_expired()


def with_its_last_account(programme, client):
    get_user_model().objects.filter(memberships__programme=programme).delete()
    believe_the_clock()
    erasing.erase_expired()


WAYS = {
    erased_at_once: "effacé tout de suite",
    after_a_month_in_the_bin: "après un mois de corbeille",
    at_its_date: "à sa date",
    with_its_last_account: "avec son dernier accès",
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_erased_programme_leaves_no_trace(
    way, marked, as_alice, caplog, django_capture_on_commit_callbacks, figure
):
    programme, _ = marked
    caplog.set_level(logging.INFO)
    # Where the mark is: else this test would find nothing where there is nothing to find.
    tables = {table for table, *_ in everywhere(MARK)}
    planted = {model._meta.db_table for model in owned(programme) if texts(model)}
    assert planted <= tables
    assert {"programmes_draft", "auth_user", GIVEN, JOBS} <= tables
    assert len(in_files(MARK)) == 6
    with django_capture_on_commit_callbacks(execute=True):
        way(programme, as_alice)
    assert not Programme.objects.filter(pk=programme.pk).exists()
    found = everywhere(MARK)
    # An account lasts for its other teams, a gift for good.
    assert {table for table, *_ in found} <= {GIVEN, "auth_user"}
    assert everywhere(programme.pk) == []
    assert in_files(MARK) == in_files(programme.pk) == []
    assert MARK not in caplog.text
    assert programme.pk not in caplog.text
    figure("R27", f"marque retrouvée d’un programme {WAYS[way]}", "0")


def test_what_was_given_is_no_more_linked(marked, as_alice):
    programme, _ = marked
    programme.delete()
    assert set(Contribution.objects.values_list("programme", flat=True)) == {None}


def test_team_beside_is_not_touched(marked, as_alice, django_capture_on_commit_callbacks):
    """But for the agreements between the two, which are of both."""
    programme, site = marked
    path = reverse("programmes:programme", args=[site.other.pk])
    Draft.objects.create(user=get_user_model().objects.get(username="bob"), path=path, typed={})
    before = rows_of(site.other)
    assert len(before) > 100
    with django_capture_on_commit_callbacks(execute=True):
        erased_at_once(programme, as_alice)
    assert rows_of(site.other) == before
    assert Draft.objects.filter(path=path).exists()


def rows_of(programme):
    """Every row of a programme as the database has it, as text."""
    return {
        (model._meta.db_table, row.pk): repr(
            [getattr(row, field.attname) for field in model._meta.concrete_fields]
        )
        for model, rows in owned(programme).items()
        if model is not Merger and model.__name__ != "MergerChoice"
        for row in rows
    }


def test_nothing_is_left_in_the_bytes_of_the_database_file(marked, tmp_path, figure):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reuses the places of deleted rows at its own time: docs/donnees.md")
    programme, _ = marked
    Contribution.objects.all().delete()
    get_user_model().objects.update(email="")
    file = tmp_path / "site.sqlite3"
    file.write_bytes(connection.connection.serialize())
    assert MARK.encode() in file.read_bytes()
    with on(file):
        Programme.objects.filter(pk=programme.pk).delete()
        erasing.erase_expired()
    left = [
        path.name for path in tmp_path.glob("site.sqlite3*") if MARK.encode() in path.read_bytes()
    ]
    assert left == []
    figure("R27", "marque dans les octets du fichier SQLite après effacement", "0")


@contextmanager
def on(file):
    """The database is this file, as the settings open one."""
    before = connections["default"]
    connections["default"] = type(before)({**before.settings_dict, "NAME": str(file)}, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before


def test_print_that_was_under_way_is_found_and_removed(programme):
    believe_the_clock()
    folder = prints.folder()
    folder.mkdir()
    late = folder / f"{programme.pk}-0.pdf"
    kept_by_nobody = folder / "0.pdf"
    programme.delete()
    for path in (late, kept_by_nobody):
        path.write_text(MARK)
    erasing.erase_expired()
    assert (late.exists(), kept_by_nobody.exists()) == (False, True)


def test_prints_that_nobody_has_looked_at_for_ninety_days_go(db):
    believe_the_clock()
    prints.folder().mkdir()
    old, new = (prints.folder() / name for name in ("a.pdf", "b.pdf"))
    for path in (old, new):
        path.write_text("")
    long_ago = time.time() - 91 * 86400
    os.utime(old, (long_ago, long_ago))
    erasing.erase_expired()
    assert (old.exists(), new.exists()) == (False, True)


def test_account_of_no_team_goes_with_its_address_after_three_months(programme, alice, charlie):
    get_user_model().objects.create_user("dora", is_staff=True)
    get_user_model().objects.update(
        email=f"{MARK}@exemple.fr", date_joined=timezone.now() - timedelta(days=91)
    )
    # She came back a moment ago, to begin another programme.
    get_user_model().objects.create_user("emma")
    believe_the_clock()
    erasing.erase_expired()
    left = get_user_model().objects.values_list("username", flat=True)
    assert sorted(left) == ["alice", "bob", "dora", "emma"]


def test_old_counts_of_addresses_and_old_sessions_go(db):
    cache.clear()
    cache.set("allauth:rl:198.51.100.7", 1, timeout=60)
    cache.set("allauth:rl:198.51.100.8", 1, timeout=6000)
    old, new = SessionStore(), SessionStore()
    old.set_expiry(60)
    for session in (old, new):
        session.create()
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        believe_the_clock()
        erasing.erase_expired()
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM desescalade_cache")
            assert cursor.fetchone() == (1,)
        assert cache.get("allauth:rl:198.51.100.8") == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [new.session_key]


def test_form_of_an_erased_programme_opens_no_other(client, db):
    sent = {"commune": "26027", "envoi": "une-clef", "consent": "on"}
    client.post("/programmes/nouveau/", sent)
    Programme.objects.get().delete()
    again = Client().post("/programmes/nouveau/", sent)
    assert again.url == reverse("programmes:login")
    assert Programme.objects.count() == 0


@pytest.mark.parametrize("name", ["delete", "erase-date"])
def test_what_stays_is_said_before(as_alice, programme, name):
    page = text_of(as_alice.get(reverse(f"programmes:{name}", args=[programme.pk])))
    for words in ("envoyé au catalogue", "programme commun", "feuilles imprimées", "sauvegardes"):
        assert words in page


def test_export_first_is_whole_and_comes_back(as_alice, programme, take):
    """What the reminder offers before the day: a file that makes the programme again."""
    take("pcs-rupture-reseaux")
    Programme.objects.update(erase_on=timezone.localdate())
    name = "programme-complet.yaml"
    file = as_alice.get(reverse("programmes:export", args=[programme.pk, name])).content
    Programme.objects.all().delete()
    made, *_ = importing.open_from(importing.plan(file))
    assert made.commitments.get().measure_id == "pcs-rupture-reseaux"
    # A new one, with a new date.
    assert made.erase_on > timezone.localdate() + timedelta(days=80)
