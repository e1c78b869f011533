"""Every page on a site of 100, 10,000 and 100,000 programmes: none may take 1.2 times as long.

    .venv/bin/python benchmarks/grown.py [--sizes 100 10000 100000] [--rounds N] [--only WORD]
    .venv/bin/python -m tests.postgres .venv/bin/python benchmarks/grown.py

One site in use (tests/sitemap) is seeded, then as many programmes as asked for are added, copies
of one that real verbs have made: a team, texts, votes, history, a published edition, a
contribution, sessions, drafts. The databases are asked in turn, page by page. On SQLite the time
of the processor is measured, which a busy machine does not lengthen, and the middle of the rounds
counts; on PostgreSQL the clock, since another process does the work, and the shortest round.
"""

# Django must be set up before our models are imported.

import argparse
import gc
import io
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import sample_site
import table
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import Http404
from django.test import Client, RequestFactory

from programmes import actions, editions
from programmes.enums import Role
from programmes.models import (
    Answer,
    Assembly,
    Ballot,
    Change,
    Chapter,
    ChapterFigure,
    Comment,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Commune,
    Contribution,
    Draft,
    Edition,
    Membership,
    Programme,
    Submission,
)  # fmt: skip
from proposals.desk import clock
from proposals.models import Measure
from tests.sitemap import seeding
from tests.sitemap.listing import places
from tests.sitemap.visiting import Visitors

SIZES = [100, 10_000, 100_000]
BOUND = 1.2
TRIES = 4
# Under this, a page differs by what the machine does meanwhile.
LEAST_MS = 0.5
# The ids of a copy are those of the programme that is copied, this many further: more than any id
# of the sample, and 100,000 times it fits in the 32 bits of an account's id on PostgreSQL.
STRIDE = 20_000
IS_SQLITE = connection.vendor == "sqlite"
CLOCK = time.process_time if IS_SQLITE else time.perf_counter
CHOSEN = statistics.median if IS_SQLITE else min

# What is copied with a programme, by the way to it; and what must differ from copy to copy.
COPIED: dict[type[models.Model], str] = {
    Programme: "pk",
    Membership: "programme",
    Chapter: "programme",
    ChapterFigure: "chapter__programme",
    Commitment: "programme",
    CommitmentParameter: "commitment__programme",
    CommitmentPitch: "commitment__programme",
    CommitmentObjection: "commitment__programme",
    Answer: "programme",
    Assembly: "programme",
    Ballot: "assembly__programme",
    Comment: "commitment__programme",
    Change: "programme",
    Edition: "programme",
    Contribution: "programme",
}
APART = {
    "programmes_edition.code": "'z' || n.i",
    "programmes_submission.digest": "'d' || n.i",
    "django_session.session_key": "'s' || n.i",
}


@dataclass(frozen=True)
class Page:
    """One thing to measure; `ask` answers a page or does a job, on whichever database is set."""

    name: str
    ask: Callable[[], object]


def sample() -> Programme:
    """One ordinary programme: a few commitments, most things once."""
    programme, user, _ = actions.open_programme(Commune.objects.get(pk="38185"))
    other = get_user_model().objects.create_user("modele-lectrice")
    Membership.objects.create(programme=programme, user=other, role=Role.READER)
    size_class = programme.size_class()
    for measure in Measure.objects.published().of(programme.catalogue_id).order_by("?")[:4]:
        actions.adopt_measure(programme, measure, size_class)
    # Three of them say of a chapter what twenty do, in a seventh of the room.
    few = ChapterFigure.objects.filter(chapter__programme=programme)[:3].values("pk")
    ChapterFigure.objects.filter(chapter__programme=programme).exclude(pk__in=few).delete()
    commitment = programme.commitments.first()
    Comment.objects.create(commitment=commitment, text="Un mot d’une personne de l’équipe.")
    assembly = programme.assemblies.create(held_on="2026-11-20", place="Salle des fêtes")
    Ballot.objects.create(assembly=assembly, commitment=commitment, in_favour=12, against=3)
    editions.publish(editions.make_edition(programme))
    sent = Contribution(kind="example", measure_slug=commitment.measure_id, place="Ici", text="Oui")
    programme.member = programme.memberships.first()
    programme.contributions.add(sent, bulk=False)
    Draft.objects.create(user=user, path=programme.get_absolute_url(), typed={"text": "Un mot"})
    Submission.objects.create(digest="modele", made="modele")
    Client().force_login(user)
    return programme


