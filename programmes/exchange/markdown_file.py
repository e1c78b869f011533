"""The chapter as Markdown that every reader of it understands alike (CommonMark, with notes).

What looks like a mark in a text is escaped: it reads as it was written. Lists are indented by
four, which suits those who want two and those who want four.
"""

import re
from collections.abc import Iterator

from . import tree

INDENT = "    "
MARK_SIGNS = {"strong": "**", "em": "*"}
SIGNS = re.compile(r"[\\`*_\[\]]")
# At the start of a line these open a heading, a quotation, a list, a rule, a fence or a table.
START = re.compile(r"[#>|]|[+-](?=[ -]|$)|(\d+)([.)])(?= |$)|=(?==*$)|~(?=~~)|:(?= )")
ENTITY = re.compile(r"&(?=#?\w+;)")
EDGES = re.compile(r"( *)(.*?)( *)", re.DOTALL)


def to_markdown(blocks: tree.Blocks) -> bytes:
    notes: dict[int, str] = {}
    parts = list(_blocks(blocks, notes))
    parts += [f"[^{number}]: {words}" for number, words in sorted(notes.items())]
    return ("\n\n".join(parts) + "\n").encode()


def _blocks(blocks: tree.Blocks, notes: dict[int, str]) -> Iterator[str]:
    previous: tree.Block | None = None
    for block in blocks:
        match block:
            case tree.Heading(level, children):
                words = _inlines(children, notes)
                # A number sign that ends a heading would be taken for its closing mark.
                yield "#" * level + " " + re.sub(r"(#+)$", r"\\\1", _one_line(words))
            case tree.Paragraph(children, role):
                words = _paragraph(children, notes)
                yield f"*{words}*" if role == "mention" else words
            case tree.List():
                if isinstance(previous, tree.List) and _is_alike(previous, block):
                    # The two would make one.
                    yield "<!-- -->"
                yield "\n".join(_list(block, notes))
            case tree.Quote(inner):
                quoted = "\n\n".join(_blocks(inner, notes))
                yield "\n".join(f"> {line}".rstrip(" ") for line in _lines(quoted))
            case tree.Rule():
                yield "* * *"
        previous = block


def _list(block: tree.List, notes: dict[int, str]) -> Iterator[str]:
    is_loose = any(_is_loose(item) for item in block.items)
    for rank, item in enumerate(block.items):
        mark = "-" if block.start is None else f"{block.start + rank}."
        indent = INDENT if len(mark) < len(INDENT) else " " * (len(mark) + 1)
        body = ("\n\n" if is_loose else "\n").join(_blocks(item, notes))
        lines = [indent + line if line else "" for line in _lines(body)]
        yield mark.ljust(len(indent)) + (lines[0][len(indent) :] if lines else "")
        yield from lines[1:]
        if is_loose and rank < len(block.items) - 1:
            yield ""


def _is_alike(one: tree.List, other: tree.List) -> bool:
    return (one.start is None) is (other.start is None)


def _is_loose(item: tree.Blocks) -> bool:
    """Whether it holds more than a paragraph and the lists under it."""
    return any(not isinstance(block, tree.List) for block in item[1:])


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _paragraph(children: tree.Inlines, notes: dict[int, str]) -> str:
    return "\n".join(map(_guarded, _lines(_inlines(children, notes))))


def _guarded(line: str) -> str:
    """The line, its first sign escaped where it would mean something."""
    found = START.match(line)
    if not found:
        return line
    if found[1]:
        return f"{found[1]}\\{found[2]}{line[found.end() :]}"
    # Not every reader knows every sign after a backslash.
    sign = f"\\{found[0]}" if found[0] in "#>+-" else f"&#{ord(found[0])};"
    return sign + line[found.end() :]


def _one_line(words: str) -> str:
    return re.sub(r" *\n", " ", words)


def _inlines(inlines: tree.Inlines, notes: dict[int, str]) -> str:
    written = ""
    for rank, inline in enumerate(inlines):
        if isinstance(inline, tree.Marked) and inline.tag in MARK_SIGNS:
            following = inlines[rank + 1] if rank + 1 < len(inlines) else ""
            written += _marked(inline, written[-1:], _first_sign(following), notes)
        else:
            written += _inline(inline, notes)
    return written


def _marked(mark: tree.Marked, before: str, after: str, notes: dict[int, str]) -> str:
    """Between signs, or between tags where readers would not agree on what the signs mean.

    `before` and `after` are the signs around it, "" for none (CommonMark 0.31, §6.2).
    """
    start, words, end = EDGES.fullmatch(_inlines(mark.children, notes)).groups()
    if not words:
        return start
    before, after = start or before, end or after
    is_clear = "*" not in (before, words[0], words[-1], after) and all(
        inner.isalnum() or not outer.isalnum()
        for inner, outer in ((words[0], before), (words[-1], after))
    )
    sign = MARK_SIGNS[mark.tag]
    marked = f"{sign}{words}{sign}" if is_clear else f"<{mark.tag}>{words}</{mark.tag}>"
    return start + marked + end


def _first_sign(inline: tree.Inline) -> str:
    match inline:
        case str():
            return inline[:1]
        case tree.Marked(tag) if tag in MARK_SIGNS:
            return "*"
    return " "


def _inline(inline: tree.Inline, notes: dict[int, str]) -> str:
    match inline:
        case tree.Break():
            return "  \n"
        case tree.Marked("code", children):
            return _code(tree.words(children))
        case tree.Link(address, children):
            # A bracket would end the address too early.
            target = f"<{address}>" if "(" in address or ")" in address else address
            return f"[{_inlines(children, notes)}]({target})"
        case tree.Note(number, children):
            notes.setdefault(number, _inlines(children, notes))
            return f"[^{number}]"
    return _escaped(inline)


def _escaped(text: str) -> str:
    text = SIGNS.sub(r"\\\g<0>", text)
    return ENTITY.sub("&amp;", text).replace("<", "&lt;")


def _code(text: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"
