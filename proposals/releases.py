"""Publishing: the working copy, or a part of it, becomes what the public and the teams read."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import models as published
from .catalogue import entries as cut
from .catalogue import from_rows, to_rows
from .catalogue.entries import Entries, Key
from .catalogue.soundness import inconsistencies
from .desk import drafts, journal, restoring, signals
from .desk import models as desk
from .desk.enums import Cause, Role, Verb
from .desk.models import Review
from .models import Release, ReleasedEntry, Wording, WordingRevision
from .tables.catalogue import MAIN

HEAD = ("catalogue", "")
FIRST_STAYS = "La première édition ne s’annule pas : retirez plutôt ce qui doit l’être."
NOTHING_LEFT = "Tout ce que cette édition a changé a été corrigé depuis : il n’y a rien à annuler."
OVERTAKEN = (
    "Une autre édition est sortie pendant que vous lisiez : rien n’a été fait. Voici ce qui"
    " reviendrait maintenant."
)


class NotPublishable(Exception):
    """What is to be published would not hold together; `sentences` say why, in French."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def publish(
    keys: Collection[Key],
    *,
    number: str,
    note: str,
    role: Role,
    catalogue: str = MAIN,
    undoes: Release | None = None,
) -> Release:
    """Publishes these entries of the working copy, as a release dated today.

    Raises NotPublishable when they would not hold together with what is published already.
    """
    with transaction.atomic():
        drafts.keep_others_from_writing()
        working = from_rows.entries_of(desk, catalogue)
        values = {key: working.get(key) for key in keys}
        verb = Verb.UNDID if undoes else Verb.PUBLISHED
        return publish_values(
            values,
            number=number,
            note=note,
            role=role,
            catalogue=catalogue,
            undoes=undoes,
            verb=verb,
        )


def publish_values(
    values: Entries,
    *,
    number: str,
    note: str,
    role: Role,
    catalogue: str = MAIN,
    undoes: Release | None = None,
    verb: Verb = Verb.PUBLISHED,
) -> Release:
    """Publishes these values of entries; None takes an entry away. See `publish`."""
    with transaction.atomic():
        drafts.keep_others_from_writing()
        today = timezone.localdate()
        head = {
            "slug": None if catalogue == MAIN else catalogue,
            "title": desk.Catalogue.objects.filter(slug=catalogue)
            .values_list("title", flat=True)
            .first()
            or None,
            "release": number,
            "date": today.isoformat(),
            "note": note or None,
        }
        release = _release(values, head, catalogue, undoes)
        # The head of the file names what is out.
        to_rows.Writer(desk, catalogue).write({HEAD: head})
        journal.write(role, verb, f"l’édition {(undoes or release).number}")
    return release


def undo(
    release: Release, *, number: str, note: str, role: Role, seen: str | None = None
) -> Release:
    """Publishes a release that takes back what this one changed (`desk/restoring.py` says how).

    `seen` is the digest of what was read. Raises NotPublishable when something else would come
    back by now, when nothing can be taken back, or when the rest would not hold together.
    """
    with transaction.atomic():
        drafts.keep_others_from_writing()
        if release == Release.objects.filter(catalogue=release.catalogue_id).last():
            raise NotPublishable([FIRST_STAYS])
        found = restoring.undoing(release)
        if not found.values:
            raise NotPublishable([NOTHING_LEFT])
        if seen is not None and seen != found.digest:
            raise NotPublishable([OVERTAKEN])
        with drafts.recorded(Cause.UNDO, role, release.catalogue_id):
            to_rows.Writer(desk, release.catalogue_id).write(found.desk)
            undone = publish_values(
                found.values,
                number=number,
                note=note,
                role=role,
                catalogue=release.catalogue_id,
                undoes=release,
                verb=Verb.UNDID,
            )
    return undone


def publish_load(values: Entries, head: dict[str, Any], catalogue: str) -> Release | None:
    """Publishes what a load brings, under the release that the file names.

    A file that was changed without naming a new release gets a number of its own; the head of the
    file stays as it is. None when the public reads all of it already, under that release.
    Raises NotPublishable.
    """
    known = Release.objects.filter(catalogue=catalogue, number=head["release"]).exists()
    public = cut.digests(from_rows.entries_of(published, catalogue))
    has_news = any(cut.digest(value) != public.get(key, "") for key, value in values.items())
    if has_news or not known:
        return _release(values, head, catalogue, None, dated=head["date"])
    to_rows.Writer(published, catalogue).write({HEAD: head})
    return None