def grow(programme: Programme, count: int) -> None:
    """Adds copies of a programme by statements of the database itself."""
    users = programme.members.values("pk")
    rows = {model: model._base_manager.filter(**{way: programme.pk}) for model, way in
            COPIED.items()}  # fmt: skip
    rows[get_user_model()] = get_user_model().objects.filter(pk__in=users)
    rows[Draft] = Draft.objects.filter(user__in=users)
    rows[Submission] = Submission.objects.filter(pk="modele")
    rows[Session] = Session.objects.order_by("-expire_date")[:1]
    with transaction.atomic(), connection.cursor() as cursor:
        for model, found in rows.items():
            for pk in list(found.values_list("pk", flat=True)):
                assert not isinstance(pk, int) or pk < STRIDE, (model, pk)
                cursor.execute(_copy_statement(model, rows), {"pk": _stored(model, pk),
                               "count": count})  # fmt: skip
        cursor.execute("ANALYZE")
    if not IS_SQLITE:
        _move_sequences()


def _stored(model: type[models.Model], pk: object) -> object:
    return model._meta.pk.get_db_prep_value(pk, connection)


def _copy_statement(model: type[models.Model], copied: dict) -> str:
    name = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    values = [_copied(name, field, copied) for field in model._meta.concrete_fields]
    quoted = ", ".join(f'"{column}"' for column in columns)
    key = model._meta.pk.column
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %(count)s)"
        f' INSERT INTO "{name}" ({quoted}) SELECT {", ".join(values)}'
        f' FROM "{name}" t CROSS JOIN n WHERE t."{key}" = %(pk)s'
    )


def _copied(name: str, field: models.Field, copied: dict) -> str:
    if apart := APART.get(f"{name}.{field.column}"):
        return apart
    value = f't."{field.column}"'
    target = field.related_model if field.is_relation else field.model
    is_key = field.primary_key or (field.is_relation and target in copied)
    if is_key and target is Programme:
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE 'copie' || n.i END"
    if is_key:
        return f"{value} + n.i * {STRIDE}"
    if isinstance(field, models.DateTimeField):
        # A second apart: rows of one moment would have to be sorted, which real ones are not.
        return (
            f"datetime({value}, '-' || n.i || ' seconds')"
            if IS_SQLITE
            else f"{value} - n.i * interval '1 second'"
        )
    if field.unique and isinstance(field, models.CharField):
        return f"{value} || n.i"
    return value


def _move_sequences() -> None:
    output = io.StringIO()
    for app in ("programmes", "auth"):
        call_command("sqlsequencereset", app, stdout=output, no_color=True)
    with connection.cursor() as cursor:
        cursor.execute(output.getvalue())


def databases(programme: Programme, sizes: list[int]) -> dict[int, BaseDatabaseWrapper]:
    """The site once for each size, with as many programmes more: connections of their own."""
    base = connections["default"]
    base.close()
    found = {}
    for size in sizes:
        own = base.copy()
        own.settings_dict = {**base.settings_dict, "NAME": _copy_database(base, size)}
        connections["default"] = own
        began = time.perf_counter()
        grow(programme, size)
        print(f"{size} programmes en {time.perf_counter() - began:.0f} s", file=sys.stderr)
        found[size] = own
    return found


def _copy_database(base: BaseDatabaseWrapper, size: int) -> str:
    name = base.settings_dict["NAME"]
    if IS_SQLITE:
        target = sample_site.DATA / f"{size}.sqlite3"
        shutil.copy(name, target)
        return str(target)
    import psycopg

    where = base.get_connection_params()
    known = {key: where[key] for key in ("host", "port", "user", "password") if where.get(key)}
    with psycopg.connect(**known, dbname="template1", autocommit=True) as session:
        session.execute(f'CREATE DATABASE "croissance{size}" TEMPLATE "{name}"')
    return f"croissance{size}"


