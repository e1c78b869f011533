"""What it takes to copy a print: sheets, edge, paper, ink, money, and what is done by hand.

Pure. Figures first, then the same said in French (the properties of Job that end in `_text`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, log10

from desescalade.typography import NO_BREAK, number, quantity, typeset

from . import imposition
from .formats import A4, Format, Imposition
from .imposition import Flip

MAX_COPIES = 1_000_000
# g/m²: from bible paper to thin card.
MIN_GRAMS, MAX_GRAMS = 40, 350
ORDINARY_GRAMS = 80
# The part of a page that the test pages of toner makers cover (ISO/IEC 19752 and 19798).
ORDINARY_COVERAGE = 0.05
# From this many pages on, the innermost sheet of a booklet stands out visibly (print-law C.1).
MAX_PAGES_WITHOUT_TRIMMING = 32

FLIPS = {Flip.NONE: "recto seul", Flip.SHORT: "bord court", Flip.LONG: "bord long"}

# A sheet of the A series by its short side: name, and how many of it make a square metre.
_SHEETS = {105: ("A6", 64), 148: ("A5", 32), 210: ("A4", 16), 297: ("A3", 8), 420: ("A2", 4)}
_PER_A4 = _SHEETS[min(A4)][1]
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Job:
    """`copies` of a print of `pages` pages. `sheets` and `sides` count all copies together.

    `sides` are the sides that something is printed on. `blank_pages` is what remains white in one
    copy. `ink_pages` is how many ordinary pages (A4, 5 % covered) take as much ink; it and `cost`
    (euros) are None where the coverage or the price is not known.
    """

    format: Format
    pages: int
    copies: int
    sheet: str
    copies_per_sheet: int
    sheets_per_copy: int
    sheets: int
    sides: int
    blank_pages: int
    flip: Flip
    kilograms: Decimal
    coverage: float | None
    ink_pages: int | None
    price: Decimal | None
    cost: Decimal | None
    back_cover: bool

    @property
    def edge_text(self) -> str:
        """As the copier's screen says it: "bord court", "bord long" or "recto seul"."""
        return FLIPS[self.flip]

    @property
    def duplex_text(self) -> str:
        if self.flip is Flip.NONE:
            return typeset("Imprimer à taille réelle (100 %), recto seul.")
        return typeset(
            f"Imprimer à taille réelle (100 %), recto-verso, en retournant sur le {self.edge_text}."
        )

    @property
    def paper_text(self) -> str:
        copies = quantity(self.copies, "exemplaires", "exemplaire")
        each = f"{self._each}, " if self.copies > 1 and self._each else ""
        sheets = _sheets(self.sheets, self.sheet)
        return typeset(f"{each}{sheets} pour {copies} : {_weight(self.kilograms)} de papier.")

    @property
    def blank_text(self) -> str:
        """Where the white pages are, or ""."""
        if not self.blank_pages or self.flip is Flip.NONE:
            return ""
        if self.format.imposition is not Imposition.BOOKLET:
            return "Le dernier verso reste blanc."
        where = "avant la dernière" if self.back_cover else "à la fin"
        verb = "restent blanches" if self.blank_pages > 1 else "reste blanche"
        return typeset(
            f"{quantity(self.blank_pages, 'pages', 'page')} {verb} {where},"
            " pour des notes ou un dessin."
        )

    @property
    def hands_text(self) -> str:
        """What is folded, stapled or cut, or ""."""
        match self.format.imposition:
            case Imposition.BOOKLET if self.sheets_per_copy == 1:
                return "Plier au milieu."
            case Imposition.BOOKLET:
                return typeset(
                    f"Empiler les {self.sheets_per_copy} feuilles, agrafer deux fois au milieu"
                    " (agrafeuse à long bras), puis plier."
                )
            case Imposition.TWO_UP:
                return "Couper en deux, au milieu du grand côté."
            case Imposition.FOUR_UP:
                return "Couper en quatre, au milieu de chaque côté."
        if panels := imposition.PANELS.get(self.format.slug):
            return typeset(
                f"Plier en trois : d’abord le rabat de {min(panels)} mm, puis la couverture"
                " par-dessus."
            )
        return "Agrafer en haut à gauche." if self.sheets_per_copy > 1 else ""

    @property
    def ink_text(self) -> str:
        """How much ink, against ordinary pages, or "" where the coverage is not known."""
        if self.ink_pages is None or self.coverage is None:
            return ""
        pages = quantity(
            _two_figures(max(self.ink_pages, 1)), "pages A4 couvertes", "page A4 couverte"
        )
        return typeset(f"{_amount(self.coverage)} : autant que {pages} à 5 %.")

    @property
    def cost_text(self) -> str:
        """The sum in euros, or "" where the price is not known."""
        if self.price is None or self.cost is None:
            return ""
        sides = quantity(self.sides, "faces", "face")
        return typeset(f"{sides} à {euros(self.price)} : {euros(self.cost)}.")

    @property
    def warning_text(self) -> str:
        """What a thick booklet does, or ""."""
        if (
            self.format.imposition is not Imposition.BOOKLET
            or self.pages <= MAX_PAGES_WITHOUT_TRIMMING
        ):
            return ""
        creep = number(Decimal(str(imposition.creep(self.pages))))
        return typeset(
            f"Livret épais ({self.pages} pages) : une fois plié, les feuilles du milieu dépassent"
            f" d’environ {creep} mm. Faites rogner le bord, ou répartissez en deux livrets."
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """All that there is to say, in the order in which it is needed."""
        said = (
            self.paper_text,
            self.duplex_text,
            self.hands_text,
            self.blank_text,
            self.warning_text,
            self.ink_text,
            self.cost_text,
        )
        return tuple(text for text in said if text)

    @property
    def _each(self) -> str:
        """How copies and sheets go together, or "" where each copy is one sheet."""
        sheets = _sheets(self.sheets_per_copy, self.sheet)
        if self.copies_per_sheet == 1:
            return f"{sheets} par exemplaire" if self.sheets_per_copy > 1 else ""
        if self.sheets_per_copy == 1:
            return f"{self.copies_per_sheet} exemplaires par feuille"
        return f"{sheets} pour {self.copies_per_sheet} exemplaires"


def job(
    format: Format,
    pages: int,
    copies: int,
    *,
    price: Decimal | None = None,
    coverage: float | None = None,
    grams: int = ORDINARY_GRAMS,
    back_cover: bool = False,
) -> Job:
    """`price` is in euros for one printed side of the format's sheet (an A3 side is an A3 side).

    `coverage` is the mean part of the document's pages that ink covers, 0 to 1; `grams` the
    paper's weight per m²; `back_cover` as in imposition.sheets. Copies that share a sheet come in
    whole sheets: 501 leaflets take 251.

    Raises ValueError for a value out of bounds: 1 to MAX_COPIES copies, a page at least.
    """
    _check("copies", copies, 1, MAX_COPIES)
    _check("grams", grams, MIN_GRAMS, MAX_GRAMS)
    if coverage is not None:
        _check("coverage", coverage, 0, 1)
    if price is not None and not (price.is_finite() and price >= 0):
        raise ValueError(f"not a price: {price}")
    one = imposition.sheets(pages, format.imposition, format.size, back_cover=back_cover)
    copies_per_sheet = imposition.copies_per_sheet(format.imposition)
    times = ceil(copies / copies_per_sheet)
    sheets, sides = times * len(one), times * sum(sheet.printed_sides for sheet in one)
    name, per_square_metre = _SHEETS[min(one[0].size)]
    ink = None
    if coverage is not None:
        size_in_a4 = _PER_A4 / _SHEETS[min(format.size)][1]
        ink = round(pages * copies * size_in_a4 * coverage / ORDINARY_COVERAGE)
    return Job(
        format=format,
        pages=pages,
        copies=copies,
        sheet=name,
        copies_per_sheet=copies_per_sheet,
        sheets_per_copy=len(one),
        sheets=sheets,
        sides=sides,
        blank_pages=_blank_places(one) // copies_per_sheet,
        flip=imposition.flip(one),
        kilograms=Decimal(sheets * grams) / per_square_metre / 1000,
        coverage=coverage,
        ink_pages=ink,
        price=price,
        cost=None if price is None else (sides * price).quantize(_CENT, ROUND_HALF_UP),
        back_cover=back_cover,
    )


def sheet_name(size: tuple[int, int]) -> str:
    """ "A4" for 210 × 297 mm, however it is turned. Raises KeyError for another series."""
    return _SHEETS[min(size)][0]


def euros(amount: Decimal) -> str:
    """Two decimals, "12,50 €", and as many more as a price by the side has: "0,035 €"."""
    exponent = amount.normalize().as_tuple().exponent
    return f"{number(amount, max(2, -int(exponent)))}{NO_BREAK}€"


def _check(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(f"{name}: {value} is not between {least} and {most}")


def _blank_places(one: Iterable[imposition.Sheet]) -> int:
    return sum(
        place.page is None for sheet in one for side in (sheet.front, sheet.back) for place in side
    )


def _sheets(count: int, name: str) -> str:
    return quantity(count, f"feuilles {name}", f"feuille {name}")


def _weight(kilograms: Decimal) -> str:
    if kilograms < 1:
        return quantity((kilograms * 1000).quantize(Decimal(1), ROUND_HALF_UP), "g")
    decimals = 2 if kilograms < 10 else 1 if kilograms < 100 else 0
    return quantity(kilograms.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "kg")


def _amount(coverage: float) -> str:
    """How much ink a page takes, in words."""
    for most, words in (
        (0.03, "Peu d’encre"),
        (0.07, "Encre ordinaire"),
        (0.15, "Plus d’encre qu’un courrier ordinaire"),
    ):
        if coverage < most:
            return words
    return "Beaucoup d’encre"


def _two_figures(value: int) -> int:
    """An estimate says no more than it knows: 1234 becomes 1200."""
    return round(value, 1 - int(log10(value))) if value >= 100 else value
