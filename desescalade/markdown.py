"""Markdown of teams and of the catalogue, turned into harmless HTML.

The only module that imports ``markdown`` and ``nh3``. Whatever it is given (an import, an old
database, an attack), ``to_html`` returns harmless HTML quickly: a text beyond the bounds below
loses its formatting, never its words, so the page and the PDF still come. Forms call
``problems`` first, so that the person who types learns why.

Behind the bounds and the removals: stock Python-Markdown is quadratic on brackets (16 KB of `[`
take over 20 s), and WeasyPrint dies of 80 nested list marks.
"""

import html
import re
from itertools import groupby
from xml.etree.ElementTree import Element

import nh3
from markdown import Extension, Markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.treeprocessors import Treeprocessor

from desescalade.typography import number, typeset

MAX_CHARACTERS = 6_000
MAX_BRACKETS = 200
# Backticks and backslashes: each costs as much as a bracket, and they multiply with brackets.
MAX_ESCAPES = 200
MAX_DEPTH = 8

# Eight lists are sixteen elements; the rest is for paragraphs, links and emphasis. WeasyPrint
# raises RecursionError at about a hundred and sixty (M12).
_MAX_ELEMENT_DEPTH = 4 * MAX_DEPTH
# Beyond this even a text without formatting is cut, visibly.
MAX_PLAIN_CHARACTERS = 100_000
_CUT = "[Texte coupé ici : il dépasse {} signes.]"

_TAGS = {"p", "br", "hr", "strong", "em", "sup", "sub", "code", "a"}
_TAGS |= {"ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6"}
_CONTAINERS = ("ul", "ol", "blockquote")

_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ADDRESS = re.compile(
    r"https?://[^\s<>\"\\/?#@]+(?:[/?#][^\s<>\"\\]*)?"
    r"|mailto:[^\s<>\"\\@]+@[^\s<>\"\\@]+"
    r"|tel:\+?[\d().-]+",
    re.IGNORECASE,
)

# What word processors put before the items of a pasted list (the last is Word's, from Symbol).
_BULLETS = "•‣◦▪·\uf0b7"
# Four digits are a year, not a rank.
_ITEM = re.compile(rf"([-*+{_BULLETS}]|\d{{1,3}}[.)]) +(?=\S)")
_LEADING_MARKS = re.compile(r"(?:(?:>|[-*+]|\d+\.)(?: +|(?=>)|$))+")
_YEAR = re.compile(r"(\d{4,})(?=\.(?: |$))")
_HASHTAG = re.compile(r"#{1,6}(?![# ])")
_RULE = re.compile(r"([-*_])(?: *\1){2,} *")
_HEADING = re.compile(r"#{1,6} ")
_QUOTE = re.compile(r" ?> ?")

# Compiled here and not at first use: what is left to do when the stack is full must be little.
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_VOID = ("br", "hr")
_ENDS_LINE = re.compile(r"<br>\n?|</(?:li|[uo]l)>|<[uo]l>")
_ENDS_PARAGRAPH = re.compile(r"</(?:p|h[3-6]|blockquote)>|</[uo]l>(?!\s*</li>)|<hr>")


def to_html(text: str, heading_level: int = 4) -> str:
    """Convert Markdown to sanitised HTML: paragraphs, lists, quotations, links, emphasis.

    Never raises, and stays under half a second whatever the text. Beyond ``MAX_CHARACTERS``,
    ``MAX_BRACKETS``, ``MAX_ESCAPES`` or ``MAX_DEPTH`` the text comes back as escaped paragraphs,
    line breaks kept. Raw HTML and entities are shown as typed; pictures, references, tables and
    code blocks do not exist. Links are absolute (http, https, mailto, tel) or lose their link and
    keep their words. A list keeps the number it starts at.

    ``#`` becomes ``<h{heading_level}>`` (3 to 6, others are brought back into that range), deeper
    headings follow, none beyond ``h6``. A single line break is a space, because the catalogue's
    paragraphs are folded by hand; two spaces at the end of a line make a ``<br>``.
    """
    cleaned = _cleaned(text)
    rendered = _rendered(cleaned, heading_level)
    return _without_formatting(cleaned) if rendered is None else rendered


