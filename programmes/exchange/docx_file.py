"""The chapter as a Word document: outline, lists and notes are real ones, styles have names.

python-docx makes the package and its parts. It has no words for footnotes (footnotes.py), nor for
links and lists that count by themselves: these are written here as the format has them
(ECMA-376, part 1, §17.9 and §17.16.22).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor, Twips
from lxml.etree import _Element

from . import tree
from .archive import repack
from .footnotes import Footnotes

LANGUAGE = "fr-FR"
MARK_STYLES = {"strong": "Strong", "em": "Emphasis", "code": "HTMLCode"}
# What a mark adds within another: a run has one style only.
MARK_PROPERTIES = {"strong": "w:b", "em": "w:i"}
ROLE_STYLES = {"": "BodyText", "lead": "Chapeau", "mention": "Mention"}
LINK_STYLE = "Hyperlink"
# What a list and a quotation move their text by, in twentieths of a point.
INDENT, QUOTE_INDENT = 360, 567
MAX_LEVELS = 9
PRESERVE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}


@dataclass(frozen=True)
class Place:
    """How many lists and quotations a block stands in."""

    lists: int = 0
    quotes: int = 0


def to_docx(blocks: tree.Blocks, *, title: str, author: str, made_on: date | None) -> bytes:
    """The file. `made_on` is the date that its properties name, None for none."""
    document = docx.Document()
    _describe(document, title, author, made_on)
    _style(document)
    writer = _Writer(document)
    writer.write(blocks)
    saved = io.BytesIO()
    document.save(saved)
    return repack(saved.getvalue())


class _Writer:
    def __init__(self, document: WordDocument) -> None:
        self.part = document.part
        self.end = document.element.body.sectPr
        self.footnotes = Footnotes(document)
        self.numbering = document.part.numbering_part.element
        self.bullets, self.numbers = _add_kinds(self.numbering)

    def write(self, blocks: tree.Blocks, place: Place = Place()) -> None:
        for block in blocks:
            match block:
                case tree.Heading(level, children):
                    self.paragraph(children, f"Heading{level}")
                case tree.Paragraph(children, role):
                    self.paragraph(children, _style_of(role, place), indent=_indent(place))
                case tree.List():
                    self.list(block, replace(place, lists=place.lists + 1))
                case tree.Quote(inner):
                    self.write(inner, replace(place, quotes=place.quotes + 1))
                case tree.Rule():
                    self.paragraph((), "Filet")

    def list(self, block: tree.List, place: Place) -> None:
        """Each list counts for itself. The first paragraph of an item bears its mark."""
        level = min(place.lists, MAX_LEVELS) - 1
        kind = self.bullets if block.start is None else self.numbers
        number = self.numbering.add_num(kind)
        if block.start is not None:
            number.add_lvlOverride(level).add_startOverride(block.start)
        style = "ListBullet" if block.start is None else "ListNumber"
        for item in block.items:
            match item:
                case [tree.Paragraph(first), *rest]:
                    pass
                case rest:
                    first = ()
            self.paragraph(first, style, list_level=(number.numId, level))
            self.write(tuple(rest), place)

    def paragraph(
        self,
        inlines: tree.Inlines,
        style: str,
        *,
        indent: int = 0,
        list_level: tuple[int, int] | None = None,
    ) -> None:
        paragraph = OxmlElement("w:p")
        properties = paragraph.get_or_add_pPr()
        properties.style = style
        if list_level:
            numbering = properties.get_or_add_numPr()
            numbering.get_or_add_ilvl().val = list_level[1]
            numbering.get_or_add_numId().val = list_level[0]
        if indent:
            properties.append(OxmlElement("w:ind", {qn("w:left"): str(indent)}))
        paragraph.extend(self.runs(inlines, self.part))
        self.end.addprevious(paragraph)

    def runs(
        self, inlines: tree.Inlines, part: Part, marks: tuple[str, ...] = (), style: str = ""
    ) -> Iterator[_Element]:
        """Runs of text in these marks, outermost first. `part` is the one that they stand in."""
        for inline in inlines:
            match inline:
                case str():
                    text = OxmlElement("w:t", PRESERVE)
                    text.text = inline
                    yield _run(text, marks, style)
                case tree.Break():
                    yield _run(OxmlElement("w:br"), marks, style)
                case tree.Marked(tag, children):
                    yield from self.runs(children, part, (*marks, tag), style)
                case tree.Link(address, children):
                    target = part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                    link = OxmlElement("w:hyperlink", {qn("r:id"): target})
                    link.extend(self.runs(children, part, marks, LINK_STYLE))
                    yield link
                case tree.Note(_, children):
                    yield self.footnotes.add(list(self.runs(children, self.footnotes.part)))


def _run(content: _Element, marks: tuple[str, ...], style: str) -> _Element:
    run = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    named = style or ("HTMLCode" if "code" in marks else "")
    others = sorted(set(marks) - {"code"}, reverse=True)
    if not named and others:
        named = MARK_STYLES[others.pop(0)]
    if named:
        properties.append(OxmlElement("w:rStyle", {qn("w:val"): named}))
    properties.extend(OxmlElement(MARK_PROPERTIES[mark]) for mark in others)
    if len(properties):
        run.append(properties)
    run.append(content)
    return run


def _style_of(role: str, place: Place) -> str:
    if place.lists:
        return "ListContinue"
    return "Quote" if place.quotes else ROLE_STYLES[role]


def _indent(place: Place) -> int:
    """0 where the style of the paragraph moves it as far as it should be."""
    if place.lists + place.quotes < 2:
        return 0
    return INDENT * place.lists + QUOTE_INDENT * place.quotes


def _add_kinds(numbering: _Element) -> tuple[int, int]:
    """Adds a list of bullets and one of numbers, nine levels each; gives their identifiers."""
    known = numbering.findall(qn("w:abstractNum"))
    first = max(int(each.get(qn("w:abstractNumId"))) for each in known) + 1
    for identifier, kind in ((first, "bullet"), (first + 1, "decimal")):
        levels = "".join(_level(level, kind) for level in range(MAX_LEVELS))
        element = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identifier}">'
            f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
        )
        # All kinds stand before the first list.
        numbering.find(qn("w:num")).addprevious(element)
    return first, first + 1


def _level(level: int, kind: str) -> str:
    sign = f"%{level + 1}." if kind == "decimal" else "•–"[level % 2]
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{INDENT * (level + 1)}" w:hanging="{INDENT}"/></w:pPr></w:lvl>'
    )


def _describe(document: WordDocument, title: str, author: str, made_on: date | None) -> None:
    package = document.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            # A picture of an empty page.
            del package.rels[name]
    properties = document.core_properties
    # The empty document that python-docx starts from is somebody's, of 2013.
    for element in list(properties._element):
        properties._element.remove(element)
    properties.title, properties.author, properties.language = title, author, LANGUAGE
    if made_on:
        midnight = datetime.combine(made_on, time(), UTC).replace(tzinfo=None)
        properties.created = properties.modified = midnight
    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), LANGUAGE)
    settings.find(qn("w:decimalSymbol")).set(qn("w:val"), ",")
    settings.find(qn("w:listSeparator")).set(qn("w:val"), ";")


def _style(document: WordDocument) -> None:
    """Our few styles, and the template's in black, in French and on A4."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin = page.bottom_margin = Mm(22)
    styles = document.styles
    styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), LANGUAGE)
    for level in range(1, 7):
        heading = styles[f"Heading {level}"]
        heading.font.color.rgb = RGBColor(0, 0, 0)
        heading.font.italic = level == 6
        heading.font.bold = level < 6
        heading.font.size = Pt((20, 18, 15, 12.5, 11, 11)[level - 1])
    for name, size, is_italic in (("Chapeau", None, True), ("Mention", 9, None)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Body Text"]
        style.font.size = size and Pt(size)
        style.font.italic = is_italic
        # Both stand between a heading and its text.
        style.paragraph_format.keep_with_next = True
    quote = styles["Quote"]
    quote.font.color.rgb = RGBColor(0, 0, 0)
    quote.font.italic = False
    quote.paragraph_format.left_indent = Twips(QUOTE_INDENT)
    rule = styles.add_style("Filet", WD_STYLE_TYPE.PARAGRAPH)
    rule.base_style = styles["Body Text"]
    rule.element.get_or_add_pPr().append(
        parse_xml(
            f"<w:pBdr {nsdecls('w')}>"
            '<w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
        )
    )
    link = styles.add_style(LINK_STYLE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.underline = True
    code = styles.add_style("HTML Code", WD_STYLE_TYPE.CHARACTER, builtin=True)
    code.font.name = "Consolas"
