"""The rows of a table, to bytes and back; a few at a time, however many there are."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import connection, connections
from django.db.models import AutoField, CharField, F, Field, Model, TextField
from django.db.models.functions import Collate

from . import canonical

# A printed edition is a row of some hundred kilobytes, a logo of a megabyte.
BATCH = 100


def read(model: type[Model], alias: str) -> Iterator[bytes]:
    """Each row as a line, in the order of the keys: by their bytes, in both databases."""
    names = [field.attname for field in _fields(model)]
    rows = model._base_manager.using(alias).order_by(_by_bytes(model, alias))
    for values in rows.values_list(*names).iterator(chunk_size=BATCH):
        yield canonical.line(dict(zip(names, values, strict=True)))


def count(model: type[Model], alias: str) -> int:
    return model._base_manager.using(alias).count()


def _by_bytes(model: type[Model], alias: str) -> F | Collate:
    key = model._meta.pk
    is_text = isinstance(key.target_field if key.is_relation else key, CharField | TextField)
    if is_text and connections[alias].vendor == "postgresql":
        return Collate("pk", "C")
    return F("pk")


def _fields(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def write(model: type[Model], lines: Iterable[bytes]) -> None:
    """Inserts rows exactly as they are: no `auto_now`, no default, no signal.

    Raises ValueError where the lines are not those of the columns.
    """
    fields = _fields(model)
    quote = connection.ops.quote_name
    statement = "INSERT INTO {} ({}) VALUES ({})".format(  # noqa: S608 (names of our own models)
        quote(model._meta.db_table),
        ", ".join(quote(field.column) for field in fields),
        ", ".join(["%s"] * len(fields)),
    )
    names = {field.attname for field in fields}
    prepare = [(field.attname, _preparing(field)) for field in fields]
    lines = iter(lines)
    with connection.cursor() as cursor:
        while batch := [canonical.row(line) for line in islice(lines, BATCH)]:
            for row in batch:
                if row.keys() != names:
                    raise ValueError(f"{model._meta.db_table} has other columns")
            cursor.executemany(
                statement, [[to(row[name]) for name, to in prepare] for row in batch]
            )


def _preparing(field: Field) -> Callable:
    """From the value of a line to what the database driver takes."""

    def prepare(value):
        # A value None of a JSON column is that of SQL, as Django itself stores it.
        return None if value is None else field.get_db_prep_save(field.to_python(value), connection)

    return prepare


def clear(models: Iterable[type[Model]]) -> None:
    """Empties tables that migrations have written to; references are looked at on commit."""
    with connection.cursor() as cursor:
        for model in models:
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608


def last_number(model: type[Model], alias: str) -> int | None:
    """The highest number that was ever given, also to a row that has gone since.

    None for a table without. Histories name rows by number: one may not come back for another.
    """
    if not isinstance(model._meta.pk, AutoField):
        return None
    base, table = connections[alias], model._meta.db_table
    with base.cursor() as cursor:
        if base.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            return found[0] if found else 0
        sequence = _sequence(cursor, model)
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
        last, is_called = cursor.fetchone()
        return last if is_called else last - 1


def set_last_number(model: type[Model], last: int) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, last])
        else:
            sequence = _sequence(cursor, model)
            cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(last, 1), last > 0])


def _sequence(cursor, model: type[Model]) -> str:
    cursor.execute(
        "SELECT pg_get_serial_sequence(%s, %s)",
        [f'"{model._meta.db_table}"', model._meta.pk.column],
    )
    return cursor.fetchone()[0]
