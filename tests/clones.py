"""Many rows of a model of the catalogue, made alike: for lists, not for what they say."""

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
}
# A first row where there is none.
FIRST = {
    "Review": {"kind": "measure", "key": "x", "digest": "", "state": "asked"},
    "PlannedRelease": {"number": "9", "publish_at": timezone.now, "entries": []},
    "SourceCheck": {"source": "x", "url": "https://example.org/", "status": "answers"},
    "Upload": {"name": "proposals.yaml", "data": b"", "digest": ""},
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
    model.objects.bulk_create([_clone(template, rank) for rank in range(missing)])


def _clone(row: models.Model, rank: int) -> models.Model:
    fields = [f for f in row._meta.concrete_fields if not isinstance(f, models.AutoField)]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    if not isinstance(row._meta.pk, models.AutoField):
        values[row._meta.pk.attname] = f"clone-{rank}"
    if name := APART.get(type(row).__name__):
        is_number = isinstance(row._meta.get_field(name), models.IntegerField)
        values[name] = 9_000 + rank if is_number else f"clone_{rank}"
    if "is_default" in values:
        values["is_default"] = False
    return type(row)(**values)
