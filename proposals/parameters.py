"""The value of a parameter: text in the file and in the database, typed and bounded here."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db.models import Case, DecimalField, Q, When
from django.db.models.functions import Cast

from desescalade import typography

from .enums import ParameterType

Value = int | Decimal | date | time | str

# "une fois par an", not "1 fois": small numbers of times are written in letters.
IN_LETTERS = ("une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")

# A number longer than this is a typing slip, and would make Decimal slow.
MAX_DIGITS = 12


def parse(
    value: str,
    *,
    type: str,
    min: Decimal | None = None,
    max: Decimal | None = None,
    choices: Sequence[str] = (),
) -> Value:
    """The typed value of "24", "0.5", "2027-06-30", "23:00" or a text.

    Raises ValidationError with a French sentence that names what is expected.
    """
    value = value.strip()
    if not value:
        raise ValidationError("Indiquez une valeur.")
    match type:
        case ParameterType.INTEGER | ParameterType.DECIMAL | ParameterType.PERCENT:
            return _number(value, type=type, min=min, max=max)
        case ParameterType.DATE:
            return _moment(date.fromisoformat, value, "une date, par exemple 2027-06-30")
        case ParameterType.TIME:
            return _moment(time.fromisoformat, value, "une heure, par exemple 23:00")
        case ParameterType.CHOICE if value not in choices:
            raise ValidationError(f"Choisissez parmi : {', '.join(choices)}.")
    return value


# Pure, and asked for each text of each commitment on a page.
@lru_cache(maxsize=2048)
def display(value: str, *, type: str, unit: str = "", unit_one: str = "") -> str:
    """The value as it is printed in a sentence: "1 jour", "80 %", "30 juin 2027", "23 h".

    A value that does not parse is shown as it is: a print never fails because of a parameter.
    """
    try:
        typed = parse(value, type=type, choices=[value])
    except ValidationError:
        return value
    match typed:
        case Decimal() if unit.startswith("€"):
            return f"{typography.number(typed, keep_decimals=2)}\u00a0{unit}"
        case int() if unit.startswith("fois") and 0 < typed <= len(IN_LETTERS):
            return f"{IN_LETTERS[typed - 1]}\u00a0{unit}"
        case int() | Decimal():
            return typography.quantity(typed, unit, unit_one)
        case date():
            return typography.date_in_words(typed)
        case time():
            return typography.time_in_words(typed)
    return value


def within_bounds(field: str) -> Q:
    """The condition of a database constraint: a numeric value lies between `min` and `max`.

    Only numbers are cast: PostgreSQL promises no order of evaluation, and fails on a text. It
    also wants to be told how many digits; twelve signs never hold more than these.
    """
    decimal = DecimalField(max_digits=2 * MAX_DIGITS, decimal_places=MAX_DIGITS)
    number = Case(When(type__in=ParameterType.numeric(), then=Cast(field, decimal)))
    return (Q(min__isnull=True) | Q(min__lte=number)) & (Q(max__isnull=True) | Q(max__gte=number))


def _number(value: str, *, type: str, min: Decimal | None, max: Decimal | None) -> int | Decimal:
    compact = "".join(value.split()).replace(",", ".")
    # No exponent: int(Decimal("1e999999")) has a million digits.
    if len(compact) > MAX_DIGITS or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", compact):
        raise ValidationError("Écrivez un nombre en chiffres, par exemple 12.")
    number = Decimal(compact)
    if type == ParameterType.INTEGER and number != number.to_integral_value():
        raise ValidationError("Écrivez un nombre entier, sans virgule.")
    if (min is not None and number < min) or (max is not None and number > max):
        raise ValidationError(bounds(min, max))
    return int(number) if number == number.to_integral_value() else number


def bounds(min: Decimal | None, max: Decimal | None) -> str:
    """The sentence that states the bounds."""
    low = None if min is None else typography.number(min)
    high = None if max is None else typography.number(max)
    if low is not None and high is not None:
        return f"Choisissez une valeur entre {low} et {high}."
    return f"Choisissez au moins {low}." if high is None else f"Choisissez au plus {high}."


def _moment(parser: Callable[[str], date | time], value: str, expected: str) -> date | time:
    try:
        return parser(value)
    except ValueError:
        raise ValidationError(f"Écrivez {expected}.") from None
