"""The curators' desk: Django admin as it is, with the rules of the catalogue's file."""

from . import history, measure, proposal, reference, release, sheet, site

__all__ = ["history", "measure", "proposal", "reference", "release", "sheet", "site"]
