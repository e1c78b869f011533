from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, zip_longest

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from desescalade import environment, typography
from programmes import actions, cards, editions
from programmes.enums import Printer, ProgrammeKind, Status
from programmes.models import Commitment, CommitmentParameter, Commune, Programme
from proposals.enums import Authority, Budget, Horizon, ParameterType
from proposals.models import Measure, Proposal
from proposals.tables.catalogue import MAIN

DEFAULT_COMMUNE = "26027"
DEFAULT_MEASURES = 12
ADDRESS = "http://127.0.0.1:8000"
# With fewer commitments, a demonstration has room for the catalogue only.
ENOUGH_FOR_AN_OWN = 3
ADDITION = " Nous en rendrons compte chaque année, en réunion publique."
REASON = "La commune n’a pas ce service : à reprendre avec nos voisins."


@dataclass(frozen=True)
class Own:
    """A commitment that such a team may write itself."""

    title: str
    line: str
    text: str


OWN = (
    Own(
        "Rouvrir le lavoir et y tenir le marché du samedi",
        "Un marché au lavoir, tous les samedis matin",
        "Nous remettons le lavoir en état avec les habitants qui le souhaitent, et nous y"
        " installons un petit marché le samedi matin. Chaque stand rend la monnaie : on y paie en"
        " pièces et en billets, sans application.",
    ),
    Own(
        "Garder un banc, une fontaine et une horloge dans chaque quartier",
        "S’asseoir, boire et lire l’heure, partout dans la commune",
        "L’heure, l’eau et un endroit où s’asseoir ne demandent ni compte ni batterie. Nous"
        " posons ou réparons un banc, une fontaine et une horloge dans chaque quartier, en"
        " commençant par les arrêts de car.",
    ),
    Own(
        "Imprimer chaque saison le calendrier de la vie locale",
        "Un calendrier sur papier, dans toutes les boîtes",
        "Quatre fois par an, une feuille pliée en deux dit ce qui se passe dans la commune :\n\n"
        "- les fêtes, les concerts et les séances du conseil ;\n"
        "- les permanences, avec un numéro de téléphone qui répond ;\n"
        "- les chantiers où l’on cherche des bras.",
    ),
    Own(
        "Prêter des outils plutôt que des tablettes",
        "Une outilthèque ouverte deux soirs par semaine",
        "Perceuse, échelle, remorque, machine à coudre : la commune rassemble des outils donnés"
        " ou achetés d’occasion et les prête contre une simple signature dans un registre.",
    ),
)


class Command(BaseCommand):
    help = "Crée un programme d’exemple, complet, et imprime son adresse et sa carte d’accès."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--commune", default=DEFAULT_COMMUNE, metavar="INSEE", help="code INSEE de la commune"
        )
        parser.add_argument(
            "--measures",
            type=int,
            default=DEFAULT_MEASURES,
            metavar="N",
            help="nombre d’engagements retenus",
        )
        parser.add_argument(
            "--vote-date",
            type=date.fromisoformat,
            metavar="AAAA-MM-JJ",
            help="date d’une élection ; sans elle, c’est un plan pour le mandat",
        )

    def handle(self, *args, commune: str, measures: int, vote_date: date | None, **options) -> None:
        place = Commune.objects.with_places().filter(pk=commune).first()
        if place is None:
            raise CommandError(
                f"Aucune commune n’a le code INSEE « {commune} » : vérifier le code, ou lancer"
                f" d’abord « {environment.command('load_communes')} »."
            )
        if measures < 0:
            raise CommandError("Le nombre d’engagements ne peut pas être négatif.")
        catalogue = list(spread(Proposal.objects.published().of(MAIN)))
        if not catalogue:
            raise CommandError(
                f"Le catalogue est vide : lancer « {environment.command('load_catalogue')} »."
            )
        with transaction.atomic():
            programme, _, card = actions.open_programme(place)
            present(programme, vote_date)
            fill(programme, catalogue, measures)
            if measures:
                editions.make_edition(programme)
        self.show(programme, card)

    def show(self, programme: Programme, card: cards.Card) -> None:
        self.stdout.write(f"programme: {programme.pk}")
        self.stdout.write(f"url: {ADDRESS}/programmes/{programme.pk}/")
        self.stdout.write(f"identifiant: {card.identifier}")
        self.stdout.write(f"phrase: {card.passphrase}")


def spread(proposals) -> Iterator[Measure]:
    """All published measures, each once: the first of each proposal, then the second of each."""
    columns = [
        Measure.objects.published().with_wordings().filter(proposal=proposal)
        for proposal in proposals
    ]
    return (measure for measure in chain.from_iterable(zip_longest(*columns)) if measure)


def present(programme: Programme, vote_date: date | None) -> None:
    """Cover and imprint, with an invented person."""
    commune = programme.commune
    programme.kind = ProgrammeKind.CAMPAIGN if vote_date else ProgrammeKind.MANDATE
    programme.vote_date = vote_date
    programme.list_name = f"Bien vivre {typography.at(commune.name)}"
    programme.title = "Une commune qui tient debout sans écran"
    programme.subtitle = "Nos engagements pour une vie plus humaine, plus sobre et plus sûre"
    programme.printer = Printer.OURSELVES
    programme.printer_name = "Camille Roux"
    postal_code = next(iter(commune.postal_codes.split()), commune.pk)
    programme.printer_address = f"3, place de l’Église, {postal_code} {commune.name}"
    programme.save()


def fill(programme: Programme, catalogue: list[Measure], retained: int) -> None:
    """Exactly `retained` commitments that are printed, one to discuss and one declined."""
    own = max(retained - len(catalogue), int(ENOUGH_FOR_AN_OWN <= retained < len(catalogue)))
    size = programme.size_class()
    taken, left = catalogue[: retained - own], catalogue[retained - own :]
    adopted = [actions.adopt_measure(programme, measure, size) for measure in taken]
    if len(adopted) > 1:
        tune(adopted[:-1])
        adapt(adopted[-1])
    for rank in range(own):
        write_own(programme, rank)
    for rank, status in enumerate((Status.DISCUSSED, Status.DECLINED)):
        reason = REASON if status is Status.DECLINED else ""
        if left[rank:]:
            actions.adopt_measure(programme, left[rank], size, status=status, reason=reason)
        else:
            write_own(programme, own + rank, status=status, reason=reason)


def tune(commitments: list[Commitment]) -> None:
    """One more than the catalogue says, in the first number that may grow."""
    for parameter in CommitmentParameter.objects.filter(
        commitment__in=commitments, type=ParameterType.INTEGER
    ):
        value = Decimal(parameter.value) + 1
        if parameter.max is None or value <= parameter.max:
            parameter.value = str(value)
            parameter.save()
            return


def adapt(commitment: Commitment) -> None:
    """The catalogue's text, with a sentence of the team's."""
    commitment.text = commitment.base_text + ADDITION
    commitment.save()


def write_own(
    programme: Programme, rank: int, *, status: Status = Status.RETAINED, reason: str = ""
) -> None:
    chapter = actions.chapter_for(programme, None)
    own = OWN[rank % len(OWN)]
    # The titles stay different from each other, however many are wanted.
    again = f" ({rank // len(OWN) + 1})" if rank >= len(OWN) else ""
    Commitment.objects.create(
        programme=programme,
        chapter=chapter,
        position=actions.next_position(chapter),
        title=own.title + again,
        line=own.line,
        text=own.text,
        decided_by=Authority.COUNCIL,
        horizon=Horizon.MID_TERM,
        budget=Budget.NEUTRAL,
        status=status,
        reason=reason,
    )
