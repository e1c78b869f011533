"""Versions of what a team writes: recording them, finding them again, going back to one.

Not django-simple-history: a version of a commitment spans two tables (its texts and the values of
its parameters), and its number is that which guards the saves.
"""

from collections.abc import Iterable

from django.db import transaction

from .enums import Cause
from .models import Assembly, Change, Chapter, Commitment, Layout, Programme, Versioned
from .models.commitment import STATE_FIELDS
from .models.programme import SETTINGS


def record(subject: Versioned, cause: Cause) -> Change:
    """Keeps the present state as the version that was just claimed. In the save's transaction."""
    return _keep(subject, cause, subject.state(), subject.version)


def record_all(programme: Programme, subjects: Iterable[Versioned], cause: Cause) -> None:
    """Like `record` for many rows of one programme, in one query: prefetch what a state reads."""
    Change.objects.bulk_create(
        _change(programme, subject, cause, subject.state(), subject.version) for subject in subjects
    )


def set_aside(subject: Versioned, state: dict) -> Change:
    """Keeps a text that its writer gave up for a colleague's: nothing typed is ever dropped."""
    return _keep(subject, Cause.SET_ASIDE, state, None)


def record_answer(
    programme: Programme,
    question: str,
    before: dict[str, str],
    after: dict[str, str],
    cause: Cause = Cause.ANSWERED,
) -> Change:
    """Keeps what became of an answer to the diagnosis, both sides as {"value", "note"}."""
    state = {"question": question, "before": before, "after": after}
    change = _change(programme, programme, cause, state, None)
    change.save()
    return change


def _keep(subject: Versioned, cause: Cause, state: dict, version: int | None) -> Change:
    programme = subject if isinstance(subject, Programme) else subject.programme
    change = _change(programme, subject, cause, state, version)
    change.save()
    return change


def _change(
    programme: Programme, subject: Versioned, cause: Cause, state: dict, version: int | None
) -> Change:
    where = {
        Commitment: "commitment", Chapter: "chapter", Layout: "layout", Assembly: "assembly"
    }.get(type(subject))  # fmt: skip
    return Change(
        programme=programme,
        cause=cause,
        alias=programme.author,
        version=version,
        state=state,
        **({where: subject} if where else {}),
    )


def state_at(subject: Versioned, version: int | None) -> dict | None:
    """What the subject said at a version; None for one that is not known."""
    if version is None:
        return None
    found = Change.objects.of(subject).filter(version=version).first()
    return found and found.state


def restore(commitment: Commitment, change: Change, *, is_claimed: bool = False) -> None:
    """Writes an earlier version of a commitment again, as its newest."""
    with transaction.atomic():
        if not is_claimed:
            commitment.advance()
        write_state(commitment, change.state)
        record(commitment, Cause.RESTORED)


def write_state(commitment: Commitment, state: dict) -> None:
    """The fields and the values of a state; what it names and is no more is passed over."""
    fields = [name for name in STATE_FIELDS if name in state and name != "dropped_at"]
    for name in fields:
        setattr(commitment, name, state[name])
    _forget_what_is_gone(commitment)
    commitment.save(update_fields=[name.removesuffix("_id") for name in fields])
    values = state.get("parameters", {})
    for row in commitment.parameters.all():
        if values.get(row.slug, row.value) != row.value:
            row.value = values[row.slug]
            row.save(update_fields=["value"])


def _forget_what_is_gone(commitment: Commitment) -> None:
    """What the catalogue no longer has cannot be pointed at, nor a measure taken up again since."""
    others = Commitment.objects.filter(programme=commitment.programme_id).exclude(pk=commitment.pk)
    if commitment.measure_id and others.filter(measure=commitment.measure_id).exists():
        commitment.measure_id = None
    for name in ("measure", "revision", "declined_revision"):
        pk = getattr(commitment, f"{name}_id")
        model = Commitment._meta.get_field(name).related_model
        if pk is not None and not model.objects.filter(pk=pk).exists():
            setattr(commitment, f"{name}_id", None)


def restore_settings(programme: Programme, change: Change) -> None:
    """Writes earlier settings again, but for the commune: changing it concerns every text.

    A population that was corrected for another commune does not come back either.
    """
    kept = {"commune_id"}
    if change.state.get("commune_id") != programme.commune_id:
        kept.add("own_population")
    names = [name for name in SETTINGS if name in change.state and name not in kept]
    with transaction.atomic():
        programme.advance()
        for name in names:
            field = Programme._meta.get_field(name)
            setattr(programme, name, field.to_python(change.state[name]))
        programme.save(update_fields=names)
        record(programme, Cause.RESTORED)
