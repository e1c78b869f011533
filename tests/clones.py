"""Many rows of a model of the catalogue, made alike: for lists, not for what they say."""

import uuid

from django.db import models
from django.utils import timezone

# What tells one row of a model from another, where the database asks for it.
APART = {
    "Proposal": "number",
    "SizeClass": "min_population",
    "Signatory": "name",
    "Parameter": "slug",
    "Question": "slug",
    "Release": "number",
    "ReleasedEntry": "key",
    "LoadedEntry": "key",
    "Review": "key",
    "Chapter": "number",
    "Commitment": "key",
    "CommitmentParameter": "slug",
    "LayoutCommitment": "commitment",
    "Layout": "format",
    "Logo": "description",
    "Edition": ("code", "number"),
    "Membership": "user",
    "Invitation": "token_hash",
    "Merger": "token_hash",
    "MergerChoice": "key",
    "Change": "version",
    "Answer": "slug",
    "Draft": "path",
    "Ballot": "commitment",
    "Group": "name",
    "User": "username",
}
# What would tell them alike, and may be missing.
WITHOUT = {"Chapter": "proposal", "Commitment": "measure"}
# A first row where there is none.
FIRST = {
    "Review": {"kind": "measure", "key": "x", "digest": "", "state": "asked"},
    "PlannedRelease": {"number": "9", "publish_at": timezone.now, "entries": []},
    "SourceCheck": {"source": "x", "url": "https://example.org/", "status": "answers"},
    "Upload": {"name": "proposals.yaml", "data": b"", "digest": ""},
    "Look": {"at": timezone.now, "since": timezone.now},
    "EntryChange": {"role": "editor", "kind": "measure", "key": "x", "cause": "admin"},
    "JournalEntry": {"role": "editor", "verb": "changed", "subject": "x"},
    "Contribution": {"kind": "example", "measure_slug": "pcs-rupture-reseaux", "place": "Ici"},
}


def fill(model: type[models.Model], count: int) -> None:
    """As many rows as asked for, at least."""
    if not model.objects.exists():
        first = FIRST[model.__name__].items()
        model.objects.create(**{name: v() if callable(v) else v for name, v in first})
    template, missing = model.objects.first(), count - model.objects.count()
    named = _rows_to_name(model, count)
    model.objects.bulk_create([_clone(template, rank, named) for rank in range(missing)])


def _names(model: type[models.Model]) -> tuple[str, ...]:
    names = APART.get(model.__name__, ())
    return (names,) if isinstance(names, str) else names


def _rows_to_name(model: type[models.Model], count: int) -> dict[str, list]:
    """Where another row tells rows apart, as many of those that none names yet."""
    found = {}
    for name in _names(model):
        field = model._meta.get_field(name)
        if field.many_to_one:
            fill(field.related_model, 2 * count)
            taken = model.objects.values_list(name, flat=True)
            found[field.attname] = list(
                field.related_model.objects.exclude(pk__in=taken).values_list("pk", flat=True)
            )
    return found


def _apart(field: models.Field, rank: int) -> object:
    if isinstance(field, models.UUIDField):
        return uuid.UUID(int=rank)
    return 9_000 + rank if isinstance(field, models.IntegerField) else f"clone_{rank}"


def _clone(row: models.Model, rank: int, named: dict[str, list]) -> models.Model:
    fields = [f for f in row._meta.concrete_fields if not isinstance(f, models.AutoField)]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    if not isinstance(row._meta.pk, models.AutoField):
        length = getattr(row._meta.pk, "max_length", None) or 100
        # One sign that nobody uses, where there is no room for a word.
        values[row._meta.pk.attname] = f"clone-{rank}" if length > 8 else chr(0xE000 + rank)
    for name in _names(type(row)):
        field = row._meta.get_field(name)
        if field.attname in named:
            values[field.attname] = named[field.attname][rank]
        else:
            values[name] = _apart(field, rank)
    if name := WITHOUT.get(type(row).__name__):
        values[row._meta.get_field(name).attname] = None
    if "is_default" in values:
        values["is_default"] = False
    return type(row)(**values)