def _release(
    values: Entries,
    head: dict[str, Any],
    catalogue: str,
    undoes: Release | None,
    dated: str = "",
) -> Release:
    before = from_rows.entries_of(published, catalogue)
    values = {
        key: value
        for key, value in values.items()
        if cut.digest(value) != cut.digest(before.get(key))
    }
    _refuse_incoherent(before, values, head)
    writer = to_rows.Writer(published, catalogue)
    writer.write({HEAD: head, **{key: value for key, value in values.items() if value is not None}})
    for key, value in values.items():
        if value is None:
            writer.delete(key)
    release = Release.objects.create(
        catalogue_id=catalogue,
        number=free_number(head["release"], catalogue),
        date=date.fromisoformat(dated or head["date"]),
        note=head["note"] or "",
        undoes=undoes,
    )
    ReleasedEntry.objects.bulk_create(
        ReleasedEntry(
            release=release, kind=kind, key=key, before=before.get((kind, key)), after=value
        )
        for (kind, key), value in values.items()
    )
    record_revisions(release)
    for kind, key in values:
        Review.objects.filter(catalogue=catalogue, kind=kind, key=key).delete()
    signals.released.send(Release, release=release, values=values)
    return release


def _refuse_incoherent(before: Entries, values: Entries, head: dict[str, Any]) -> None:
    after = {**before, **values, HEAD: head}
    gone = [key for key, value in values.items() if value is None]
    if lasting := [key for key in gone if key[0] in cut.LASTING]:
        raise NotPublishable(
            [f"{cut.name(key)} : ce qui a été publié ne peut que se retirer." for key in lasting]
        )
    if sentences := inconsistencies({k: v for k, v in after.items() if v is not None}):
        raise NotPublishable(sentences)


def free_number(number: str, catalogue: str = MAIN) -> str:
    """This number, or the next one that no release has: "1.0.0", then "1.0.1"."""
    taken = set(Release.objects.filter(catalogue=catalogue).values_list("number", flat=True))
    while number in taken:
        number = next_number(number)
    return number


def next_number(number: str) -> str:
    if found := re.search(r"^(.*?)(\d+)$", number):
        return f"{found[1]}{int(found[2]) + 1}"
    return f"{number}.1"


def record_revisions(release: Release) -> int:
    """Adds a revision for each published wording whose text is not yet recorded as it is.

    Returns how many. Append-only: a programme keeps pointing at what it copied.
    """
    last = {(row.measure_slug, row.sizes): row for row in WordingRevision.objects.order_by("pk")}
    wordings = (
        Wording.objects.filter(measure__proposal__catalogue=release.catalogue_id)
        .select_related("measure")
        .prefetch_related("sizes")
    )
    defaults = {wording.measure_id: wording for wording in wordings if wording.is_default}
    new = []
    for wording in wordings.filter(measure__published=True, measure__retired=False):
        default = defaults.get(wording.measure_id, wording)
        revision = WordingRevision(
            release=release,
            measure_slug=wording.measure_id,
            sizes=sizes_of(wording),
            title=wording.measure.title,
            line=wording.line or default.line,
            text=wording.text,
            easy=wording.easy or default.easy,
        )
        if _texts(last.get((revision.measure_slug, revision.sizes))) != _texts(revision):
            new.append(revision)
    WordingRevision.objects.bulk_create(new)
    return len(new)


def sizes_of(wording: Wording) -> str:
    """The sizes of a wording as a revision names them. Reads the prefetched `sizes`."""
    return " ".join(size.size_class_id for size in wording.sizes.all())


def sizes_by_measure(slugs: Collection[str]) -> dict[str, set[str]]:
    """What `sizes_of` says of each wording of these measures, in one query without their texts."""
    rows = Wording.objects.filter(measure__in=slugs).order_by(
        "pk", "sizes__size_class__min_population"
    )
    named: dict[tuple[str, int], list[str]] = {}
    for slug, pk, size in rows.values_list("measure", "pk", "sizes__size_class"):
        named.setdefault((slug, pk), []).extend([size] if size else [])
    found: dict[str, set[str]] = {slug: set() for slug in slugs}
    for (slug, _), sizes in named.items():
        found[slug].add(" ".join(sizes))
    return found


def _texts(revision: WordingRevision | None) -> tuple[str, ...] | None:
    return revision and (revision.title, revision.line, revision.text, revision.easy)
