"""What a file says is the catalogue's, held against the catalogue of this site.

A print says how much of a programme is the collective's. A file may be written by anyone: only
what this site's catalogue says, or has published, stays "as in the catalogue".
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from proposals.models import Measure, SizeClass, Wording, WordingRevision
from proposals.releases import sizes_of

from . import complete_file as file
from . import gathering, tree


@dataclass(frozen=True)
class Base:
    """A text of the catalogue, as a commitment copies it."""

    title: str
    line: str
    text: str
    easy: str
    sizes: str
    size_label: str
    revision: WordingRevision | None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(map(_plain, (self.title, self.line, self.text, self.easy)))


@dataclass(frozen=True)
class Known:
    """A commitment of a file with what this site knows of it.

    `measure` and `base` are None for what becomes the team's own. `is_vouched` says that the text
    which the file takes for the catalogue's is one of this site's catalogue.
    """

    commitment: file.Commitment
    measure: Measure | None = None
    base: Base | None = None
    declined: WordingRevision | None = None
    taken_at_size: str = ""
    is_vouched: bool = True

    @property
    def is_unknown(self) -> bool:
        """Whether it is the catalogue's in the file and becomes the team's own here."""
        said = self.commitment.measure or self.commitment.catalogue
        return bool(said) and self.base is None

    def own(self, field: str) -> str:
        """The team's text, "" where it keeps the catalogue's."""
        text = getattr(self.commitment, field)
        if self.base is None:
            return text
        base = getattr(self.base, field)
        return "" if text in (base, tree.kept(base), _plain(base)) else text


def recognise(
    commitments: Iterable[file.Commitment],
    size_class: SizeClass | None,
    taken: Collection[str] = (),
    *,
    catalogue: str,
) -> dict[file.Commitment, Known]:
    """Each commitment with what is known of it; of a measure in `taken`, nothing is.

    Nor of one of another catalogue than that of the programme that the file is to become.
    A fixed number of queries.
    """
    rows = list(commitments)
    slugs = {row.measure for row in rows if row.measure} - set(taken)
    known = Measure.objects.of(catalogue).select_related("proposal").with_wordings()
    measures = known.in_bulk(slugs)
    revisions: dict[str, list[WordingRevision]] = {}
    # The newest first: the same text may have been published twice.
    for revision in WordingRevision.objects.filter(measure_slug__in=slugs).order_by("-pk"):
        revisions.setdefault(revision.measure_slug, []).append(revision)
    size = size_class.slug if size_class else ""
    return {
        row: _known(row, measures.get(row.measure), revisions.get(row.measure, []), size)
        for row in rows
    }


def _known(
    row: file.Commitment, measure: Measure | None, revisions: list[WordingRevision], size: str
) -> Known:
    if measure is None:
        return Known(row)
    is_public = _is_public(measure)
    bases = [*(_wordings(measure, revisions) if is_public else ()), *_published(measure, revisions)]
    said = row.catalogue or row
    texts = tuple(_plain(getattr(said, field)) for field in file.FIELDS)
    known = [base for base in bases if base.texts == texts]
    sizes = " ".join(row.catalogue.sizes) if row.catalogue else ""
    # The default and a size may say the same.
    exact = [base for base in known if base.sizes == sizes]
    base = next(iter(exact or known), None)
    if base is None and not is_public:
        return Known(row)
    base = base or _base(measure, measure.wording_for(size), revisions)
    declined = row.catalogue.declined if row.catalogue else ""
    return Known(
        row,
        measure,
        base,
        next((each for each in revisions if gathering.digest_of(each) == declined), None),
        row.catalogue.taken_at_size if row.catalogue else size,
        is_vouched=bool(known),
    )


def _is_public(measure: Measure) -> bool:
    """Whether its present words may be shown: a file must not draw out what is not published."""
    has_default = any(wording.is_default for wording in measure.wordings.all())
    return measure.published and measure.proposal.published and has_default


def _wordings(measure: Measure, revisions: list[WordingRevision]) -> Iterator[Base]:
    for wording in measure.wordings.all():
        yield _base(measure, wording, revisions)


def _published(measure: Measure, revisions: list[WordingRevision]) -> Iterator[Base]:
    labels = {sizes_of(each): each.sizes_in_words() for each in measure.wordings.all()}
    for each in revisions:
        texts = (getattr(each, field) for field in file.FIELDS)
        yield Base(*texts, each.sizes, labels.get(each.sizes, each.sizes), each)


def _base(measure: Measure, wording: Wording, revisions: list[WordingRevision]) -> Base:
    sizes = sizes_of(wording)
    texts = (measure.title, wording.shown_line(), wording.text, wording.shown_easy())
    return Base(
        *texts,
        sizes,
        wording.sizes_in_words(),
        next((each for each in revisions if each.sizes == sizes), None),
    )


def _plain(text: str) -> str:
    """As the file of what is printed has it: a difference of spaces at the ends is none."""
    return tree.clean(text)
