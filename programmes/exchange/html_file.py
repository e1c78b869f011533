"""The chapter as a web page, to paste into another: no style, no script, no class."""

from collections.abc import Iterator
from html import escape

from . import tree

# Ids that the page it is pasted into will not have.
PREFIX = "desescalade"


def to_html(blocks: tree.Blocks, *, title: str) -> bytes:
    """The whole page; the chapter is what stands in <article>."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="fr">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title>",
            "<article>",
            body(blocks),
            "</article>",
            "</html>\n",
        ]
    ).encode()


def body(blocks: tree.Blocks) -> str:
    """The blocks, and below them the notes that they call; once in a page, for the ids."""
    notes: dict[int, _Noted] = {}
    shown = list(_blocks(blocks, notes))
    return "\n".join([*shown, *_notes(notes, first_level(blocks) + 1)])


def first_level(blocks: tree.Blocks) -> int:
    return next(block.level for block in blocks if isinstance(block, tree.Heading))


class _Noted:
    """A note and the ids of the places that call it."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.calls: list[str] = []


def _blocks(blocks: tree.Blocks, notes: dict[int, _Noted]) -> Iterator[str]:
    for block in blocks:
        match block:
            case tree.Heading(level, children):
                yield f"<h{level}>{_inlines(children, notes)}</h{level}>"
            case tree.Paragraph(children, role):
                words = _inlines(children, notes)
                yield f"<p><small>{words}</small></p>" if role == "mention" else f"<p>{words}</p>"
            case tree.List(items, start):
                inner = "\n".join(f"<li>{_item(item, notes)}</li>" for item in items)
                tag = "ul" if start is None else "ol"
                first = "" if start in (None, 1) else f' start="{start}"'
                yield f"<{tag}{first}>\n{inner}\n</{tag}>"
            case tree.Quote(inner):
                quoted = "\n".join(_blocks(inner, notes))
                yield f"<blockquote>\n{quoted}\n</blockquote>"
            case tree.Rule():
                yield "<hr>"


def _item(item: tree.Blocks, notes: dict[int, _Noted]) -> str:
    """A lone paragraph at the start of an item needs no tag."""
    match item:
        case [tree.Paragraph(children, ""), *rest] if not any(
            isinstance(block, tree.Paragraph) for block in rest
        ):
            return "\n".join([_inlines(children, notes), *_blocks(tuple(rest), notes)])
    return "\n".join(_blocks(item, notes))


def _inlines(inlines: tree.Inlines, notes: dict[int, _Noted]) -> str:
    return "".join(_inline(inline, notes) for inline in inlines)


def _inline(inline: tree.Inline, notes: dict[int, _Noted]) -> str:
    match inline:
        case tree.Break():
            return "<br>\n"
        case tree.Marked(tag, children):
            return f"<{tag}>{_inlines(children, notes)}</{tag}>"
        case tree.Link(address, children):
            return f'<a href="{escape(address)}">{_inlines(children, notes)}</a>'
        case tree.Note(number, children):
            return _call(number, notes.setdefault(number, _Noted(_inlines(children, notes))))
    return escape(inline, quote=False)


def _call(number: int, noted: _Noted) -> str:
    again = f"-{len(noted.calls) + 1}" if noted.calls else ""
    noted.calls.append(f"{PREFIX}-appel-{number}{again}")
    return (
        f'<sup><a href="#{PREFIX}-note-{number}" id="{noted.calls[-1]}"'
        f' aria-label="Source {number}">{number}</a></sup>'
    )


def _notes(notes: dict[int, _Noted], level: int) -> Iterator[str]:
    """The notes in the order of their numbers, each with the way back."""
    if not notes:
        return
    yield f"<h{level}>Sources</h{level}>"
    yield "<ol>"
    for number, noted in sorted(notes.items()):
        back = " ".join(
            f'<a href="#{call}" aria-label="Retour au texte">↑</a>' for call in noted.calls
        )
        yield f'<li id="{PREFIX}-note-{number}" value="{number}">{noted.words} {back}</li>'
    yield "</ol>"
