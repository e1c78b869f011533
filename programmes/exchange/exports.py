"""The files that a programme leaves in: one entry each.

Those of EXPORTS say what is printed, and start from a Document; those of COMPLETE_EXPORTS take
along all that the team wrote, printed or not, and start from the programme.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..models import Programme
from ..printing.document import Document
from . import (
    bulletin,
    chapter,
    complete_file,
    gathering,
    html_file,
    letter,
    markdown_file,
    offline_page,
    programme_file,
    tree,
)


@dataclass(frozen=True)
class Export:
    """`slug` is the name of the file too. `make` gives the same bytes for the same document."""

    slug: str
    label: str
    purpose: str
    media_type: str
    make: Callable[[Document], bytes]


@dataclass(frozen=True)
class CompleteExport:
    """As an Export, of the whole programme as it is now: no edition has one."""

    slug: str
    label: str
    purpose: str
    media_type: str
    make: Callable[[Programme], bytes]


def chapter_odt(document: Document, level: int = 2) -> bytes:
    """`level` is that of the title, from 1 to chapter.MAX_LEVEL; so for the three others."""
    # lxml and python-docx take 20 MB, which a web process has no use for until somebody asks.
    from .odt_file import to_odt

    return to_odt(chapter.blocks(document, level), **_properties(document))


def chapter_docx(document: Document, level: int = 2) -> bytes:
    from .docx_file import to_docx

    return to_docx(chapter.blocks(document, level), **_properties(document))


def chapter_html(document: Document, level: int = 2) -> bytes:
    return html_file.to_html(chapter.blocks(document, level), title=tree.plain(document.title))


def chapter_markdown(document: Document, level: int = 2) -> bytes:
    return markdown_file.to_markdown(chapter.blocks(document, level))


def _properties(document: Document) -> dict[str, object]:
    return {
        "title": tree.plain(document.title),
        "author": tree.plain(document.list_name),
        "made_on": document.stamp and document.stamp.made_on,
    }


EXPORTS: dict[str, Export] = {
    export.slug: export
    for export in (
        Export(
            slug="chapitre.odt",
            label="Chapitre pour LibreOffice",
            purpose="À coller dans un programme plus large, avec ses titres et ses notes.",
            media_type="application/vnd.oasis.opendocument.text",
            make=chapter_odt,
        ),
        Export(
            slug="chapitre.docx",
            label="Chapitre pour Word",
            purpose="Le même, pour qui écrit avec Word.",
            media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            make=chapter_docx,
        ),
        Export(
            slug="chapitre.html",
            label="Chapitre pour un site",
            purpose="Le même en HTML, sans mise en forme : le site lui donne la sienne.",
            media_type="text/html; charset=utf-8",
            make=chapter_html,
        ),
        Export(
            slug="chapitre.md",
            label="Chapitre en Markdown",
            purpose="Le même en texte balisé, pour un carnet ou un dépôt partagé.",
            media_type="text/markdown; charset=utf-8",
            make=chapter_markdown,
        ),
        Export(
            slug="programme.yaml",
            label="Fichier de ce qui est imprimé",
            purpose="Rien d’autre que le papier : pour le donner à lire à un autre programme.",
            media_type="application/yaml",
            make=programme_file.dump,
        ),
        Export(
            slug="lettre.txt",
            label="Lettre d’information",
            purpose="Une ligne par engagement, en texte simple, à envoyer par courriel.",
            media_type="text/plain; charset=utf-8",
            make=letter.to_text,
        ),
        Export(
            slug="bulletin.txt",
            label="Textes courts",
            purpose="Trois longueurs, pour l’espace d’expression du bulletin municipal.",
            media_type="text/plain; charset=utf-8",
            make=bulletin.to_text,
        ),
    )
}

COMPLETE_EXPORTS: dict[str, CompleteExport] = {
    export.slug: export
    for export in (
        CompleteExport(
            slug="programme-complet.yaml",
            label="Programme complet",
            purpose="Tout, aussi ce qui est à discuter ou écarté : à garder, à réécrire hors ligne,"
            " à importer ici ou ailleurs.",
            media_type="application/yaml",
            make=lambda programme: complete_file.dump(gathering.gather(programme)),
        ),
        CompleteExport(
            slug="programme-hors-ligne.html",
            label="Programme hors ligne",
            purpose="Une page à lire et à imprimer sans réseau, qui porte le programme complet et"
            " s’importe aussi.",
            media_type="text/html; charset=utf-8",
            make=offline_page.to_html,
        ),
    )
}
