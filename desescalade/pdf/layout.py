"""Laying out with WeasyPrint: style sheets, one document to a PDF, what is reported of it.

For engine.py alone, in its own process: importing this takes 0.6 s and stays in memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pydyf
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.css.counters import CounterStyle
from weasyprint.formatting_structure.boxes import Box, MarginBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.ffi import ffi, gobject, pangoft2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from desescalade.pdf import SCREEN_VARIANT
from desescalade.pdf.fetchers import AttachmentFetcher, ImageFetcher

# Some of everything that WeasyPrint loads at its first use.
_REHEARSAL = """<!DOCTYPE html><html lang="fr"><title>Essai</title><h1 id="r">Répétition</h1>
<p><img src="image:dot" alt="point"></p>
<p style="hyphens:auto; width:4em">anticonstitutionnellement <b>gras</b> <i>italique</i></p>
<ol><li>un</ol><table><tr><th>a<td>b</table><div style="display:flex"><p>c</div>
<svg viewBox="0 0 9 9" width="9"><title>trait</title><path d="M0 0h9"/><text>t</text></svg>"""
# A PNG of one white dot.
_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f0001010100b138f6140000000049454e44ae426082"
)

# Says that the PDF/A is a PDF/UA as well, and describes that statement, which PDF/A knows
# nothing of (ISO 14289-1, 5; ISO 19005-3, 6.6.2.3).
_PDFUA_RDF = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

# How WeasyPrint's log says that it begins a page; the number of the page follows.
_PAGE_BEGINS = "Step 5 - Creating layout - Page %d"

_HYPHENS = "-\u00ad\u2010\u2011"
_NO_WIDTH = "\u200b\u2060\ufeff"
_SPACES = "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
_UNCOUNTED = str.maketrans("", "", _SPACES + _NO_WIDTH + _HYPHENS)


@dataclass
class Style:
    """A list of style sheets, parsed.

    The fonts belong to the list and not to the engine: what another format loaded before must
    not decide which face stands in for a missing letter.
    """

    sheets: list[CSS] = field(default_factory=list)
    fonts: FontConfiguration = field(default_factory=FontConfiguration)
    counters: CounterStyle = field(default_factory=CounterStyle)
    colors: dict[str, object] = field(default_factory=dict)

    def parse(self, paths: list[Path], fetcher: URLFetcher) -> None:
        """Parse the sheets in order; OSError for a missing one."""
        for path in paths:
            sheet = CSS(
                filename=path,
                url_fetcher=fetcher,
                font_config=self.fonts,
                counter_style=self.counters,
                color_profiles=self.colors,
            )
            self.sheets.append(sheet)

    def renew_after_fork(self) -> None:
        """Give this process a font map of its own, over the same parsed faces.

        From Pango 1.51 on, a font map has a thread that looks fonts up; a fork does not
        inherit threads, so an inherited map waits for ever. The old one must not be freed.
        """
        inherited = self.fonts.font_map
        font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(
            ffi.cast("PangoFcFontMap *", font_map), self.fonts._config
        )
        self.fonts.font_map = font_map
        self.fonts.inherited_font_map = inherited
        self.fonts.strut_layouts = {}
        self.fonts.font_features = {}
        # Faces come from the project only, and this process may not write any file.
        self.fonts.add_font_face = lambda descriptors, fetcher: None


def rehearse(style: Style) -> None:
    """Load what WeasyPrint loads at its first use: once, before any fork."""
    lay_out(_REHEARSAL, {"dot": _DOT}, style, SCREEN_VARIANT)


def listen(hear: Callable[[int], None]) -> None:
    """From now on, call `hear` with the number of pages laid out, whenever one more begins.

    Read from what WeasyPrint says of its progress; no handler would hear it, as logging is
    disabled in the cage.
    """

    def info(message: str, *arguments: int) -> None:
        if message.startswith(_PAGE_BEGINS):
            hear(arguments[0] - 1)

    PROGRESS_LOGGER.info = info


def lay_out(
    html: str,
    images: Mapping[str, bytes],
    style: Style,
    variant: str | None,
    attachments: Sequence[Attachment] = (),
) -> tuple[bytes, dict]:
    """The PDF, and what is reported of it."""
    source = HTML(string=html, url_fetcher=ImageFetcher(images))
    owners = _owners(source.etree_element)
    for element in source.etree_element.iter():
        # rel=attachment would embed files (empty ones, dated now), rel=stylesheet fetch.
        element.attrib.pop("rel", None)
    pdf_variant = "pdf/a-3a" if variant == SCREEN_VARIANT else variant
    document = source.render(
        stylesheets=style.sheets,
        font_config=style.fonts,
        counter_style=style.counters,
        # A copy, as PDF/A adds its own, which later renders of this engine must not inherit.
        color_profiles=dict(style.colors),
        pdf_variant=pdf_variant,
    )
    bookmarks = [
        (level, label, number)
        for number, page in enumerate(document.pages, start=1)
        for level, label, _, _ in page.bookmarks
    ]
    report = {
        "page_count": len(document.pages),
        "bookmarks": bookmarks,
        "placements": _placements(document, owners),
    }
    if variant == SCREEN_VARIANT:
        _declare_pdfua(document)
    pdf = document.write_pdf(
        pdf_variant=pdf_variant, attachments=attachments, finisher=_smooth_no_image
    )
    return pdf, report


def _declare_pdfua(document: Document) -> None:
    """Have the metadata of a PDF/A, which WeasyPrint writes, say that it is a PDF/UA too."""
    generate = document.metadata.generate_rdf_metadata

    def generate_both(*arguments: object) -> bytes:
        begin, end, _ = generate(*arguments).rpartition(b"</rdf:RDF>")
        return begin + _PDFUA_RDF + end

    document.metadata.generate_rdf_metadata = generate_both


def _smooth_no_image(document: Document, pdf: pydyf.PDF) -> None:
    """Undo the smoothing that WeasyPrint asks for: PDF/A forbids it (ISO 19005-3, 6.2.8)."""
    for item in pdf.objects:
        if "Interpolate" in getattr(item, "extra", ()):
            item.extra["Interpolate"] = "false"


def attached(
    content: bytes, name: str, description: str, dated: str, media_type: str
) -> Attachment:
    moment = datetime.fromisoformat(dated)
    return Attachment(
        url="attachment:",
        url_fetcher=AttachmentFetcher(content, media_type),
        name=name,
        description=description,
        created=moment,
        modified=moment,
        relationship="Source",
    )


def _owners(root: object) -> dict[object, str]:
    """For each element of the html, the id of the nearest one that has any, itself included."""
    owners = {}
    # Not recursive: the html may be nested deeper than Python's stack.
    waiting = [(root, "")]
    while waiting:
        element, owner = waiting.pop()
        owner = element.get("id") or owner
        if owner:
            owners[element] = owner
        waiting.extend((child, owner) for child in element)
    return owners


def _placements(document: Document, owners: dict[object, str]) -> list[tuple[str, int, int]]:
    """Id, page and letters, as `desescalade.pdf.Placement` has it."""
    if not owners:
        return []
    placements = []
    for number, page in enumerate(document.pages, start=1):
        letters: dict[str, int] = {}
        for box in _boxes(page._page_box):
            owner = owners.get(box.element)
            if owner:
                letters[owner] = letters.get(owner, 0) + _letters(box)
        placements.extend((owner, number, count) for owner, count in letters.items())
    return placements


def _boxes(page: Box) -> Iterator[Box]:
    """All boxes of a page in their order, without the margins."""
    waiting = [page]
    while waiting:
        box = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if not isinstance(box, MarginBox):
            yield box
            waiting.extend(reversed(box.children))


def _letters(box: Box) -> int:
    # "::" is in the tag of what style sheets generate.
    if not isinstance(box, TextBox) or "::" in box.element_tag:
        return 0
    return len(box.text.translate(_UNCOUNTED))
