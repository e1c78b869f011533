"""The numbers that the electoral code ties to a commune's size. Pure."""

from dataclasses import dataclass
from decimal import Decimal

# Euros a head, for a list of the first round only and for one of the second: article L. 52-11,
# read at juriblio.fr. By slices, up to this many inhabitants; the last has no end.
SLICES = (
    (15_000, Decimal("1.22"), Decimal("1.68")),
    (30_000, Decimal("1.07"), Decimal("1.52")),
    (60_000, Decimal("0.91"), Decimal("1.22")),
    (100_000, Decimal("0.84"), Decimal("1.14")),
    (150_000, Decimal("0.76"), Decimal("1.07")),
    (250_000, Decimal("0.69"), Decimal("0.84")),
    (None, Decimal("0.53"), Decimal("0.76")),
)
# https://www.agcommunication.org/plafonds-depenses-2026
COEFFICIENT = Decimal("1.23")
# Below, neither campaign account nor cap.
MIN_POPULATION = 9_000


@dataclass(frozen=True)
class OfficialQuantities:
    """At most this many are repaid."""

    circulaires: int
    ballots: int


def quantities(voters: int) -> OfficialQuantities:
    """Circulaires: voters and 5 %. Ballots: twice the voters and 10 % (code électoral, R. 39).

    Whole pieces, rounded down: what is above is not repaid.
    """
    return OfficialQuantities(circulaires=voters * 105 // 100, ballots=voters * 220 // 100)


def spending_caps(population: int) -> tuple[int, int] | None:
    """Euros that a list may spend: in the first round, and if it is in the second.

    None below 9,000 inhabitants. Rounded down to the euro.
    """
    if population < MIN_POPULATION:
        return None
    first = second = Decimal(0)
    start = 0
    for end, rate_first, rate_second in SLICES:
        heads = max(0, (population if end is None else min(population, end)) - start)
        first += heads * rate_first
        second += heads * rate_second
        start = end or start
    return int(first * COEFFICIENT), int(second * COEFFICIENT)
