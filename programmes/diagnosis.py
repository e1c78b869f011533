"""Which wording fits a commune, where a measure stands in the list, and why; never hides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desescalade import typography
from proposals.enums import Authority
from proposals.models import Measure, Proposal, QuestionMeasure, SizeClass, Wording

from .communes import POPULATION_YEAR
from .enums import Finding
from .models import Answer, Programme

# What an answer to a question moves each measure by that the question names.
STEPS = {Finding.TO_DO: 1, Finding.FINE: -1}
# The commune can only ask: the others, where it decides alone or with others, come first.
ELSEWHERE = {Authority.INTERCOMMUNALITY, Authority.OTHER}
UNSUITABLE = "elle est déconseillée à la taille de votre commune"


@dataclass(frozen=True)
class Place:
    """Where a measure stands among those of its proposal, with the reason in words.

    `steps` counts the reasons to go up less those to go down. At equal steps, those that somebody
    else decides come last, and else the order is the catalogue's.
    """

    steps: int
    is_decided_elsewhere: bool
    reason: str

    @property
    def key(self) -> tuple[int, bool]:
        """Sorts a list: the first first. The sort must be stable."""
        return -self.steps, self.is_decided_elsewhere


@dataclass(frozen=True)
class Advice:
    """The wording for a commune, with the reason in words, and the place in the list."""

    wording: Wording
    reason: str
    place: Place

    @property
    def unsuitable(self) -> str:
        """Why the measure is not advised at this size; empty when it is."""
        return self.wording.unsuitable


def advise(
    measure: Measure,
    programme: Programme,
    size_class: SizeClass | None,
    answers: Sequence[Answer] = (),
) -> Advice:
    """Reads the prefetched wordings of the measure; `answers` are those that speak for it."""
    size = size_class.slug if size_class else ""
    wording = measure.wording_for(size)
    people = population_in_words(programme)
    if wording.is_default:
        reason = f"Texte valable pour toutes les tailles ; {people}."
    else:
        reason = f"Texte « {wording.sizes_in_words()} » : {people}."
    return Advice(wording, reason, _place(measure, wording, answers))


def _place(measure: Measure, wording: Wording, answers: Sequence[Answer]) -> Place:
    moves = [(STEPS[answer.value], _said(answer)) for answer in answers if answer.value in STEPS]
    if wording.unsuitable:
        moves.append((-1, UNSUITABLE))
    steps = sum(step for step, _ in moves)
    sentences = []
    if moves:
        way = "Plus haut" if steps > 0 else "Plus bas" if steps < 0 else "Ni plus haut ni plus bas"
        sentences.append(f"{way} dans la liste : {' ; '.join(why for _, why in moves)}.")
    elsewhere = Authority(measure.decided_by) in ELSEWHERE
    if elsewhere:
        who = Authority(measure.decided_by).sentence
        sentences.append(f"À égalité, après les autres : {who[:1].lower()}{who[1:]}.")
    return Place(steps, elsewhere, " ".join(sentences))


def _said(answer: Answer) -> str:
    return f"à « {answer.text} », vous avez répondu « {answer.get_value_display()} »"


def answers_by_measure(programme: Programme, proposal: Proposal) -> dict[str, list[Answer]]:
    """The answers that speak for each measure of a proposal, by the questions that name it.

    All measures are there. Reads the prefetched measures.
    """
    answers = {answer.slug: answer for answer in programme.answers.all()}
    found = {measure.pk: [] for measure in proposal.measures.all()}
    links = QuestionMeasure.objects.filter(measure__in=found).order_by("question__position")
    for slug, measure in links.values_list("question__slug", "measure"):
        if slug in answers:
            found[measure].append(answers[slug])
    return found


def moves_any(answers: Iterable[Sequence[Answer]]) -> bool:
    """Whether one of these answers ranks a measure: not one that says that nobody knows yet."""
    return any(answer.value in STEPS for found in answers for answer in found)


def population_in_words(programme: Programme) -> str:
    """As in « Barsac compte 154 habitants (2026) »."""
    name, population = programme.commune.name, programme.population
    if population is None:
        return f"la population {typography.of(name)} n’est pas connue"
    count = typography.quantity(population, "habitants", "habitant")
    origin = "selon l’équipe" if programme.own_population is not None else str(POPULATION_YEAR)
    return f"{name} compte {count} ({origin})"