def problems(text: str) -> list[str]:
    """Say in French what is wrong with a text and how to mend it; empty when all is well.

    Empty exactly when ``to_html`` keeps the formatting and drops no invisible character. Meant
    for forms, before a text is stored: everything is said at once.
    """
    cleaned = _cleaned(text)
    found = [*_size_problems(cleaned), *_invisible_problems(text)]
    if not _is_too_big(cleaned) and _rendered(cleaned, 4) is None:
        found.append(
            f"Ce texte emboîte des listes, des citations ou des mises en valeur sur plus de "
            f"{MAX_DEPTH} niveaux. Remontez les plus profondes d'un niveau ou plus."
        )
    return [typeset(sentence) for sentence in found]


def to_text(text: str) -> str:
    """Return the words of a Markdown text without its marks, for titles, lengths and text exports.

    Paragraphs are separated by an empty line, list items stand one a line without bullet, links
    keep their words and lose their address. A text beyond the bounds keeps its marks.
    """
    cleaned = _cleaned(text)
    rendered = _rendered(cleaned, 4)
    if rendered is None:
        return cleaned.strip()
    paragraphs = _ENDS_PARAGRAPH.split(rendered.replace("<br>\n", "<br>"))
    return "\n\n".join(filter(None, map(_words, paragraphs)))


def cut(text: str, length: int = MAX_PLAIN_CHARACTERS) -> str:
    """Return the text, or its first `length` characters and a paragraph that says so."""
    if len(text) <= length:
        return text
    return f"{text[:length]}\n\n{typeset(_CUT.format(number(length)))}"


def escape(text: str) -> str:
    """Escape a name or a value so that it shows as typed when inserted into a Markdown text.

    Line breaks and runs of spaces become one space: an inserted value never opens a paragraph.
    Marks that only count at the start of a line are escaped at the start of the value.
    """
    text = re.sub(r"[ \t\n]+", " ", _cleaned(text)).strip(" ")
    text = re.sub(r"[\\`*_\[\]]", r"\\\g<0>", text)
    text = re.sub(rf"^[#>+.{_BULLETS}-]", r"\\\g<0>", text)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", text)


class _TooDeep(Exception):
    """A text nests lists or quotations deeper than ``MAX_DEPTH``."""


class _Prose(Extension):
    """Removes from Python-Markdown all that is dangerous, slow on hostile text, or not prose.

    Raw HTML, references, pictures and automatic links are quadratic (M10, M11). Indented code
    would swallow pasted paragraphs, and underlined headings would take the sentence above a
    ``---``.
    """

    def __init__(self, heading_level: int) -> None:
        super().__init__()
        self.heading_level = heading_level

    def extendMarkdown(self, md: Markdown) -> None:
        """Remove the processors and add the one that mends headings and links."""
        md.preprocessors.deregister("html_block")
        for name in ("code", "setextheader", "reference"):
            md.parser.blockprocessors.deregister(name)
        for name in (
            "reference",
            "image_link",
            "image_reference",
            "short_reference",
            "short_image_ref",
            "autolink",
            "automail",
            "html",
            "entity",
        ):
            md.inlinePatterns.deregister(name)
        md.postprocessors.deregister("raw_html")
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, *_BULLETS]
        # After "unescape" (0), so that the address is seen as it will be written.
        md.treeprocessors.register(_Mender(self.heading_level), "mender", -10)


class _Mender(Treeprocessor):
    """Shifts headings, unlinks words whose address is not allowed, keeps ``&`` as typed.

    Python-Markdown lets entities through, and ``&#8238;`` would bring back a character that the
    cleaning has removed.
    """

    def __init__(self, heading_level: int) -> None:
        super().__init__()
        self.shift = min(max(heading_level, 3), 6) - 1

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for element in root.iter():
            # The text of a code element is escaped already.
            if element.text and element.tag != "code":
                element.text = element.text.replace("&", "&amp;")
            if element.tail:
                element.tail = element.tail.replace("&", "&amp;")
            if re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(int(element.tag[1]) + self.shift, 6)}"
            elif element.tag == "a":
                self._mend_link(element)

    def _mend_link(self, element: Element) -> None:
        address = element.get("href", "")
        element.attrib.clear()
        if _ADDRESS.fullmatch(address):
            element.set("href", address.replace("&", "&amp;"))
        else:
            # nh3 drops the span and keeps what it holds.
            element.tag = "span"


