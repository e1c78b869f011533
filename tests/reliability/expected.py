"""What every address answers to every kind of person: the one table of R21.

Three numbers: to GET and HEAD, to POST without any field, and to PUT, DELETE and OPTIONS. What
the addresses under a programme need stands in `NEEDS`, tests/programmes/test_access.py.
"""

from django.contrib import admin
from django.db.models import Model

from programmes.enums import Role
from programmes.urls import ONE
from tests.programmes import test_access as workshop

from .addresses import of_models, routes

Answer = tuple[int, ...]

MEMBERS = {"reader": Role.READER, "writer": Role.WRITER, "coordinator": Role.COORDINATOR}
# Of no team of this programme: never, no more, not yet.
OUTSIDERS = ("stranger", "former", "invited")
# With a second factor that was shown in this session. A curator publishes.
INSIDE = ("observer", "editor", "curator", "superuser")
PEOPLE = ("anonymous", *OUTSIDERS, *MEMBERS, "staff without factor", *INSIDE)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")

# The door of the desk: the form of entry, or the page that keeps what was typed.
SHUT = (302, 401, 302)
FORBIDDEN = (403, 403, 403)
READ = (200, 200, 200)
AWAY = (302, 302, 302)


def all_people(get: int, post: int = 405, other: int = 405, **others: Answer) -> dict[str, Answer]:
    return dict.fromkeys(PEOPLE, (get, post, other)) | others


def own(get: int, post: int) -> dict[str, Answer]:
    """Of a person: everybody who entered has one's own."""
    entering = (405 if get == 405 else 302, 405 if post == 405 else 401, 405)
    return all_people(get, post, anonymous=entering)


def factor(inside: Answer, without: Answer) -> dict[str, Answer]:
    """The pages of the second factor: they do not exist for who is no staff."""
    staff = dict.fromkeys(INSIDE, inside) | {"staff without factor": without}
    return all_people(404, 404, anonymous=(302, 302, 405)) | staff


def desk(rest: Answer, **inside: Answer) -> dict[str, Answer]:
    """Shut for all outside; inside, what is given by name, `rest` for the others."""
    return dict.fromkeys(PEOPLE, SHUT) | dict.fromkeys(INSIDE, rest) | inside


PAGE, ANY_METHOD, FORM = all_people(200), all_people(200, 200, 200), all_people(200, 200)
LOOKED_AT = desk((200, 405, 405))
PUBLISHED = desk(FORBIDDEN, curator=(405, 302, 405), superuser=(405, 302, 405))
# Django's own pages answer OPTIONS, and to a form PUT as POST.
DJANGO_PAGE, DJANGO_FORM = (200, 200, 405, 405, 405, 200), (200, 200, 200, 200, 405, 200)

