"""Publishing: what was said, to whom it may concern later."""

from .models import Release, Wording, WordingRevision


def record_revisions() -> int:
    """Adds a revision for each wording whose published text is not yet recorded as it is.

    Returns how many. Append-only: a programme keeps pointing at what it copied.
    """
    release = Release.objects.first()
    last = {(row.measure_slug, row.sizes): row for row in WordingRevision.objects.order_by("pk")}
    defaults = {wording.measure_id: wording for wording in Wording.objects.filter(is_default=True)}
    wordings = Wording.objects.select_related("measure").prefetch_related("sizes")
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
