"""Loading the communes of France from the three files of data/communes/ (docs/communes.md)."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import Model

from . import names
from .models import Commune, CommuneKey, CommuneLoad, Department, Intercommunality

# Year of the populations in force: INSEE, municipal population.
POPULATION_YEAR = 2026

FILES = ("departments.csv", "epci.csv", "communes.csv")


def load(directory: Path) -> bool:
    """Loads the files unless they are those of the last load; says whether it did.

    A commune that left the files (merged, say) goes unless a programme is made for it. Raises
    FileNotFoundError, and ValueError when a file does not have the columns.
    """
    digest = hashlib.sha256(b"".join((directory / name).read_bytes() for name in FILES)).hexdigest()
    if CommuneLoad.objects.filter(digest=digest).exists():
        return False
    departments, epcis, communes = (list(_rows(directory / name)) for name in FILES)
    try:
        with transaction.atomic():
            _replace(departments, epcis, communes)
            CommuneLoad.objects.all().delete()
            CommuneLoad.objects.create(digest=digest)
    except KeyError as error:
        raise ValueError(f"la colonne {error} manque") from None
    return True


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _replace(departments: list[dict], epcis: list[dict], communes: list[dict]) -> None:
    # First, because whoever loads at the same moment waits here until we are through.
    _upsert(
        Department,
        (
            Department(
                code=row["code"],
                name=row["name"].replace("'", "’"),
                region_name=row["region_name"].replace("'", "’"),
            )
            for row in departments
        ),
    )
    _upsert(
        Intercommunality,
        (
            Intercommunality(
                siren=row["siren"],
                name=row["name"],
                kind=row["kind"],
                population=_number(row["population"]),
            )
            for row in epcis
        ),
    )
    CommuneKey.objects.all().delete()
    codes = {row["insee_code"] for row in communes}
    for gone in Commune.objects.exclude(programme__isnull=False).values_list("pk", flat=True):
        if gone not in codes:
            Commune.objects.filter(pk=gone).delete()
    _upsert(Commune, (_commune(row) for row in communes))
    CommuneKey.objects.bulk_create((key for row in communes for key in _keys(row)), batch_size=5000)


def _upsert(model: type[Model], rows: Iterable[Model]) -> None:
    fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    model.objects.bulk_create(
        rows,
        batch_size=5000,
        update_conflicts=True,
        unique_fields=[model._meta.pk.attname],
        update_fields=fields,
    )


def _commune(row: dict[str, str]) -> Commune:
    return Commune(
        insee_code=row["insee_code"],
        name=row["name"].replace("'", "’"),
        department_id=row["department_code"],
        intercommunality_id=row["epci_siren"] or None,
        population=_number(row["population"]),
        postal_codes=row["postal_codes"],
    )


def _keys(row: dict[str, str]) -> Iterator[CommuneKey]:
    code, population = row["insee_code"], _number(row["population"]) or 0
    keys = dict.fromkeys(names.search_keys(row["name"]), False)
    keys[names.folded(row["name"])] = True
    keys |= dict.fromkeys([code.lower(), *row["postal_codes"].split()], True)
    for key, is_whole in keys.items():
        yield CommuneKey(commune_id=code, key=key, is_whole=is_whole, population=population)


def _number(text: str) -> int | None:
    return int(text) if text else None