ADDRESSES: dict[str, dict[str, Answer]] = {
    **dict.fromkeys(["", "communes/", "style/", "accessibilite/", "t/", "t/<str:code>/"], PAGE),
    **dict.fromkeys(["propositions/", "propositions/<slug:slug>/", "le-texte/", "sobriete/"], PAGE),
    **dict.fromkeys(["mesures/", "mesures/<slug:slug>/", "fiches/<slug:slug>/"], PAGE),
    **dict.fromkeys(["catalogues/<slug:slug>/", "catalogues/<slug:slug>/le-texte/"], PAGE),
    **dict.fromkeys(["editions/", "editions/<slug:catalogue>/<path:number>/"], PAGE),
    **dict.fromkeys(["aide/", "aide/<slug:slug>/", "glossaire/"], PAGE),
    **dict.fromkeys(["conditions/", "confidentialite/", "mentions-legales/", "robots.txt"], PAGE),
    # Without an address to write to.
    ".well-known/security.txt": all_people(404),
    **dict.fromkeys(["editions/flux.xml", "sante/vivant", "sante/pret"], ANY_METHOD),
    **dict.fromkeys(["connexion/", "connexion/carte-perdue/", "programmes/importer/"], FORM),
    **dict.fromkeys(["invitation/", "invitation/<str:token>/", "programmes/nouveau/"], FORM),
    # A link that is over.
    "connexion/carte-perdue/<int:pk>/<str:token>/": all_people(410, 410),
    "deconnexion/": all_people(405, 302),
    "compte/": own(200, 302),
    "compte/carte/": own(302, 302),
    **dict.fromkeys(["compte/carte/nouvelle/", "compte/sessions/"], own(405, 302)),
    "programmes/": own(200, 405),
    "compte/donnees/": own(405, 200),
    "compte/supprimer/": own(200, 200),
    # A draft of the coordinator's.
    "compte/brouillons/<int:pk>/jeter/": own(405, 404) | {"coordinator": (405, 302, 405)},
    "compte/second-facteur/": factor((200, 200, 405), (302, 302, 405)),
    "compte/second-facteur/activer/": factor((302, 302, 405), (200, 200, 405)),
    "compte/second-facteur/confirmer/": factor((302, 302, 405), (302, 302, 405)),
    # The door, from both sides.
    "gestion/login/": dict.fromkeys(PEOPLE, DJANGO_FORM)
    | dict.fromkeys(INSIDE, (302, 200, 200, 200, 405, 200))
    | {"staff without factor": AWAY},
    "gestion/logout/": dict.fromkeys(PEOPLE, AWAY)
    | dict.fromkeys(INSIDE, (405, 405, 302, 405, 405, 200)),
    "gestion/": desk(READ),
    "gestion/password_change/": desk(DJANGO_FORM),
    "gestion/password_change/done/": desk(DJANGO_PAGE),
    "gestion/jsi18n/": desk(DJANGO_PAGE),
    # Without the name of a list.
    "gestion/autocomplete/": desk((403, 403, 405, 405, 405, 200)),
    **dict.fromkeys(["gestion/usage/", "gestion/usage.csv", "gestion/telecharger/"], LOOKED_AT),
    "gestion/apercu/<slug:kind>/<slug:key>/": LOOKED_AT,
    # Of a format that this is not drawn in.
    "gestion/apercu/<slug:kind>/<slug:key>/<slug:slug>.pdf": desk((404, 405, 405)),
    "gestion/chantier/": desk((200, 302, 200)),
    # Of what has no draft.
    "gestion/chantier/<slug:kind>/": desk(AWAY),
    "gestion/chantier/<slug:kind>/<slug:key>/": desk(AWAY),
    "gestion/charger/": desk((200, 422, 200), observer=FORBIDDEN),
    "gestion/charger/<int:pk>/": desk((200, 200, 200), observer=FORBIDDEN),
    "gestion/conflit/": desk((405, 404, 405), observer=FORBIDDEN),
    "gestion/publication/": PUBLISHED,
    "gestion/publication/<int:pk>/retirer/": PUBLISHED,
    "gestion/editions/<int:pk>/annuler/": desk(
        FORBIDDEN, curator=(200, 200, 405), superuser=(200, 200, 405)
    ),
    "gestion/historique/<int:pk>/retour/": desk((405, 404, 405), observer=FORBIDDEN),
    # There is none of this kind without a key.
    "gestion/historique/<slug:kind>/": desk((404, 404, 404)),
    "gestion/historique/<slug:kind>/<slug:key>/": desk(READ),
    "gestion/a-verifier/": desk((200, 400, 200)),
    "gestion/sources-a-relire/": desk((200, 302, 200), observer=(200, 403, 200)),
    "gestion/corriger-partout/": desk(READ, observer=(200, 403, 200)),
    "gestion/programmes/contribution/<int:pk>/reponse/": desk((403, 200, 403), observer=FORBIDDEN),
    "gestion/auth/user/<id>/password/": desk(FORBIDDEN, superuser=READ),
    "gestion/^(?P<app_label>desk|proposals|auth|programmes)/$": desk(READ),
    "gestion/(?P<url>.*)$": desk((404, 404, 404)),
}

