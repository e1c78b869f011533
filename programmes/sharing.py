"""What a team sends to share an edition that it published. Pure."""

from urllib.parse import quote

from desescalade import typography

from .enums import ProgrammeKind
from .printing.document import Document, Stamp

KINDS = {ProgrammeKind.CAMPAIGN: "le programme", ProgrammeKind.MANDATE: "le plan pour le mandat"}


def word(document: Document, stamp: Stamp) -> str:
    """A few lines for a letter or an e-mail, with the address of the edition on a line alone."""
    whose = f"la liste {document.list_name}" if document.list_name else "notre liste"
    place = "" if document.commune in whose else f", {typography.at(document.commune)}"
    day = typography.date_in_words(stamp.made_on)
    lines = [
        "Bonjour,",
        f"Voici « {document.title} », {KINDS[document.kind]} de {whose}{place} :",
        f"C’est mot pour mot le texte imprimé (tirage {stamp.number} du {day}, code {stamp.code})."
        " La page se lit sans compte et s’imprime. Qui préfère le papier peut nous le demander.",
    ]
    hello, what, more = map(typography.typeset, lines)
    return f"{hello}\n\n{what}\n{stamp.address}\n\n{more}\n"


def mail_link(document: Document, stamp: Stamp) -> str:
    """An address that opens an e-mail with this word, to nobody yet."""
    # Mail wants both characters at the end of a line (RFC 6068).
    body = word(document, stamp).replace("\n", "\r\n")
    return f"mailto:?subject={quote(typography.typeset(document.title))}&body={quote(body)}"
