"""The catalogue as a file: read and checked, merged into the database, written back.

The shape of the file is in `shape.py`; docs/catalogue.md describes it for people.
"""

from .dumping import dump
from .loading import LoadReport, load
from .problems import CatalogueError, Problem
from .reading import MAX_BYTES, read

__all__ = ["MAX_BYTES", "CatalogueError", "LoadReport", "Problem", "dump", "load", "read"]
