"""Writing what a comparison found, all of it or nothing."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from .. import history, importing
from ..enums import Cause
from ..models import Commitment, Programme
from ..models.commitment import TEXT_FIELDS
from .comparison import Comparison, seen
from .differences import Subject


class Stale(Exception):
    """Somebody has saved since the comparison was made; nothing was written."""


def apply(comparison: Comparison, choices: Mapping[str, str]) -> int:
    """Writes what a comparison found, in one transaction; returns how many texts changed.

    `choices` are by the name of the difference; what is not chosen stays as it is here. Raises
    Stale.
    """
    written = [(each, each.results(choices)) for each in comparison.subjects]
    written = [(subject, results) for subject, results in written if results]
    try:
        with transaction.atomic():
            Programme.objects.lock(comparison.programme.pk)
            if _seen_now(comparison.programme) != comparison.seen:
                raise Stale
            for subject, results in written:
                if not subject.row.claim(subject.row.version):
                    raise Stale
                if subject.is_settings:
                    _write_settings(subject.row, results)
                else:
                    _write(subject, results)
                history.record(subject.row, Cause.IMPORTED)
            importing.add_to(comparison.programme, comparison.added)
    except IntegrityError:
        # The same measure was taken up, or the same file imported, a moment ago.
        raise Stale from None
    return len(written) + len(comparison.added)


def _seen_now(programme: Programme) -> str:
    """Read afresh: what was compared may be older than the lock."""
    now = Programme.objects.only("version").get(pk=programme.pk)
    return seen(now, Commitment.everything.filter(programme=now).only("version"))


def _write_settings(programme: Programme, results: Mapping[str, str]) -> None:
    for name, value in results.items():
        field = Programme._meta.get_field(name)
        setattr(programme, name, field.to_python(value) if value or not field.null else None)
    programme.save(update_fields=list(results))


def _write(subject: Subject, results: Mapping[str, str]) -> None:
    row = subject.row
    known = {each.slug: each for each in row.parameters.all()}
    importing.add_parameters(
        row, [each for each in subject.said.parameters if each.slug not in known]
    )
    names = [name for name in results if not name.startswith("reglage_")]
    for name in names:
        is_base = name in TEXT_FIELDS and results[name] == getattr(row, f"base_{name}")
        setattr(row, name, "" if is_base else results[name])
    row.save(update_fields=names)
    for name in results.keys() - set(names):
        parameter = known[name.removeprefix("reglage_")]
        parameter.value = results[name]
        parameter.save(update_fields=["value"])
    # The state that is recorded reads them afresh.
    row._prefetched_objects_cache = {}
