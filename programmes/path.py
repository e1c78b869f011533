"""How far a programme has come and what is next: counted in its rows, never guessed.

Nothing says whether a team has read its texts over, or chosen enough: the path tells how many
there are of each thing, and leaves it to the team to call that done.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from desescalade import typography
from proposals.models import Proposal

from .enums import Status
from .models import Answer, Commitment, Edition, Programme
from .models.commitment import BASE_FIELDS, TEXT_FIELDS


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
    is_printable: bool


def of(programme: Programme) -> Path:
    """The path of a programme that `access.programme_for` gave."""
    counts = count(programme)
    return Path(
        _steps(programme, counts),
        in_words(counts),
        next_of(programme, counts),
        is_before_first_edition=counts.last_edition is None and counts.retained > 0,
        is_printable=counts.retained > 0,
    )


def count(programme: Programme) -> Counts:
    """A few plain queries: one that counts all of it takes Django three times as long to write."""
    ours = Commitment.objects.filter(programme=programme).order_by()
    rows = list(ours.values_list("status", "chapter__number", "measure__proposal"))
    retained = [number for status, number, _ in rows if status == Status.RETAINED]
    decided = {proposal for *_, proposal in rows}
    proposals = Proposal.objects.published().of(programme.catalogue_id).order_by("number")
    slugs = list(proposals.values_list("pk", flat=True))
    last_edition = Edition.objects.filter(programme=programme).values_list("number", flat=True)
    return Counts(
        is_answered=Answer.objects.filter(programme=programme).exists(),
        retained=len(retained),
        discussed=sum(status == Status.DISCUSSED for status, *_ in rows),
        worded=_worded(ours.retained()),
        last_edition=last_edition.order_by("-number").first(),
        # The team's own chapter, number 0, comes last.
        chapter=min(retained, key=lambda number: (number == 0, number), default=None),
        proposal=next((slug for slug in slugs if slug not in decided), next(iter(slugs), None)),
    )


def _worded(rows: QuerySet[Commitment]) -> int:
    """How many are in the team's own words; reads the texts of those only that have some."""
    written = rows.exclude(**dict.fromkeys(TEXT_FIELDS, ""))
    return sum(row.is_adapted for row in written.only(*TEXT_FIELDS, *BASE_FIELDS))


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
