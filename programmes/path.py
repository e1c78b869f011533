"""How far a programme has come and what is next: counted in its rows, never guessed.

Nothing says whether a team has read its texts over, or chosen enough: the path tells how many
there are of each thing, and leaves it to the team to call that done.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from desescalade import typography
from proposals.models import Proposal

from .enums import Status
from .models import Answer, Commitment, Edition, Programme


@dataclass(frozen=True)
class Counts:
    """What the path rests on.

    `is_answered`: a question of the diagnosis is. `worded` of the retained are in the team's own
    words. `chapter` is the number of the first chapter that is printed, `proposal` the first one
    of which nothing is decided yet (the first of all where something is decided of each); None
    where there is none.
    """

    is_answered: bool = False
    retained: int = 0
    discussed: int = 0
    worded: int = 0
    last_edition: int | None = None
    chapter: int | None = None
    proposal: str | None = None


@dataclass(frozen=True)
class Step:
    """`name` is what a page calls itself to be marked; `address` is empty where there is nothing
    to see yet. `is_done`: something of it is there."""

    name: str
    label: str
    address: str
    is_done: bool


@dataclass(frozen=True)
class Next:
    """What comes next, in a sentence with one button."""

    sentence: str
    label: str
    address: str


@dataclass(frozen=True)
class Path:
    steps: tuple[Step, ...]
    said: str
    next: Next
    is_before_first_edition: bool


def of(programme: Programme) -> Path:
    """The path of a programme that `access.programme_for` gave, in one query."""
    counts = count(programme)
    return Path(
        _steps(programme, counts),
        in_words(counts),
        next_of(programme, counts),
        counts.last_edition is None and counts.retained > 0,
    )


def count(programme: Programme) -> Counts:
    ours = Commitment.objects.filter(programme=OuterRef("pk"))
    retained = ours.retained()
    editions = Edition.objects.filter(programme=OuterRef("pk")).order_by("-number")
    decided = Commitment.objects.filter(programme=programme, measure__proposal=OuterRef("pk"))
    open_first = (
        Proposal.objects.published()
        .of(programme.catalogue_id)
        .annotate(is_decided=Exists(decided))
        .order_by("is_decided", "number")
    )
    return Counts(
        **Programme.objects.filter(pk=programme.pk).values(
            is_answered=Exists(Answer.objects.filter(programme=OuterRef("pk"))),
            retained=_number(retained),
            discussed=_number(ours.filter(status=Status.DISCUSSED)),
            worded=_number(retained.with_adapted().filter(adapted=True)),
            last_edition=Subquery(editions.values("number")[:1]),
            chapter=Subquery(retained.in_order().values("chapter__number")[:1]),
            proposal=Subquery(open_first.values("pk")[:1]),
        )[0]
    )


def _number(rows: QuerySet) -> Coalesce:
    """How many rows of the outer programme there are."""
    counted = rows.order_by().values("programme").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def _steps(programme: Programme, counts: Counts) -> tuple[Step, ...]:
    pk = programme.pk
    # Only who writes changes the commune.
    commune = reverse("programmes:commune", args=[pk]) if programme.may_write else ""
    is_chosen = bool(counts.retained or counts.discussed)
    # What a team makes an edition of, it has read over and holds for written.
    is_printed = counts.last_edition is not None
    is_worded = counts.worded > 0 or is_printed
    return (
        Step("commune", "Commune", commune, True),
        Step(
            "diagnostic", "Diagnostic", reverse("programmes:diagnosis", args=[pk]),
            counts.is_answered,
        ),
        Step("choix", "Choix", _choosing(programme, counts), is_chosen),
        Step("textes", "Textes", _texts(programme, counts), is_worded),
        Step("relecture", "Relecture", reverse("programmes:preview", args=[pk]), is_printed),
        Step("impression", "Impression", reverse("programmes:print", args=[pk]), is_printed),
    )  # fmt: skip


def _choosing(programme: Programme, counts: Counts) -> str:
    if counts.proposal is None:
        return ""
    return reverse("programmes:choose", args=[programme.pk, counts.proposal])


def _texts(programme: Programme, counts: Counts) -> str:
    if counts.chapter is None:
        return ""
    return reverse("programmes:chapter", args=[programme.pk, counts.chapter])


def in_words(counts: Counts) -> str:
    """As in « 12 engagements retenus, 3 dans vos mots, 1 à discuter, aucun tirage »."""
    said = [
        typography.quantity(counts.retained, "engagements retenus", "engagement retenu")
        if counts.retained
        else "Rien de retenu pour l’instant"
    ]
    if counts.worded:
        said.append(f"{counts.worded} dans vos mots")
    if counts.discussed:
        said.append(f"{counts.discussed} à discuter")
    if counts.last_edition:
        said.append(f"tirage {counts.last_edition} fait")
    elif counts.retained:
        said.append("aucun tirage")
    return ", ".join(said)


def next_of(programme: Programme, counts: Counts) -> Next:
    if not counts.retained:
        return _first_choice(programme, counts)
    if not counts.last_edition:
        return Next(
            "Relisez le programme tel qu’il sera imprimé. La première feuille n’est plus loin.",
            "Relire le programme",
            reverse("programmes:preview", args=[programme.pk]),
        )
    return Next(
        f"Le tirage {counts.last_edition} est fait\u00a0: imprimez-le, ou continuez à choisir et à"
        " écrire avant d’en faire un autre.",
        "Imprimer",
        reverse("programmes:print", args=[programme.pk]),
    )


def _first_choice(programme: Programme, counts: Counts) -> Next:
    address = _choosing(programme, counts)
    if not programme.may_write:
        return Next(
            "L’équipe n’a rien retenu pour l’instant. Vous pouvez déjà lire les mesures.",
            "Lire les mesures",
            address,
        )
    if counts.discussed:
        waiting = typography.quantity(counts.discussed, "mesures sont", "mesure est")
        sentence = f"{waiting} à discuter. Dès qu’une mesure est retenue, on peut imprimer."
    else:
        sentence = "Retenez une première mesure\u00a0: une seule suffit pour imprimer un essai."
    return Next(sentence, "Choisir les premières mesures", address)
