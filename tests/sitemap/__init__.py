"""Every page that a person sees, once: what is measured, crawled and pictured.

A new page goes into `KINDS`, by the name of its address, and into `places`; the crawl of
tests/test_sitemap.py fails when a link leads to a page that is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import resolve, reverse

from proposals.models import Measure, Proposal, Release

from .seeding import PLAN, Site

# Lists and forms bear at most 250 nodes, pages to read 400.
FORM, READING = 250, 400

# What the page of the figures calls them; in this order.
KINDS = {
    "Accueil": ["home"],
    "Les propositions, les mesures, leurs textes": [
        *("proposal", "measure", "about", "about-catalogue", "sheet", "releases", "release"),
    ],
    "Listes et recherches": ["proposals", "measures", "communes", "list"],
    "Programme publié": ["edition"],
    "Commencer, entrer, retrouver son accès": [
        *("new", "login", "lost-card", "recover", "account", "own-card", "card"),
        *("join", "join-by-words", "check-copy", "import-new"),
    ],
    "Composer": [
        *("programme", "settings", "commune", "diagnosis", "questions", "choose", "wordings"),
        *("chapter", "commitment", "new-commitment", "delete", "copy", "import"),
    ],
    "Relire": ["overview", "preview"],
    "Imprimer": ["print", "format", "selection", "logos", "editions", "edition-detail"],
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
NO_CARD = {"identifier": "personne-0000", "passphrase": "un deux trois quatre cinq six"}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
# Pages whose address takes nothing but the programme, or its commitment.
OF_PROGRAMME = [
    *("programme", "settings", "team", "changes", "bin", "updates", "contributions", "diagnosis"),
    *("overview", "new-commitment", "import", "preview", "print", "logos", "editions"),
    *("assemblies", "copy", "compare", "mergers", "accept-merger", "delete"),
]
OF_COMMITMENT = ["commitment", "history", "comments", "update", "votes", "contribute"]
# Three are to read, the fourth ticks sixty commitments on one page.
LONG = {"assembly-results", "overview", "preview", "selection"}
LONG |= {"edition", "proposal", "measure", "about", "about-catalogue", "sheet", "release"}


@dataclass(frozen=True)
class Place:
    """One page, and how one comes to it: by its address or by a form that is sent from there."""

    address: str
    # anyone, alice or bob; newcomer is anyone, who has an access of her own afterwards.
    who: str = "anyone"
    status: int = 200
    # What is typed into the form of the page that has all of these fields.
    sent: dict[str, str] | None = field(default=None, hash=False)
    # Tells apart what comes from one address.
    state: str = ""

    @property
    def name(self) -> str:
        """The name of its address; empty where there is none."""
        return _name(self.address)

    @property
    def kind(self) -> str:
        return REFUSALS if self.status >= 400 else KIND_OF[self.name]

    @property
    def bound(self) -> int:
        """How many nodes it may have."""
        return READING if self.name in LONG else FORM

    def __str__(self) -> str:
        return f"{self.address} {self.state}".strip()


def _name(address: str) -> str:
    from django.urls import Resolver404

    try:
        return resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


def places(site: Site) -> list[Place]:
    return [*_public(site), *_own(), *_workshop(site), *_sent(site), *_refused(site)]


def _public(site: Site) -> Iterator[Place]:
    edition = site.edition.get_absolute_url()
    for address in (
        *("/", "/propositions/", "/mesures/", "/mesures/?q=ecole&page=2", "/mesures/?q=zzz"),
        *("/le-texte/", "/fiches/culture/", "/editions/"),
        *("/communes/", "/communes/?q=saint", "/communes/?q=zzz"),
        *("/programmes/nouveau/?commune=26027", "/programmes/importer/"),
        *("/connexion/", "/connexion/carte-perdue/", "/invitation/"),
        f"/invitation/{site.invitation}/",
        *("/t/", edition, f"{edition}?page=2"),
    ):
        yield Place(address)
    for model in (Proposal, Measure, Release):
        for row in model.objects.all():
            yield Place(row.get_absolute_url())


def _own() -> Iterator[Place]:
    for address in ("/programmes/", "/compte/", "/connexion/"):
        yield Place(address, "alice", state="entrée" if address == "/connexion/" else "")


def _workshop(site: Site) -> Iterator[Place]:
    commitment, assembly = site.commitment.pk, site.assembly.pk
    proposals = [[slug] for slug in Proposal.objects.values_list("slug", flat=True)]
    sent = site.programme.contributions.first().pk
    pages = {
        **{name: [[]] for name in OF_PROGRAMME},
        **{name: [[commitment]] for name in OF_COMMITMENT},
        "sent": [[sent]],
        "contribution": [[commitment, what] for what in ("texte", "ligne", "exemple", "erreur")],
        "format": [["depliant"], ["livret-a5"]],
        "selection": [["depliant"]],
        "edition-detail": [[1]],
        "chapter": [[1]],
        "wordings": [[PLAN]],
        "assembly": [[assembly]],
        "assembly-page": [[assembly, 2]],
        "assembly-results": [[assembly]],
        "comparison": [[site.other.pk]],
        "merger": [[site.merger.pk]],
        "questions": proposals,
        "choose": proposals,
    }
    for name, arguments in pages.items():
        for rest in arguments:
            yield Place(reverse(f"programmes:{name}", args=[site.programme.pk, *rest]), "alice")
    commune = reverse("programmes:commune", args=[site.programme.pk])
    yield Place(commune, "alice")
    yield Place(f"{commune}?q=saint", "alice")


def _sent(site: Site) -> Iterator[Place]:
    """What only a form leads to."""
    yield Place("/programmes/nouveau/?commune=26027", "newcomer", sent={}, state="carte")
    yield Place("/connexion/", sent=NO_CARD, state="carte inconnue")
    yield Place("/invitation/", sent={"words": "un deux trois"}, state="mots inconnus")
    yield Place("/programmes/importer/", sent={"pasted": "titre: ["}, state="illisible")
    own = {
        "team": {"alias": "Zoé", "role": "reader"},
        "mergers": {},
        "settings": {"version": "0", "title": "Un autre titre"},
        "new-commitment": {"title": ""},
    }
    for name, sent in own.items():
        address = reverse(f"programmes:{name}", args=[site.programme.pk])
        status = 409 if name == "settings" else 200
        yield Place(address, "alice", status, sent, "envoyé")
    commitment = site.commitment.get_absolute_url()
    yield Place(commitment, "alice", 200, {"text": "{inconnu}", "title": ""}, "erreurs")
    yield Place(commitment, "alice", 409, {"text": "Autre.", "version": "0"}, "conflit")
    proposing = reverse(
        "programmes:contribution", args=[site.programme.pk, site.commitment.pk, "texte"]
    )
    yield Place(proposing, "alice", 200, {"text": "Un autre texte."}, "relue")


def _refused(site: Site) -> Iterator[Place]:
    settings = reverse("programmes:settings", args=[site.programme.pk])
    for address in ("/nulle-part/", "/invitation/un-deux-trois/", "/t/?code=k7d39xq2"):
        yield Place(address, status=404)
    yield Place(settings, "bob", status=403, state="refusé")
