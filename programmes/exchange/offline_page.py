"""The programme as one page that works from a USB stick: to read, to print, to import again.

The complete file stands in a closed `<details>`, escaped, as a `<pre>`: unlike a script it passes
mail filters, comes through "save page as" unchanged, can be read by whoever wonders what is in it,
and is not printed. The page fetches nothing, and its own policy forbids it to.
"""

from html import escape
from pathlib import Path

from ..enums import ProgrammeKind, Status
from ..models import Programme
from ..printing import document
from . import complete_file, gathering, html_file, tree
from .chapter import blocks
from .uploads import EMBEDDED

TITLE_LEVEL = 1
# What the page shows beside what is promised.
DISCUSSED = "À discuter"
# Without an imprint, and with what is not decided yet, it is not for the street.
FOR_THE_TEAM = "Pour l’équipe : cette page n’est pas faite pour être distribuée."
KEEP = (
    "Gardez cette page telle quelle : « Importer un programme » la lit, sur ce site ou sur un autre"
    " site Désescalade."
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = (Path(__file__).parent / "offline_page.css").read_text(encoding="utf-8")


def to_html(programme: Programme) -> bytes:
    """Same content, same bytes. Retained and discussed commitments are shown, the file has all."""
    promised = document.build(programme)
    discussed = document.build(programme, (Status.DISCUSSED,))
    whole = complete_file.dump(gathering.gather(programme)).decode()
    title = escape(tree.plain(promised.title))
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="fr">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{title}</title>",
            f"<style>\n{STYLE}</style>",
            "<main>",
            f'<p class="said">{escape(_place(promised))}<br>{tree.plain(FOR_THE_TEAM)}</p>',
            "<article>",
            html_file.body(blocks(promised, TITLE_LEVEL, "Ce programme")),
            "</article>",
            *_discussed(discussed),
            "<details>",
            "<summary>Le fichier du programme, à importer</summary>",
            f'<p class="said">{tree.plain(KEEP)}</p>',
            f'<pre id="{EMBEDDED}">',
            f"{escape(whole, quote=False)}</pre>",
            "</details>",
            "</main>",
            "</html>\n",
        ]
    ).encode()


def _place(promised: document.Document) -> str:
    """Where, whose and what for."""
    what = ProgrammeKind(promised.kind).label
    said = (f"{promised.commune} ({promised.department})", promised.list_name, what)
    return tree.plain(" · ".join(filter(None, said)))


def _discussed(discussed: document.Document) -> list[str]:
    """What is not decided yet, told apart from what is promised: titles, and texts below."""
    rows = discussed.commitments
    if not rows:
        return []
    found: list[tree.Block] = [tree.Heading(2, (DISCUSSED,))]
    found.append(tree.Paragraph(("Rien de ce qui suit n’est promis.",), "mention"))
    for row in rows:
        found.append(tree.Heading(3, (tree.plain(row.title),)))
        found += tree.prose(row.text, 4)
    return ["<section>", html_file.body(tuple(found)), "</section>"]
