from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from proposals import parameters

N, NN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "type", "typed"),
    [
        ("12", "integer", 12),
        ("1 200", "integer", 1200),
        ("1,5", "decimal", Decimal("1.5")),
        ("80", "percent", 80),
        ("2027-06-30", "date", date(2027, 6, 30)),
        ("23:00", "time", time(23)),
        ("dans le bourg", "text", "dans le bourg"),
    ],
)
def test_value_is_read_as_it_is_typed_in_french(value, type, typed):
    assert parameters.parse(value, type=type) == typed


@pytest.mark.parametrize(
    ("value", "type", "message"),
    [
        ("", "integer", "Indiquez une valeur."),
        ("douze", "integer", "Écrivez un nombre en chiffres, par exemple 12."),
        ("NaN", "decimal", "Écrivez un nombre en chiffres, par exemple 12."),
        ("1e999999", "decimal", "Écrivez un nombre en chiffres, par exemple 12."),
        ("9" * 5000, "integer", "Écrivez un nombre en chiffres, par exemple 12."),
        ("1,5", "integer", "Écrivez un nombre entier, sans virgule."),
        ("2", "integer", "Choisissez une valeur entre 3 et 24."),
        ("25", "integer", "Choisissez une valeur entre 3 et 24."),
        ("30/06/2027", "date", "Écrivez une date, par exemple 2027-06-30."),
        ("25:00", "time", "Écrivez une heure, par exemple 23:00."),
        ("bleu", "choice", "Choisissez parmi : rouge, vert."),
    ],
)
def test_wrong_value_gets_a_sentence_that_says_what_is_expected(value, type, message):
    with pytest.raises(ValidationError) as caught:
        parameters.parse(
            value, type=type, min=Decimal(3), max=Decimal(24), choices=["rouge", "vert"]
        )
    assert caught.value.messages == [message]


@pytest.mark.parametrize(
    ("value", "type", "unit", "unit_one", "words"),
    [
        ("1", "integer", "jours", "jour", f"1{N}jour"),
        ("0", "integer", "jours", "jour", f"0{N}jour"),
        ("2", "integer", "jours", "jour", f"2{N}jours"),
        ("1000", "integer", "habitants", "habitant", f"1{NN}000{N}habitants"),
        ("80", "percent", "%", "%", f"80{N}%"),
        ("1.5", "decimal", "jours", "jour", f"1,5{N}jour"),
        ("57.2", "decimal", "€ par m²", "€ par m²", f"57,20{N}€ par m²"),
        ("2", "integer", "fois par an", "fois par an", f"deux{N}fois par an"),
        ("2027-06-30", "date", "", "", f"30{N}juin 2027"),
        ("23:00", "time", "", "", f"23{N}h"),
        ("n’importe quoi", "integer", "jours", "jour", "n’importe quoi"),
    ],
)
def test_value_is_shown_as_it_reads_in_a_sentence(value, type, unit, unit_one, words):
    assert parameters.display(value, type=type, unit=unit, unit_one=unit_one) == words
