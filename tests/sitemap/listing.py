"""The addresses of the pages, and what is sent from them, on a site in use."""

from collections.abc import Iterator

from django.urls import Resolver404, resolve, reverse

from desescalade import guides
from proposals.models import Measure, Proposal, Release

from . import Place
from .seeding import PLAN, Site

# Pages whose address takes nothing but the programme, or its commitment.
OF_PROGRAMME = [
    *("programme", "settings", "team", "changes", "bin", "updates", "contributions", "diagnosis"),
    *("overview", "new-commitment", "import", "preview", "print", "imprint", "logos", "editions"),
    *("assemblies", "copy", "compare", "mergers", "accept-merger", "delete"),
]
OF_COMMITMENT = ["commitment", "history", "comments", "update", "votes", "contribute"]
NO_CARD = {"identifier": "personne-0000", "passphrase": "un deux trois quatre cinq six"}


def place(
    address: str, who: str = "anyone", status: int = 200, sent: dict[str, str] | None = None,
    state: str = "",
) -> Place:  # fmt: skip
    try:
        name = resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        name = ""
    return Place(address, who, status, sent, state, name)


def places(site: Site) -> list[Place]:
    return [*_public(site), *_own(), *_workshop(site), *_sent(site), *_refused(site)]


def _public(site: Site) -> Iterator[Place]:
    edition = site.edition.get_absolute_url()
    for address in (
        *("/", "/propositions/", "/mesures/", "/mesures/?q=ecole&page=2", "/mesures/?q=zzz"),
        *(
            "/le-texte/",
            "/fiches/culture/",
            "/editions/",
            "/sobriete/",
            "/accessibilite/",
            "/style/",
            "/glossaire/",
        ),
        *("/aide/", *(f"/aide/{slug}/" for slug in guides.SLUGS)),
        *("/communes/", "/communes/?q=saint", "/communes/?q=zzz"),
        *("/programmes/nouveau/?commune=26027", "/programmes/importer/"),
        *("/connexion/", "/connexion/carte-perdue/", "/invitation/"),
        f"/invitation/{site.invitation}/",
        *("/t/", edition, f"{edition}?page=2"),
    ):
        yield place(address)
    for model in (Proposal, Measure, Release):
        for row in model.objects.all():
            yield place(row.get_absolute_url())


def _own() -> Iterator[Place]:
    for address in ("/programmes/", "/compte/", "/connexion/"):
        yield place(address, "alice", state="entrée" if address == "/connexion/" else "")


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
            yield place(reverse(f"programmes:{name}", args=[site.programme.pk, *rest]), "alice")
    commune = reverse("programmes:commune", args=[site.programme.pk])
    yield place(commune, "alice")
    yield place(f"{commune}?q=saint", "alice")


def _sent(site: Site) -> Iterator[Place]:
    """What only a form leads to."""
    yield place("/programmes/nouveau/?commune=26027", "newcomer", sent={}, state="carte")
    yield place("/connexion/", sent=NO_CARD, state="carte inconnue")
    yield place("/invitation/", sent={"words": "un deux trois"}, state="mots inconnus")
    yield place("/programmes/importer/", sent={"pasted": "titre: ["}, state="illisible")
    own = {
        "team": {"alias": "Zoé", "role": "reader"},
        "mergers": {},
        "settings": {"version": "0", "title": "Un autre titre"},
        "new-commitment": {"title": ""},
    }
    for name, sent in own.items():
        address = reverse(f"programmes:{name}", args=[site.programme.pk])
        status = 409 if name == "settings" else 200
        yield place(address, "alice", status, sent, "envoyé")
    commitment = site.commitment.get_absolute_url()
    yield place(commitment, "alice", 200, {"text": "{inconnu}", "title": ""}, "erreurs")
    yield place(commitment, "alice", 409, {"text": "Autre.", "version": "0"}, "conflit")
    proposing = reverse(
        "programmes:contribution", args=[site.programme.pk, site.commitment.pk, "texte"]
    )
    yield place(proposing, "alice", 200, {"text": "Sans le réglage."}, "refusée")


def _refused(site: Site) -> Iterator[Place]:
    settings = reverse("programmes:settings", args=[site.programme.pk])
    for address in ("/nulle-part/", "/invitation/un-deux-trois/", "/t/?code=k7d39xq2"):
        yield place(address, status=404)
    yield place(settings, "bob", status=403, state="refusé")
