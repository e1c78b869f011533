"""The chapter as an OpenDocument text: outline, lists and notes are real ones, styles have names.

The styles stand in chapter-styles.xml under the names that LibreOffice gives its own, so that a
text pasted into a programme takes that programme's look.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import etree

from . import tree
from .archive import KIND, pack

STYLES = Path(__file__).with_name("chapter-styles.xml")
MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
VERSION = "1.3"

MARK_STYLES = {"strong": "Strong_20_Emphasis", "em": "Emphasis", "code": "Source_20_Text"}
ROLE_STYLES = {"": "Text_20_body", "lead": "Chapeau", "mention": "Mention"}

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}

Child = str | etree._Element


def to_odt(blocks: tree.Blocks, *, title: str, author: str, made_on: date | None) -> bytes:
    """The file. `made_on` is the date that its properties name, None for none."""
    files = {
        "content.xml": _content(blocks),
        "styles.xml": STYLES.read_bytes(),
        "meta.xml": _meta(title, author, made_on),
    }
    return pack(
        [
            (KIND, MEDIA_TYPE.encode()),
            *files.items(),
            ("META-INF/manifest.xml", _manifest(files)),
        ]
    )


def _content(blocks: tree.Blocks) -> bytes:
    text = _element("office:text", *_blocks(blocks))
    return _written("office:document-content", _element("office:body", text))


def _meta(title: str, author: str, made_on: date | None) -> bytes:
    known = {
        "dc:title": title,
        "meta:initial-creator": author,
        "dc:creator": author,
        "meta:creation-date": made_on and f"{made_on}T00:00:00",
        "dc:date": made_on and f"{made_on}T00:00:00",
        "dc:language": "fr-FR",
    }
    given = [_element(name, value) for name, value in known.items() if value]
    return _written("office:document-meta", _element("office:meta", *given))


def _manifest(files: dict[str, bytes]) -> bytes:
    kinds = {"/": MEDIA_TYPE, **dict.fromkeys(files, "text/xml")}
    entries = [
        _element("manifest:file-entry", manifest_full_path=path, manifest_media_type=kind)
        for path, kind in kinds.items()
    ]
    return _serialised(_element("manifest:manifest", *entries, manifest_version=VERSION))


def _blocks(blocks: tree.Blocks, style: str = "") -> Iterator[etree._Element]:
    """`style` is that of the paragraphs in a quotation."""
    for block in blocks:
        match block:
            case tree.Heading(level, children):
                name = f"Heading_20_{level}"
                yield _element(
                    "text:h",
                    *_inlines(children),
                    text_style_name=name,
                    text_outline_level=str(level),
                )
            case tree.Paragraph(children, role):
                yield _element(
                    "text:p", *_inlines(children), text_style_name=style or ROLE_STYLES[role]
                )
            case tree.List():
                yield _list(block, style)
            case tree.Quote(inner):
                yield from _blocks(inner, "Quotations")
            case tree.Rule():
                yield _element("text:p", text_style_name="Horizontal_20_Line")


def _list(block: tree.List, style: str) -> etree._Element:
    items = [_element("text:list-item", *_blocks(item, style)) for item in block.items]
    if block.start is not None and items:
        items[0].set(_name("text:start-value"), str(block.start))
    name = "List_20_1" if block.start is None else "Numbering_20_1"
    return _element("text:list", *items, text_style_name=name)


def _inlines(inlines: tree.Inlines) -> Iterator[Child]:
    for inline in inlines:
        match inline:
            case str():
                yield inline
            case tree.Break():
                yield _element("text:line-break")
            case tree.Marked(tag, children):
                yield _element("text:span", *_inlines(children), text_style_name=MARK_STYLES[tag])
            case tree.Link(address, children):
                yield _element(
                    "text:a", *_inlines(children), xlink_type="simple", xlink_href=address
                )
            case tree.Note(number, children):
                words = _element("text:p", *_inlines(children), text_style_name="Footnote")
                yield _element(
                    "text:note",
                    _element("text:note-citation", str(number)),
                    _element("text:note-body", words),
                    text_note_class="footnote",
                )


def _element(tag: str, *children: Child, **attributes: str) -> etree._Element:
    """`text_style_name="Mention"` is the attribute text:style-name."""
    element = etree.Element(_name(tag), nsmap=NAMES)
    for name, value in attributes.items():
        element.set(_name(name.replace("_", ":", 1).replace("_", "-")), value)
    last = None
    for child in children:
        if not isinstance(child, str):
            element.append(last := child)
        elif last is None:
            element.text = (element.text or "") + child
        else:
            last.tail = (last.tail or "") + child
    return element


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMES[prefix]}}}{local}"


def _written(tag: str, child: etree._Element) -> bytes:
    return _serialised(_element(tag, child, office_version=VERSION))


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