def pages_of(site: seeding.Site) -> list[Page]:
    """All pages of the site to look at, the lists of the desk, and what a clock does."""
    visitors = Visitors()
    found: dict[str, Page] = {}
    for place in places(site):
        if place.sent is None and place.status == 200:
            label = f"{place.kind} : {place.name} {place.state}".strip()
            client = visitors.of(place.who)
            found.setdefault(label, Page(label, lambda c=client, a=place.address: _read(c, a)))
    return [*found.values(), *_others(site), *_desk()]


def _read(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)


def _others(site: seeding.Site) -> list[Page]:
    anyone = Client()
    card = {"identifier": "personne-0000", "passphrase": "un deux trois quatre cinq six"}
    return [
        Page("santé", lambda: _read(anyone, "/sante/pret")),
        Page("entrer avec une carte inconnue", lambda: anyone.post("/connexion/", card)),
        Page("tirage par son code", lambda: anyone.get(f"/t/?code={site.edition.code}")),
        Page("l’heure : publier ce qui est dû", clock.tick),
        Page("effacer ce qui a passé son temps", _erase),
    ]


def _erase() -> None:
    call_command("erase_expired", stdout=io.StringIO())


def _desk() -> list[Page]:
    """As they are made for a superuser, without the two factors that protect them."""
    request = RequestFactory().get("/gestion/")
    request.user, request.session = get_user_model().objects.get(username="grande"), {}
    found = [Page("gestion : accueil", lambda: admin.site.index(request).render())]
    for model, model_admin in admin.site._registry.items():
        name = f"gestion : {model._meta.verbose_name_plural}"
        found.append(Page(name, lambda m=model_admin: _listed(m, request)))
    return found


def _listed(model_admin: admin.ModelAdmin, request) -> None:
    try:
        response = model_admin.changelist_view(request)
    except Http404:
        return
    if hasattr(response, "render"):
        response.render()


def measure(
    pages: list[Page], found: dict[int, BaseDatabaseWrapper], rounds: int
) -> list[table.Row]:
    """A page over the bound gets more rounds: what the machine does passes, growth stays."""
    rows = []
    for page in pages:
        times: dict[int, list[float]] = {size: [] for size in found}
        _ask_each(page, found, 2)
        for _ in range(TRIES):
            for size, more in _ask_each(page, found, rounds).items():
                times[size] += more
            row = _row(page.name, {size: CHOSEN(values) for size, values in times.items()})
            if row.is_held:
                break
        rows.append(row)
        print(row, file=sys.stderr)
    return rows


def _ask_each(
    page: Page, found: dict[int, BaseDatabaseWrapper], rounds: int
) -> dict[int, list[float]]:
    times: dict[int, list[float]] = {size: [] for size in found}
    # It would always fall on the same size, where a page makes the same number of objects.
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for size, own in found.items():
            connections["default"] = own
            began = CLOCK()
            page.ask()
            times[size].append((CLOCK() - began) * 1000)
    gc.enable()
    return times


def _row(name: str, chosen: dict[int, float]) -> table.Row:
    smallest, *_, largest = chosen
    times = chosen[largest] / chosen[smallest]
    is_held = times <= BOUND or chosen[largest] - chosen[smallest] < LEAST_MS
    figure = " / ".join(table.french(value, "", 1).strip() for value in chosen.values())
    return table.Row(name, f"{figure} ms", "≤ 1,2 ×", table.french(times, "×"), is_held)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    sample_site.prepare()
    site = seeding.seed(seeding.open_programme())
    get_user_model().objects.create_superuser("grande")
    pages = [page for page in pages_of(site) if options.only in page.name]
    model = sample()
    found = databases(model, options.sizes)
    rows = measure(pages, found, options.rounds)
    for own in found.values():
        own.close()
    sizes = ", ".join(f"{size:,}".replace(",", "\u202f") for size in options.sizes)
    return table.hand_over(f"Pages avec {sizes} programmes ({connection.vendor})", rows)


if __name__ == "__main__":
    sys.exit(main())
