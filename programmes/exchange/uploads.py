"""What somebody sends to import: a complete file, a printed one, a PDF or a page with it."""

import base64
import binascii
import html
import re
import zlib

from desescalade.pdf.attached import MAX_PDF, AttachedError, attached
from proposals.catalogue.reading import MAX_BYTES

from . import complete_file, from_print, programme_file
from .complete_file import CompleteFile
from .programme_file import ProgrammeFile

# Where the page that works offline keeps the complete file.
EMBEDDED = "desescalade-programme-complet"
MAX_UPLOAD = MAX_PDF
# A page has its programme twice, a YAML file once: neither comes near.
MAX_TEXT = 8 * 1024 * 1024
# Django takes forms of 2 MB at most; the other fields need little.
MAX_PACKED = 1_500_000

_FORMAT = re.compile(
    r"^format:[ \t]*[\"']?desescalade-programme(-complet)?/(\d{1,9})", re.MULTILINE
)
_PRE = re.compile(rf"<pre\b[^<>]{{0,200}}\bid=\"?{EMBEDDED}\"?[^<>]{{0,200}}>\n?")

NOTHING = (
    "Ce n’est pas un fichier de programme. Envoyez « programme-complet.yaml », "
    "« programme-hors-ligne.html », « programme.yaml » ou un PDF imprimé ici pour l’écran."
)
MARKDOWN = (
    "Ce texte est en Markdown : il est fait pour être lu ou collé ailleurs, et ne dit pas tout du "
    "programme. Envoyez plutôt « programme-complet.yaml »."
)
WORD_PROCESSOR = (
    "Ce fichier est pour un traitement de texte : il est fait pour être lu ou collé ailleurs. "
    "Envoyez plutôt « programme-complet.yaml »."
)
TOO_LARGE = "Ce fichier pèse plus de 20 Mo : ce n’est pas un programme."
TOO_LONG = "Ce programme est trop long pour être importé d’un coup. Partagez le fichier en deux."
EMPTY = "Ce fichier est vide."
NO_ATTACHMENT = (
    "Ce PDF ne porte pas le fichier de son programme. Seuls les PDF faits ici pour l’écran le "
    "portent : pas ceux du copieur, ni de l’imprimerie."
)
SEVERAL = (
    "Ce PDF porte plusieurs fichiers de programme. Ouvrez-le, enregistrez la pièce jointe que vous "
    "voulez, et envoyez-la seule."
)
NO_PROGRAMME_IN_PAGE = (
    "Cette page ne porte pas de programme. Envoyez la page « programme-hors-ligne.html » telle "
    "qu’elle a été téléchargée."
)
NEWER = (
    "Ce fichier a été écrit par une version plus récente de Désescalade que celle de ce site. "
    "Demandez à qui s’occupe du site de la mettre à jour."
)


class UploadRefused(ValueError):
    """What holds no programme; `str()` is a sentence for the screen."""


def text_of(content: bytes) -> bytes:
    """The YAML of whatever was sent. Raises UploadRefused."""
    if len(content) > MAX_UPLOAD:
        raise UploadRefused(TOO_LARGE)
    if not content.strip():
        raise UploadRefused(EMPTY)
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return _from_pdf(content)
    if len(content) > MAX_TEXT:
        raise UploadRefused(NOTHING)
    if start[:1] == b"<":
        return _from_page(content)
    if start.startswith(b"PK\x03\x04"):
        raise UploadRefused(WORD_PROCESSOR)
    return content


def read(text: bytes) -> CompleteFile | ProgrammeFile:
    """The programme that a YAML text says, after its format.

    Raises UploadRefused for what is no programme at all, ProgrammeFileError for one with problems.
    """
    head = text[:MAX_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")
    named = _FORMAT.search(head)
    if named is None:
        is_markdown = re.search(r"^#{1,3} \S[^\n]*\n\s*\n", head) and "\nformat" not in head
        raise UploadRefused(MARKDOWN if is_markdown else NOTHING)
    if named[2] != "1":
        raise UploadRefused(NEWER)
    return complete_file.read(text) if named[1] else programme_file.read(text, from_print.check)


def _from_pdf(content: bytes) -> bytes:
    try:
        files = attached(content, (".yaml", ".yml"))
    except AttachedError as error:
        raise UploadRefused(str(error)) from None
    programmes = [each for each in files if _FORMAT.search(each.decode("utf-8", "replace"))]
    if not programmes:
        raise UploadRefused(NO_ATTACHMENT)
    if len(set(programmes)) > 1:
        raise UploadRefused(SEVERAL)
    return programmes[0]


def _from_page(content: bytes) -> bytes:
    """What stands in the <pre> of our own page; nothing else of HTML is understood."""
    page = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    opening = _PRE.search(page)
    end = page.find("</pre>", opening.end()) if opening else -1
    if end < 0:
        raise UploadRefused(NO_PROGRAMME_IN_PAGE)
    return html.unescape(page[opening.end() : end]).encode()


def pack(text: bytes) -> str:
    """A text to be carried along by a form. Raises UploadRefused for one that is too long."""
    packed = base64.b64encode(zlib.compress(text, 9)).decode()
    if len(packed) > MAX_PACKED:
        raise UploadRefused(TOO_LONG)
    return packed


def unpack(packed: str) -> bytes:
    """What `pack` packed, or whatever else was sent instead: it is read as strictly as a file.

    Raises UploadRefused.
    """
    try:
        unfolding = zlib.decompressobj()
        text = unfolding.decompress(base64.b64decode(packed, validate=True), MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise UploadRefused(NOTHING) from None
    if not unfolding.eof:
        raise UploadRefused(TOO_LONG if len(text) > MAX_BYTES else NOTHING)
    return text
