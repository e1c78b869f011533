"""The guides as pages, and which part of them helps on which screen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from . import guides

# Names of addresses by the part of a guide that is about them, as "guide#anchor". Strings only:
# the foundation knows no other room. tests/desescalade/test_guides.py holds both ends together.
SCREENS = {
    "equipe#commencer": ("home", "communes", "new", "card"),
    "equipe#revenir": ("login", "lost-card", "recover", "account", "own-card"),
    "equipe#le-sommaire": ("list", "programme"),
    "equipe#le-diagnostic": ("diagnosis", "questions"),
    "equipe#choisir-les-mesures": ("choose", "wordings"),
    "equipe#adapter-les-textes": ("chapter", "commitment", "new-commitment"),
    "equipe#couverture-et-imprimeur": ("settings", "imprint", "commune"),
    "equipe#travailler-a-plusieurs": ("team", "invitation", "join", "join-by-words", "comments"),
    "equipe#historique-et-corbeille": ("changes", "history", "bin"),
    "equipe#decider-en-assemblee": (
        *("assemblies", "assembly", "assembly-page", "assembly-results", "votes"),
    ),
    "equipe#quand-le-catalogue-change": ("updates", "update"),
    "equipe#proposer-au-catalogue": ("contribute", "contribution", "contributions", "sent"),
    "equipe#variantes-comparaison-fusion": (
        *("copy", "compare", "comparison"),
        *("mergers", "accept-merger", "merger", "merger-words"),
    ),
    "equipe#vue-d-ensemble-et-relecture": ("overview", "preview"),
    "equipe#tout-emporter-reprendre-ailleurs": ("import", "import-new"),
    "equipe#supprimer": ("delete", "erase-date", "close-account"),
    "imprimer#choisir-un-format": ("print", "format"),
    "imprimer#choisir-les-engagements-d-une-feuille": ("selection",),
    "imprimer#couleur-phrase-noms-logo": ("logos",),
    "imprimer#projet-ou-tirage": ("editions",),
    "imprimer#partager-une-adresse-courte": ("edition-detail",),
    "imprimer#verifier-une-feuille": ("check-copy", "edition"),
}
_PART = {f"programmes:{name}": part for part, names in SCREENS.items() for name in names}


def address_for(view_name: str) -> str:
    """Where help on a screen is, by the name of its address ("programmes:choose"); "" for none."""
    slug, _, anchor = _PART.get(view_name, "").partition("#")
    return f"{reverse('guide', args=[slug])}#{anchor}" if slug else ""


@require_safe
@vary_on_cookie
def guide_list(request: HttpRequest) -> HttpResponse:
    return render(request, "guides/guide_list.html", {"guides": guides.guides()})


@require_safe
@vary_on_cookie
def guide_detail(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in guides.SLUGS:
        raise Http404
    return render(request, "guides/guide_detail.html", {"guide": guides.guide(slug)})
