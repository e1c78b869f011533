"""Every page that a person sees, once: what is measured, crawled and pictured.

A new page goes into `KINDS`, by the name of its address, and into `listing.places`; the crawl of
tests/test_sitemap.py fails when a link leads to a page that is not there. Nothing here needs
Django, so that scripts which only drive a browser can use it.
"""

from dataclasses import dataclass, field

# Lists and forms bear at most 250 nodes, pages to read 400.
FORM, READING = 250, 400

# What the page of the figures calls them; in this order.
KINDS = {
    "Accueil": ["home"],
    "Les propositions, les mesures, leurs textes": [
        *("proposal", "measure", "about", "about-catalogue", "sheet", "releases", "release"),
        *("sobriety", "accessibility", "style", "glossary", "guides", "guide"),
        *("conditions", "privacy", "legal-notice"),
    ],
    "Listes et recherches": ["proposals", "catalogue", "measures", "communes", "list"],
    "Programme publié": ["edition"],
    "Commencer, entrer, retrouver son accès": [
        *("new", "login", "lost-card", "recover", "account", "own-card", "card"),
        "close-account",
        *("join", "join-by-words", "check-copy", "import-new"),
    ],
    "Composer": [
        *("programme", "settings", "commune", "diagnosis", "questions", "choose", "wordings"),
        *("chapter", "commitment", "new-commitment", "delete", "erase-date", "copy", "import"),
    ],
    "Relire": ["overview", "preview"],
    "Imprimer": ["print", "format", "selection", "imprint", "logos", "editions", "edition-detail"],
    "Travailler à plusieurs": [
        *("team", "invitation", "changes", "bin", "history", "comments", "compare", "comparison"),
        *("mergers", "accept-merger", "merger", "merger-words"),
        *("assemblies", "assembly", "assembly-page", "assembly-results", "votes"),
    ],
    "Échanger avec le catalogue": [
        *("updates", "update", "contribute", "contribution", "contributions", "sent"),
    ],
}
REFUSALS = "Erreurs et refus"
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
# Three are to read, the fourth ticks sixty commitments on one page.
LONG = {"assembly-results", "overview", "preview", "selection", "edition", "sobriety", "style"}
LONG |= {"glossary", "guides", "guide", "accessibility"}
LONG |= {"proposal", "measure", "about", "about-catalogue", "sheet", "release"}
# Where one comes from who finds that too much was asked from there: no address of the internet.
CROWDED = "192.0.2.200"


@dataclass(frozen=True)
class Place:
    """One page, and how one comes to it: by its address or by a form that is sent from there."""

    address: str
    # anyone, alice or bob; newcomer is anyone, who has an access of her own afterwards; crowd is
    # anyone who comes from CROWDED.
    who: str = "anyone"
    status: int = 200
    # What is typed into the form of the page that has all of these fields.
    sent: dict[str, str] | None = field(default=None, hash=False)
    # Where it goes when not where the form says: to what has closed since, or was never open.
    to: str = ""
    # Tells apart what comes from one address.
    state: str = ""
    # The name of the address; empty where there is none.
    name: str = ""

    @property
    def kind(self) -> str:
        return REFUSALS if self.status >= 400 else KIND_OF[self.name]

    @property
    def bound(self) -> int:
        """How many nodes it may have."""
        return READING if self.name in LONG else FORM

    @property
    def max_weight(self) -> int:
        """Bytes of a first visit, compressed."""
        return 20_000 if self.name == "edition" else 14_000

    def __str__(self) -> str:
        return f"{self.address} {self.state}".strip()