def _allowed_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href" and _ADDRESS.fullmatch(value):
        return value
    # Never the author's: "rel" is not in the attributes below, nh3 adds its own.
    if tag == "a" and name == "rel":
        return value
    if tag == "ol" and name == "start" and re.fullmatch("[0-9]{1,3}", value):
        return value
    return None


_SANITISER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    attribute_filter=_allowed_attribute,
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener nofollow",
    clean_content_tags={"script", "style", "svg", "math", "iframe", "object", "template"},
)


def _cleaned(text: str) -> str:
    return _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text))


def _is_too_big(cleaned: str) -> bool:
    return (
        len(cleaned) > MAX_CHARACTERS
        or cleaned.count("[") > MAX_BRACKETS
        or _escapes(cleaned) > MAX_ESCAPES
    )


def _escapes(cleaned: str) -> int:
    return cleaned.count("`") + cleaned.count("\\")


def _rendered(cleaned: str, heading_level: int) -> str | None:
    """Return sanitised HTML, or None for a text beyond the bounds."""
    if _is_too_big(cleaned):
        return None
    try:
        lines = _normalised(cleaned.expandtabs(4).split("\n"))
        converter = Markdown(extensions=[SaneListExtension(), _Prose(heading_level)])
        sanitised = _SANITISER.clean(converter.convert("\n".join(lines)))
    except _TooDeep:
        return None
    except Exception:
        # RecursionError is known (M10) and depends on the caller's stack; a parser that has
        # raised AssertionError before (CVE-2025-69534) must not take a page or a PDF with it.
        return None
    return None if _is_too_deep(sanitised) else sanitised.replace("&nbsp;", "\u00a0")


def _is_too_deep(sanitised: str) -> bool:
    depth = containers = 0
    for found in _TAG.finditer(sanitised):
        if found[2] in _VOID:
            continue
        step = -1 if found[1] else 1
        depth += step
        containers += step if found[2] in _CONTAINERS else 0
        if depth > _MAX_ELEMENT_DEPTH or containers > MAX_DEPTH:
            return True
    return False


def _without_formatting(cleaned: str) -> str:
    blocks = _EMPTY_LINES.split(html.escape(cut(cleaned), quote=False))
    lines = (block.strip("\n \t").replace("\n", "<br>\n") for block in blocks)
    return "\n".join(f"<p>{line}</p>" for line in lines if line)


def _words(fragment: str) -> str:
    lines = _ENDS_LINE.sub("\0", fragment.replace("\n", " ")).split("\0")
    stripped = (re.sub(" +", " ", html.unescape(_TAG.sub("", line))).strip(" ") for line in lines)
    return "\n".join(filter(None, stripped))


def _size_problems(cleaned: str) -> list[str]:
    found = []
    if len(cleaned) > MAX_CHARACTERS:
        found.append(
            f"Ce texte compte {number(len(cleaned))} signes, le maximum est de "
            f"{number(MAX_CHARACTERS)}. Raccourcissez-le ou partagez-le en deux."
        )
    if (brackets := cleaned.count("[")) > MAX_BRACKETS:
        found.append(
            f"Ce texte compte {number(brackets)} crochets ouvrants « [ », le maximum est "
            f"de {MAX_BRACKETS}. Retirez ceux qui n'ouvrent pas un lien."
        )
    if (escapes := _escapes(cleaned)) > MAX_ESCAPES:
        found.append(
            f"Ce texte compte {number(escapes)} accents graves « ` » et barres inverses « \\ », "
            f"le maximum est de {MAX_ESCAPES}. Retirez ceux qui ne servent pas."
        )
    return found


def _invisible_problems(text: str) -> list[str]:
    first_line: dict[str, int] = {}
    for line, content in enumerate(re.split("\r\n?|\n", text), start=1):
        for character in _INVISIBLE.findall(content):
            first_line.setdefault(character, line)
    return [
        f"Ligne {line} : ce texte contient un caractère invisible, {_name(character)}. "
        f"Effacez-le, ou tapez le passage de nouveau."
        for character, line in first_line.items()
    ]


def _name(character: str) -> str:
    code = f"U+{ord(character):04X}"
    if character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return f"{code}, qui change le sens de l'écriture"
    if character == "\0":
        return f"{code}, le caractère nul"
    return f"{code}, un caractère de commande"


