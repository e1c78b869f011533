"""Footnotes of a Word document, which python-docx has no words for.

They stand in a part of their own, word/footnotes.xml, beside two that Word draws the line above
the notes with (ECMA-376, part 1, §17.11).
"""

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.styles.style import ParagraphStyle
from lxml.etree import _Element

SEPARATORS = f"""
<w:footnotes {nsdecls("w", "r")}>
  <w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
  <w:footnote w:type="continuationSeparator" w:id="0">
    <w:p><w:r><w:continuationSeparator/></w:r></w:p>
  </w:footnote>
</w:footnotes>
"""
DECLARED = f"""
<w:footnotePr {nsdecls("w")}><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>
"""


class Footnotes:
    """The notes of one document. `part` holds the relationships of links within them."""

    def __init__(self, document: Document) -> None:
        main = document.part
        self.part = XmlPart(
            PackURI("/word/footnotes.xml"),
            CONTENT_TYPE.WML_FOOTNOTES,
            parse_xml(SEPARATORS),
            main.package,
        )
        main.relate_to(self.part, RELATIONSHIP_TYPE.FOOTNOTES)
        self.count = 0
        # Word refuses settings in another order: these come right before w:compat.
        document.settings.element.find(qn("w:compat")).addprevious(parse_xml(DECLARED))
        text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        text.base_style = document.styles["Normal"]
        text.font.size = Pt(9)
        text.paragraph_format.space_after = Pt(2)
        sign = document.styles.add_style(
            "footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True
        )
        sign.font.superscript = True
        self.text_style: ParagraphStyle = text
        self.sign_style_id: str = sign.style_id

    def add(self, runs: list[_Element]) -> _Element:
        """Adds a note of these runs; gives the run that calls it, to put in the text."""
        self.count += 1
        note = OxmlElement("w:footnote", {qn("w:id"): str(self.count)})
        paragraph = OxmlElement("w:p")
        properties = OxmlElement("w:pPr")
        properties.append(OxmlElement("w:pStyle", {qn("w:val"): self.text_style.style_id}))
        space = OxmlElement("w:t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        space.text = " "
        spaced = OxmlElement("w:r")
        spaced.append(space)
        paragraph.extend([properties, self._sign("w:footnoteRef"), spaced, *runs])
        note.append(paragraph)
        self.part.element.append(note)
        call = self._sign("w:footnoteReference")
        call[-1].set(qn("w:id"), str(self.count))
        return call

    def _sign(self, tag: str) -> _Element:
        run, properties = OxmlElement("w:r"), OxmlElement("w:rPr")
        properties.append(OxmlElement("w:rStyle", {qn("w:val"): self.sign_style_id}))
        run.extend([properties, OxmlElement(tag)])
        return run
