"""A programme as a chapter to paste into a larger one: what it says, in which order."""

import re

from desescalade import typography

from ..printing import rendering
from ..printing.document import Chapter, Commitment, Document, Figure, Source
from . import tree

# Three levels of ours, and one for the headings in a text.
MAX_LEVEL = 3


def blocks(document: Document, level: int = 2, this: str = "Ce chapitre") -> tree.Blocks:
    """The chapter, its title a heading of this level (1 to 3), chapters and commitments below.

    It bears no imprint: that is for the programme which it is pasted into. Raises ValueError for
    another level.
    """
    if not 1 <= level <= MAX_LEVEL:
        raise ValueError(f"level {level}: the title is a heading of level 1 to {MAX_LEVEL}")
    sources = {source.number: source for source in document.sources}
    found: list[tree.Block] = [tree.Heading(level, (tree.plain(document.title),))]
    if subtitle := tree.plain(document.subtitle):
        found.append(tree.Paragraph((subtitle,), "lead"))
    for chapter in document.chapters:
        found += _chapter(chapter, level + 1, sources)
    if not document.chapters:
        found.append(tree.Paragraph(("Ce programme ne contient encore aucun engagement.",)))
    found.append(tree.Paragraph((provenance(document, this),), "mention"))
    return tuple(found)


def provenance(document: Document, this: str = "Ce chapitre") -> str:
    """Whose the promises are, and how much of them is the collective's."""
    name = tree.plain(document.list_name) or "qui le présente"
    share = rendering.provenance(document)
    return tree.plain(f"{this} est celui de la liste {name}. {share} Il n’engage que la liste.")


def source_words(source: Source) -> tree.Inlines:
    """Title, date in words and address, as a note ends."""
    date = tree.plain(typography.dates_in_words(source.date))
    said = ", ".join(filter(None, (tree.plain(source.title), date)))
    address = tree.one_line(source.url)
    if not address:
        return (f"{said}.",)
    bare = re.sub("^https?://", "", address)
    return (f"{said}, ", *tree.link(address, (bare,)), ".")


def _chapter(chapter: Chapter, level: int, sources: dict[int, Source]) -> list[tree.Block]:
    found: list[tree.Block] = [tree.Heading(level, (tree.plain(chapter.title),))]
    if summary := tree.plain(chapter.summary):
        found.append(tree.Paragraph((summary,), "lead"))
    for commitment in chapter.commitments:
        found += _commitment(commitment, level + 1)
    if chapter.figures:
        figures = tuple((_figure(figure, sources),) for figure in chapter.figures)
        found += [tree.Heading(level + 1, ("Repères",)), tree.List(figures)]
    return found


def _commitment(commitment: Commitment, level: int) -> list[tree.Block]:
    mention = tree.plain(", ".join(filter(None, (commitment.decided_by, commitment.horizon))))
    return [
        tree.Heading(level, (tree.plain(commitment.title),)),
        *([tree.Paragraph((f"{mention}.",), "mention")] if mention else []),
        *tree.prose(commitment.text, level + 1),
    ]


def _figure(figure: Figure, sources: dict[int, Source]) -> tree.Paragraph:
    statement = tree.plain(figure.statement)
    source = sources.get(figure.source) if figure.source is not None else None
    if source is None:
        return tree.Paragraph((statement,))
    return tree.Paragraph((statement, tree.Note(source.number, source_words(source))))
