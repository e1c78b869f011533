"""Publishing: the working copy, or a part of it, becomes what the public and the teams read."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import models as published
from .catalogue import consistency, from_rows, to_rows
from .catalogue import entries as cut
from .catalogue.entries import Entries, Key
from .desk import drafts
from .desk import models as desk
from .desk.enums import Role, Verb
from .desk.models import JournalEntry
from .models import Release, ReleasedEntry, Wording, WordingRevision
from .tables.catalogue import MAIN

HEAD = ("catalogue", "")


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
            "title": published.Catalogue.objects.filter(slug=catalogue)
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
        JournalEntry.objects.create(
            role=role, verb=verb, subject=f"l’édition {(undoes or release).number}"
        )
    return release


def publish_load(keys: Collection[Key], head: dict[str, Any], catalogue: str) -> Release | None:
    """Publishes what a load wrote, under the release that the file names.

    A file that was changed without naming a new release gets a number of its own; the head of the
    file stays as it is. None when there is nothing to publish.
    """
    content = [key for key in keys if key != HEAD]
    working = from_rows.entries_of(desk, catalogue)
    if content or not Release.objects.filter(catalogue=catalogue).exists():
        values = {key: working.get(key) for key in content}
        return _release(values, head, catalogue, None, dated=head["date"])
    to_rows.Writer(published, catalogue).write({HEAD: working[HEAD]})
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
    return release


class _Findings:
    """Takes the place of a file's findings, which know lines and columns."""

    def __init__(self, catalogue: dict[str, Any]) -> None:
        self.catalogue = catalogue
        self.sentences: list[str] = []

    def add_at(self, path: tuple[str | int, ...], message: str) -> None:
        self.sentences.append(f"{place(self.catalogue, path)}{message.rstrip('.')}.")


def place(catalogue: dict[str, Any], path: tuple[str | int, ...]) -> str:
    """Where something stands in a catalogue: « Mesure « x » : »."""
    match path:
        case ("proposals", int(i), "measures", int(j), *_):
            return f"Mesure « {catalogue['proposals'][i]['measures'][j]['slug']} » : "
        case ("proposals", int(i), *_):
            return f"Proposition « {catalogue['proposals'][i]['slug']} » : "
        case ("reflection_sheets", int(i), *_):
            return f"Fiche « {catalogue['reflection_sheets'][i]['slug']} » : "
    return "Catalogue : "


def inconsistencies(entries: Entries) -> list[str]:
    """A French sentence for each thing that does not hold between entries."""
    catalogue = cut.join(entries)
    findings = _Findings(catalogue)
    consistency.check(catalogue, findings)
    sentences = findings.sentences
    known = {key for kind, key in entries if kind == "proposal"}
    for (kind, key), value in entries.items():
        if kind == "measure" and value["proposal"] not in known:
            sentences.append(f"Mesure « {key} » : sa proposition n’est pas dans le catalogue.")
    return sentences


def _refuse_incoherent(before: Entries, values: Entries, head: dict[str, Any]) -> None:
    after = {**before, **values, HEAD: head}
    gone = [key for key, value in values.items() if value is None]
    if lasting := [key for key in gone if key[0] in cut.LASTING]:
        raise NotPublishable(
            [f"{cut.name(key)} : ce qui a été publié ne peut que se retirer." for key in lasting]
        )
    after = {key: value for key, value in after.items() if value is not None}
    _complete(after)
    if sentences := inconsistencies(after):
        raise NotPublishable(sentences)


def _complete(entries: Entries) -> None:
    """A first release may bring some entries only: the others are empty lists."""
    for kind in cut.WHOLE:
        entries.setdefault((kind, ""), [])


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


def _texts(revision: WordingRevision | None) -> tuple[str, ...] | None:
    return revision and (revision.title, revision.line, revision.text, revision.easy)
