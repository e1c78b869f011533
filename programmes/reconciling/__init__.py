"""Bringing a file into a programme that has gone on since: what changed here, what in the file.

Three-way, per text and per value: base is the state at the version that the file was written
from, if the history of this programme has it, else the catalogue's words. Nothing is removed, and
neither order, figures nor layouts are touched.
"""

from .applying import Stale, apply
from .comparison import Comparison, compare
from .differences import Difference, Subject

__all__ = ["Comparison", "Difference", "Stale", "Subject", "apply", "compare"]
