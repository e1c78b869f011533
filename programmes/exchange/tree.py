"""The few kinds of text that a programme is made of, read from the HTML of markdown.to_html.

Every writer (ODT, DOCX, HTML, Markdown) walks this tree, so that none says more than another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from desescalade import markdown, typography

# What XML 1.0 forbids, and what turns the reading direction of the words that follow.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SPACES = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")
# Word refuses to open a whole file because of one link to http://[x.
_STRAY = re.compile(r"[\[\]{}|^`\\]")
_ADDRESS = re.compile(
    r"https?://[\w.-]+(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?|(?:mailto|tel):[^\s<>\"]+", re.IGNORECASE
)

MARKS = ("strong", "em", "code")


@dataclass(frozen=True)
class Break:
    """A new line within a paragraph."""


@dataclass(frozen=True)
class Marked:
    """`tag` is one of MARKS."""

    tag: str
    children: "Inlines"


@dataclass(frozen=True)
class Link:
    """`address` is absolute: http, https, mailto or tel."""

    address: str
    children: "Inlines"


@dataclass(frozen=True)
class Note:
    """A call of a note, with the note. The same note may be called again, by the same number."""

    number: int
    children: "Inlines"


Inline = str | Break | Marked | Link | Note
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """`level` is from 1 to 6."""

    level: int
    children: Inlines


@dataclass(frozen=True)
class Paragraph:
    """`role` is "" for running text, "lead" for a summary, "mention" for small print."""

    children: Inlines
    role: str = ""


@dataclass(frozen=True)
class List:
    """`start` is the number of the first item, None for bullets."""

    items: tuple["Blocks", ...]
    start: int | None = None


@dataclass(frozen=True)
class Quote:
    blocks: "Blocks"


@dataclass(frozen=True)
class Rule:
    """A line across the page."""


Block = Heading | Paragraph | List | Quote | Rule
Blocks = tuple[Block, ...]


def plain(text: str) -> str:
    """A title or a line as it is shown: on one line, with French spaces."""
    return typography.typeset(one_line(text))


def one_line(text: str) -> str:
    """The words as they were written, on one line, less what no file can hold."""
    return _SPACES.sub(" ", _FORBIDDEN.sub("", text)).strip(" ")


def clean(text: str) -> str:
    """The lines as they were written, less what no file can hold."""
    return kept(text).strip()


def kept(text: str) -> str:
    """As `clean`, with the spaces at both ends: for a file that is to come back unchanged."""
    return _FORBIDDEN.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text))


def prose(text: str, heading_level: int) -> Blocks:
    """The blocks of a Markdown text, French typography applied, whatever was written.

    Headings start at `heading_level`, skip no level and go no deeper than 6. Within a list or a
    quotation they become bold paragraphs: no word processor has an outline there.
    """
    html = markdown.to_html(typography.typeset(text), heading_level)
    return tuple(_in_order(parse(html), heading_level))


def parse(html: str) -> Blocks:
    """The blocks of HTML that markdown.to_html made; what it never makes loses its tag."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return _blocks(parser.open[0].children)


def link(address: str, children: Inlines) -> Inlines:
    """A link whose address every program takes for one, or the words alone."""
    address = _STRAY.sub(lambda found: f"%{ord(found[0]):02X}", address)
    return (Link(address, children),) if _ADDRESS.fullmatch(address) else children


def words(inlines: Inlines) -> str:
    """The text without its marks and notes."""
    return "".join(_words(inlines))


def _words(inlines: Inlines) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case str():
                yield inline
            case Break():
                yield " "
            case Marked(children=children) | Link(children=children):
                yield from _words(children)


def _in_order(blocks: Blocks, first: int) -> Iterator[Block]:
    deepest = first - 1
    for block in blocks:
        if isinstance(block, Heading):
            deepest = min(max(block.level, first), deepest + 1, 6)
            yield Heading(deepest, block.children)
        else:
            yield block


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["_Element | str"] = field(default_factory=list)


class _Parser(HTMLParser):
    """Nests what is sanitised already, so every tag that opens is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in ("br", "hr"):
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


_BLOCK_TAGS = {"p", "ul", "ol", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}


def _blocks(children: list[_Element | str], is_inside: bool = False) -> Blocks:
    """`is_inside` of a list or a quotation. Words that stand in no block make a paragraph."""
    found: list[Block] = []
    loose: list[_Element | str] = []

    def settle() -> None:
        if content := _trimmed(_inlines(loose)):
            found.append(Paragraph(content))
        loose.clear()

    for child in children:
        if isinstance(child, str) or child.tag not in _BLOCK_TAGS:
            loose.append(child)
        else:
            settle()
            found.extend(_block(child, is_inside))
    settle()
    return tuple(found)


def _block(element: _Element, is_inside: bool) -> Iterator[Block]:
    match element.tag:
        case "ul" | "ol":
            items = [each for each in element.children if isinstance(each, _Element)]
            start = int(element.attributes.get("start", 1)) if element.tag == "ol" else None
            yield List(tuple(_blocks(item.children, True) for item in items), start)
        case "blockquote":
            yield Quote(_blocks(element.children, True))
        case "hr":
            yield Rule()
        case "p":
            if content := _trimmed(_inlines(element.children)):
                yield Paragraph(content)
        case heading:
            if content := _trimmed(_inlines(element.children)):
                bold = Paragraph((Marked("strong", content),))
                yield bold if is_inside else Heading(int(heading[1]), content)


def _inlines(children: list[_Element | str]) -> list[Inline]:
    found: list[Inline] = []
    for child in children:
        if isinstance(child, str):
            _add_words(found, _SPACES.sub(" ", child))
            continue
        inner = tuple(_inlines(child.children))
        if child.tag == "br":
            _add_words(found, "", is_last=True)
            found.append(Break())
        elif child.tag in MARKS and inner:
            found.append(Marked(child.tag, inner))
        elif child.tag == "a" and inner:
            found.extend(link(child.attributes.get("href", ""), inner))
        else:
            found.extend(inner)
    return found


def _add_words(found: list[Inline], text: str, *, is_last: bool = False) -> None:
    """Adds to the words before them. No space stands by a break or by another space.

    `is_last` of the line: a break follows.
    """
    if found and isinstance(found[-1], Break):
        text = text.lstrip(" ")
    if found and isinstance(found[-1], str):
        text = _SPACES.sub(" ", found.pop() + text)
    if is_last:
        text = text.rstrip(" ")
    if text:
        found.append(text)


def _trimmed(inlines: list[Inline]) -> Inlines:
    """Without spaces and breaks at both ends; nothing for a blank."""
    kept = list(inlines)
    while kept and (isinstance(kept[0], Break) or kept[0] == " "):
        kept.pop(0)
    while kept and (isinstance(kept[-1], Break) or kept[-1] == " "):
        kept.pop()
    if kept and isinstance(kept[0], str):
        kept[0] = kept[0].lstrip(" ")
    if kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip(" ")
    return tuple(kept)
