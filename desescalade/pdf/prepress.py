"""The printer's file: PDF/X-4 (ISO 15930-7:2010) from a PDF of the engine.

The engine lays out and paints in `device-cmyk`; what a printing house asks for beside that is
added here: which paper and press the inks are meant for, dates, no link and no script.
`problems` reads it back.
"""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf, Stream, String

from desescalade.pdf.preflight import PAGE_KEYS, ROOT_KEYS, instructions, problems
from desescalade.pdf.profiles import COATED

__all__ = ["problems", "to_pdf_x4"]

CONDITION = "FOGRA39"
CONDITION_IN_WORDS = "Offset on coated paper, ISO 12647-2:2004/Amd 1, paper types 1 and 2"
REGISTRY = "http://www.color.org"

# A print that belongs to no dated edition still needs a date, and always the same.
SOME_DAY = date(2026, 1, 1)

# Channels of an RGB colour that differ by less are one grey.
NEUTRAL = 0.02

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>{producer}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:{document}</xmpMM:DocumentID>
<xmpMM:InstanceID>uuid:{instance}</xmpMM:InstanceID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def to_pdf_x4(pdf: bytes, *, title: str, made: date = SOME_DAY) -> bytes:
    """Make a PDF/X-4 of what `render` gave with `variant=None` and colours in `device-cmyk`.

    Same arguments, same bytes. `made` is its date of creation and of change. Greys in RGB, which
    WeasyPrint leaves where no colour was said (drawings, above all), become black ink; any other
    RGB stays, and `problems` tells. Links and bookmarks go. 10 ms for ten pages, and 100 kB for
    the profile. Raises pikepdf.PdfError for bytes that are no PDF.
    """
    title = "".join(letter for letter in title if letter.isprintable())
    with pikepdf.open(BytesIO(pdf)) as document:
        producer = str(document.docinfo.get("/Producer", "WeasyPrint"))
        _keep_only(document.Root, ROOT_KEYS)
        for page in document.pages:
            _keep_only(page.obj, PAGE_KEYS)
            # WeasyPrint 70 draws the whole bleed and declares 10 pt of it at most.
            page.BleedBox = page.MediaBox
        _grey_to_black(document)
        document.Root.OutputIntents = Array([_output_intent(document)])
        _write_metadata(document, title, producer, made, hashlib.sha256(pdf).hexdigest())
        whole = BytesIO()
        document.save(
            whole,
            force_version="1.6",
            deterministic_id=True,
            # Old imagesetters read no object streams.
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return whole.getvalue()


def _keep_only(dictionary: Dictionary, keys: frozenset[str]) -> None:
    for key in set(dictionary.keys()) - keys:
        del dictionary[key]


def _grey_to_black(document: Pdf) -> None:
    for stream in _content_streams(document):
        raw = stream.read_bytes()
        # Almost no page has any; to take it apart and write it again costs 3 ms.
        if b"rg" in raw or b"RG" in raw:
            blackened = [_in_black(*each) for each in instructions(stream)]
            stream.write(pikepdf.unparse_content_stream(blackened))


def _content_streams(document: Pdf) -> Iterator[Stream]:
    for page in document.pages:
        page.contents_coalesce()
        yield page.Contents
    for thing in document.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form:
            yield thing


def _in_black(operands: list, operator: str) -> tuple[list, Operator]:
    if operator in ("rg", "RG"):
        channels = [float(channel) for channel in operands]
        if max(channels) - min(channels) < NEUTRAL:
            black = round(1 - sum(channels) / 3, 3)
            return [0, 0, 0, black], Operator("k" if operator == "rg" else "K")
    return operands, Operator(operator)


def _output_intent(document: Pdf) -> Dictionary:
    """Which inks on which paper: ISO 32000-1, 14.11.5."""
    profile = Stream(document, COATED.read_bytes(), N=4, Alternate=Name.DeviceCMYK)
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(CONDITION),
        OutputCondition=String(CONDITION_IN_WORDS),
        RegistryName=String(REGISTRY),
        Info=String(f"{CONDITION}: {CONDITION_IN_WORDS}"),
        DestOutputProfile=document.make_indirect(profile),
    )


def _write_metadata(document: Pdf, title: str, producer: str, made: date, content: str) -> None:
    """The same facts in both places where a PDF keeps them, as ISO 15930-7 wants."""
    day = f"{made:%Y-%m-%d}T00:00:00Z"
    xmp = _XMP.format(
        title=escape(title),
        producer=escape(producer),
        date=day,
        document=uuid.uuid5(uuid.NAMESPACE_URL, f"document {title}"),
        instance=uuid.uuid5(uuid.NAMESPACE_URL, f"{content} {title} {day}"),
    )
    document.Root.Metadata = document.make_indirect(
        Stream(document, xmp.encode("utf-8"), Type=Name.Metadata, Subtype=Name.XML)
    )
    stamp = f"D:{made:%Y%m%d}000000Z"
    document.trailer.Info = document.make_indirect(
        Dictionary(
            Title=String(title),
            Producer=String(producer),
            CreationDate=String(stamp),
            ModDate=String(stamp),
            Trapped=Name("/False"),
            # Not asked for by this version, but some readers of the older ones look here.
            GTS_PDFXVersion=String("PDF/X-4"),
        )
    )