# The pages that the admin makes for each model, by what the desk does with it.
LIST, ADD, ROW = "", "add/", "<path:object_id>/"
CHANGE, HISTORY, DELETE = (f"{ROW}{end}/" for end in ("change", "history", "delete"))
KEPT = {
    LIST: desk(READ),
    ADD: desk(FORBIDDEN),
    ROW: desk(AWAY),
    CHANGE: desk((200, 403, 200)),
    HISTORY: desk(READ),
    DELETE: desk(FORBIDDEN),
}
FOR_HOST = {
    **KEPT,
    LIST: desk(FORBIDDEN, superuser=READ),
    CHANGE: desk(FORBIDDEN, superuser=(200, 403, 200)),
    HISTORY: desk(FORBIDDEN, superuser=READ),
}
# What teams wrote: not even what was done with it.
PRIVATE = {**FOR_HOST, HISTORY: desk(FORBIDDEN)}
HOSTED = {**FOR_HOST, **dict.fromkeys((ADD, CHANGE, DELETE), FOR_HOST[LIST])}
# Of the catalogue; the history is that of the desk.
LOOKED_UP = {**KEPT, HISTORY: desk(AWAY)}
PART = {**LOOKED_UP, CHANGE: desk(READ, observer=(200, 403, 200))}
ENTRY = {**PART, ADD: desk(READ, observer=FORBIDDEN)}
SPARE = {**ENTRY, DELETE: desk(READ, observer=FORBIDDEN)}
# Saved by a form without fields.
HEAD = {**ENTRY, CHANGE: desk((200, 302, 200), observer=(200, 403, 200))}

MODELS = {
    "desk.catalogue": HEAD,
    **dict.fromkeys(["desk.measure", "desk.proposal", "desk.reflectionsheet"], ENTRY),
    **dict.fromkeys(["desk.wording", "desk.parameter", "desk.legalbasis", "desk.objection"], PART),
    **dict.fromkeys(["desk.example", "desk.pitch", "desk.figure", "desk.question"], PART),
    **dict.fromkeys(["desk.source", "desk.purpose", "desk.sizeclass"], SPARE),
    **dict.fromkeys(["desk.threshold", "desk.signatory"], SPARE),
    **dict.fromkeys(["desk.entrychange", "desk.review", "desk.plannedrelease"], KEPT),
    **dict.fromkeys(["desk.journalentry", "desk.sourcecheck", "desk.upload"], KEPT),
    **dict.fromkeys(["proposals.release", "proposals.releasedentry"], KEPT),
    **dict.fromkeys(["proposals.wordingrevision", "proposals.loadedentry"], KEPT),
    **dict.fromkeys(["auth.group", "auth.user"], HOSTED),
    **dict.fromkeys(["programmes.commune", "programmes.communekey"], FOR_HOST),
    **dict.fromkeys(["programmes.communeload", "programmes.department"], FOR_HOST),
    "programmes.intercommunality": FOR_HOST,
    # Read by the desk without the programme and the team; answered on a page of its own.
    "programmes.contribution": {
        **KEPT, CHANGE: desk((200, 403, 403)), HISTORY: desk(FORBIDDEN),
    },
}  # fmt: skip


def of_model(model: type[Model]) -> dict[str, dict[str, Answer]]:
    """What a team writes is private, unless the table says otherwise."""
    meta = model._meta
    if meta.app_label == "programmes":
        return MODELS.get(meta.label_lower, PRIVATE)
    return MODELS[meta.label_lower]


def of_programme(name: str) -> dict[str, Answer]:
    strangers = (*workshop.refused(name, 404, 404), 405)
    return {
        **dict.fromkeys(PEOPLE, strangers),
        "anonymous": (*workshop.refused(name, 302, 401), 405),
        **{who: (*workshop.expected(name, role), 405) for who, role in MEMBERS.items()},
    }


def answers(route: str, name: str) -> dict[str, Answer]:
    """By person, an answer to each of METHODS. Raises KeyError for a route of no table."""
    if route in (pages := of_models()):
        model, end = pages[route]
        found = of_model(model)[end]
    elif route.startswith(ONE):
        found = of_programme(name)
    else:
        found = ADDRESSES[route]
    return {who: _by_method(answer) for who, answer in found.items()}


def _by_method(answer: Answer) -> Answer:
    if len(answer) == len(METHODS):
        return answer
    get, post, other = answer
    return (get, get, post, other, other, other)


def unlisted() -> set[str]:
    """Addresses in no table, and addresses in the tables that are no more."""
    real = {route for route, _ in routes()}
    needed = {name for route, name in routes() if route.startswith(ONE)}
    other = {route for route in real if route not in of_models() and not route.startswith(ONE)}
    unknown = {
        model._meta.label_lower
        for model in admin.site._registry
        if model._meta.app_label != "programmes" and model._meta.label_lower not in MODELS
    }
    return (other ^ set(ADDRESSES)) | (needed ^ set(workshop.NEEDS)) | unknown
