"""The curators' desk. Django admin as it is, with the rules of the catalogue's file.

The order of the imports is the order of the models on the index.
"""

from . import (  # noqa: I001
    site,
    proposal,
    measure,
    sheet,
    reference,
    release,
)

__all__ = ["measure", "proposal", "reference", "release", "sheet", "site"]
