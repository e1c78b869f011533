"""The bundled ICC profile; licence and origin are in LICENCE.txt beside it."""

from pathlib import Path

COATED = Path(__file__).with_name("fogra39-coated.icc")
"""Offset on coated paper (FOGRA39), CMYK, ICC version 2, at most 280 % of ink."""
