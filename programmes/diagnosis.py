"""Which wording fits a commune, and why: orders, labels and explains; never hides."""

from dataclasses import dataclass

from desescalade import typography
from proposals.models import Measure, SizeClass, Wording

from .communes import POPULATION_YEAR
from .models import Programme


@dataclass(frozen=True)
class Advice:
    """The wording for a commune, with the reason in words."""

    wording: Wording
    reason: str

    @property
    def unsuitable(self) -> str:
        """Why the measure is not advised at this size; empty when it is."""
        return self.wording.unsuitable


def advise(measure: Measure, programme: Programme, size_class: SizeClass | None) -> Advice:
    """Reads the prefetched wordings of the measure."""
    size = size_class.slug if size_class else ""
    wording = measure.wording_for(size)
    people = population_in_words(programme)
    if wording.is_default:
        return Advice(wording, f"Texte valable pour toutes les tailles ; {people}.")
    return Advice(wording, f"Texte « {wording.sizes_in_words()} » : {people}.")


def population_in_words(programme: Programme) -> str:
    """As in « Barsac compte 154 habitants (2026) »."""
    name, population = programme.commune.name, programme.population
    if population is None:
        return f"la population {typography.of(name)} n’est pas connue"
    count = typography.quantity(population, "habitants", "habitant")
    origin = "selon l’équipe" if programme.own_population is not None else str(POPULATION_YEAR)
    return f"{name} compte {count} ({origin})"