def _normalised(lines: list[str], depth: int = 0) -> list[str]:
    """Return the lines as Python-Markdown wants them; ``depth`` counts the quotations around."""
    if depth > MAX_DEPTH:
        raise _TooDeep
    normaliser = _Normaliser(depth)
    for quoted, run in groupby(lines, key=lambda line: bool(_QUOTE.match(line))):
        if quoted:
            normaliser.add_quotation(list(run))
        else:
            for line in run:
                normaliser.add(line)
    return normaliser.lines


class _Normaliser:
    """Rewrites lists as Python-Markdown wants them: four spaces a level, an empty line before.

    People write lists as everywhere else, with two or three spaces and right under a paragraph.
    The rules are those of CommonMark: an item nests when it is
    indented by two or more, and a numbered list interrupts a paragraph only when it starts at 1,
    so that a paragraph folded before "12." stays whole.
    """

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.lines: list[str] = []
        # Indentation of the open items, outermost first, and whether each is numbered.
        self.items: list[tuple[int, bool]] = []
        self.under_paragraph = False
        self.under_loose_item = False

    def add(self, line: str) -> None:
        """Add a line that is not part of a quotation."""
        content = line.lstrip(" ")
        indent = len(line) - len(content)
        item = _ITEM.match(content)
        if not content:
            self._append("")
        elif _RULE.fullmatch(content) or _HEADING.match(content):
            self._close_items(indent)
            self._append(self._margin() + content)
        elif item and self._may_start(item[1]):
            self._add_item(indent, item[1], content[item.end() :])
        else:
            self._add_words(indent, content)

    def add_quotation(self, lines: list[str]) -> None:
        """Add consecutive lines that start with ``>``."""
        self._close_items(0)
        inner = [_QUOTE.sub("", line, count=1) for line in lines]
        for line in _normalised(inner, self.depth + 1):
            self._append(f"> {line}")

    def _may_start(self, mark: str) -> bool:
        return not self.under_paragraph or not mark[0].isdigit() or mark[:-1] == "1"

    def _add_item(self, indent: int, mark: str, content: str) -> None:
        numbered = mark[0].isdigit()
        sibling = self._pop_items(indent)
        changes_kind = sibling is not None and sibling[1] is not numbered
        if self.under_paragraph or self.under_loose_item or changes_kind:
            self._separate()
        if self.depth + len(self.items) + 1 + _marks_count(content) > MAX_DEPTH:
            raise _TooDeep
        mark = f"{mark[:-1]}." if numbered else "-"
        self._append(f"{self._margin()}{mark} {_literal(content)}")
        self.items.append((indent, numbered))

    def _add_words(self, indent: int, content: str) -> None:
        under_blank = not self.lines or not self.lines[-1]
        if under_blank:
            self._pop_items(indent)
        # Words right under an item continue it wherever they stand.
        loose = bool(self.items) and (under_blank or self.under_loose_item)
        self._append((self._margin() if under_blank else "") + _literal(content))
        self.under_paragraph = not self.items
        self.under_loose_item = loose

    def _append(self, line: str) -> None:
        self.lines.append(line)
        self.under_paragraph = self.under_loose_item = False

    def _margin(self) -> str:
        return "    " * len(self.items)

    def _close_items(self, indent: int) -> None:
        if self._pop_items(indent):
            self._separate()

    def _pop_items(self, indent: int) -> tuple[int, bool] | None:
        """Close the items that a line at this indentation is not in; return the last closed."""
        closed = None
        while self.items and indent < self.items[-1][0] + 2:
            closed = self.items.pop()
        return closed

    def _separate(self) -> None:
        if self.lines and self.lines[-1]:
            self._append("")


def _literal(content: str) -> str:
    """Escape at the start of a line what Python-Markdown takes for a mark and people do not."""
    if found := _YEAR.match(content):
        return f"{found[0]}\\{content[found.end() :]}"
    return f"\\{content}" if _HASHTAG.match(content) else content


def _marks_count(content: str) -> int:
    """Count the list and quotation marks that start the content of an item."""
    marks = _LEADING_MARKS.match(content)
    if not marks or _RULE.fullmatch(content):
        return 0
    return len(re.findall(r">|[-*+]|\d+\.", marks[0]))
