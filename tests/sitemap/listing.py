"""The addresses of the pages, and what is sent from them, on a site in use."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from desescalade import guides
from proposals.models import Measure, Proposal, Release

from . import Place
from .seeding import PLAN, Site

# Pages whose address takes nothing but the programme, or its commitment.
OF_PROGRAMME = [
    *("programme", "settings", "team", "changes", "bin", "updates", "contributions", "diagnosis"),
    *("overview", "new-commitment", "import", "preview", "print", "imprint", "logos", "editions"),
    *("assemblies", "copy", "compare", "mergers", "accept-merger", "delete", "erase-date"),
]
OF_COMMITMENT = ["commitment", "history", "comments", "update", "votes", "contribute"]
NO_CARD = {"identifier": "personne-0000", "passphrase": "un deux trois quatre cinq six"}
# Of a list in pages: a number past them all leads there.
LAST = "?page=99"
# Of the proposal that PLAN is of, and one of its questions.
FIRST, ASKED = "services-essentiels-hors-reseau", "pcs_existe"
WORDS = "Des mots qui ne se perdent pas."
TOO_LONG = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


def place(
    address: str, who: str = "anyone", status: int = 200, sent: dict[str, str] | None = None,
    state: str = "", to: str = "",
) -> Place:  # fmt: skip
    try:
        name = resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        name = ""
    return Place(address, who, status, sent, to, state, name)


def places(site: Site) -> list[Place]:
    return [*_public(site), *_own(), *_workshop(site), *_sent(site), *_refused(site)]


def _public(site: Site) -> Iterator[Place]:
    edition = site.edition.get_absolute_url()
    for address in (
        *("/", "/propositions/", "/mesures/", "/mesures/?q=ecole&page=2", "/mesures/?q=zzz"),
        *("/catalogues/table/", "/catalogues/table/le-texte/", "/mesures/?catalogue=table"),
        *("/fiches/table--culture/", "/programmes/nouveau/?commune=26027&catalogue=table"),
        *(
            "/le-texte/",
            "/fiches/culture/",
            "/editions/",
            "/sobriete/",
            "/accessibilite/",
            "/style/",
            "/glossaire/",
        ),
        *("/conditions/", "/confidentialite/", "/mentions-legales/"),
        *("/aide/", *(f"/aide/{slug}/" for slug in guides.SLUGS)),
        *("/communes/", "/communes/?q=saint", "/communes/?q=zzz"),
        *("/programmes/nouveau/?commune=26027", "/programmes/importer/"),
        *("/connexion/", "/connexion/carte-perdue/", "/invitation/"),
        *(f"/invitation/{site.invitation}/", site.recovery),
        *("/t/", edition, f"{edition}?page=2", f"{edition}{LAST}"),
    ):
        yield place(address)
    for rows in (Proposal.objects.all(), Measure.objects.published(), Release.objects.all()):
        for row in rows:
            yield place(row.get_absolute_url())


def _own() -> Iterator[Place]:
    for address in ("/programmes/", "/compte/", "/compte/supprimer/", "/connexion/"):
        yield place(address, "alice", state="entrée" if address == "/connexion/" else "")


def _workshop(site: Site) -> Iterator[Place]:
    commitment, assembly = site.commitment.pk, site.assembly.pk
    ours = Proposal.objects.of(site.programme.catalogue_id)
    proposals = [[slug] for slug in ours.values_list("slug", flat=True)]
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
        "merger": [[site.merger.pk], [site.made_merger.pk]],
        "questions": proposals,
        "choose": proposals,
    }
    for name, arguments in pages.items():
        for rest in arguments:
            yield place(reverse(f"programmes:{name}", args=[site.programme.pk, *rest]), "alice")
    yield place(f"{_of(site, 'preview')}{LAST}", "alice")
    commune = _of(site, "commune")
    yield place(commune, "alice")
    yield place(f"{commune}?q=saint", "alice")


def _sent(site: Site) -> Iterator[Place]:
    """What only a form leads to."""
    yield place(
        "/programmes/nouveau/?commune=26027", "newcomer", sent={"consent": "on"}, state="carte"
    )
    yield place("/connexion/", sent=NO_CARD, state="carte inconnue")
    yield place("/connexion/carte-perdue/", sent={"email": "camille@exemple.fr"}, state="envoyé")
    yield place("/invitation/", sent={"words": "un deux trois"}, state="mots inconnus")
    yield place("/programmes/importer/", sent={"pasted": "titre: ["}, state="illisible")
    yield place("/programmes/importer/", sent={"pasted": site.file}, state="lu")
    yield place("/compte/", "alice", sent={}, state="nouvelle carte")
    yield place("/compte/", "alice", sent={"email": "alice@exemple.fr"}, state="adresse")
    yield place("/compte/supprimer/", "bob", sent={"sure": ""}, state="sans accord")
    own = {
        "team": {"alias": "Zoé", "role": "reader"},
        "mergers": {},
        "import": {"pasted": site.file},
        "new-commitment": {"title": ""},
    }
    for name, sent in own.items():
        yield place(_of(site, name), "alice", 200, sent, "envoyé")
    commitment = site.commitment.get_absolute_url()
    yield place(commitment, "alice", 200, {"text": "{inconnu}", "title": ""}, "erreurs")
    for what, text, state in (
        ("texte", "Sans le réglage.", "refusée"),
        ("ligne", "Un plan pour Barsac.", "à relire"),
    ):
        proposing = _of(site, "contribution", site.commitment.pk, what)
        yield place(proposing, "alice", 200, {"text": text}, state)
    yield from _conflicts(site)


def _of(site: Site, name: str, *rest: object) -> str:
    return reverse(f"programmes:{name}", args=[site.programme.pk, *rest])


def _conflicts(site: Site) -> Iterator[Place]:
    """What a colleague has saved since the page was opened."""
    for address, sent in (
        (_of(site, "settings"), {"version": "0", "title": "Un autre titre"}),
        (site.commitment.get_absolute_url(), {"text": "Autre.", "version": "0"}),
        (_of(site, "chapter", 1), {"version": "0"}),
        (_of(site, "choose", FIRST), _seen_otherwise(PLAN, "status", "declined")),
        (_of(site, "questions", FIRST), _seen_otherwise(ASKED, "value", "fine")),
    ):
        yield place(address, "alice", 409, sent, "conflit")


def _seen_otherwise(slug: str, field: str, answer: str) -> dict[str, str]:
    """Another answer than that of the team, from a page that showed neither."""
    return {f"{slug}-{field}": answer, f"initial-{slug}-{field}": "unknown"}


def _refused(site: Site) -> Iterator[Place]:
    own, commitment = _of(site, "settings"), site.commitment.get_absolute_url()
    yield place("/compte/donnees/", "alice", status=405)
    for address in ("/nulle-part/", "/invitation/un-deux-trois/", "/t/?code=k7d39xq2"):
        yield place(address, status=404)
    for row in Measure.objects.withdrawn():
        yield place(row.get_absolute_url(), status=410)
    yield place("/connexion/carte-perdue/1/perime/", status=410)
    yield place("/?x=%00", status=400)
    yield place(own, "bob", status=403, state="refusé")
    old, too_long = {"title": WORDS, "csrfmiddlewaretoken": "x"}, {"title": "a" * TOO_LONG}
    yield place(own, "alice", 403, old, "périmé")
    yield place(own, "alice", 413, too_long, "trop grand")
    for address in ("/programmes/nouveau/?commune=26027", "/programmes/importer/"):
        sent = {"pasted": WORDS} if "importer" in address else {"consent": "on"}
        yield place(address, "crowd", 429, sent, "trop")
    gone, comments = site.gone.get_absolute_url(), _of(site, "comments", site.commitment.pk)
    importing = _of(site, "import")
    yield place("/programmes/importer/", "anyone", 401, {"pasted": WORDS}, "fermée", importing)
    yield place(comments, "bob", 403, {"text": WORDS}, "lecture seule", commitment)
    yield place(commitment, "alice", 404, {"text": WORDS}, "jeté", gone)
