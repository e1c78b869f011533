"""Verbs over several rows, a module for each subject. Verbs on one row are methods of models."""

from .bin import bring_back, drop, empty_bins, erase
from .chapters import OWN_CHAPTER_NUMBER, arrange, chapter_for, next_position, restore_order
from .closing import Departure, Unsettled, close_account, departure_of
from .commitments import add_own_commitment, adopt_measure, decide, withdraw_measure
from .layouts import choose_commitments, drop_logo, keep_logo, layout_for
from .opening import change_commune, open_programme
from .wordings import (
    copy_arguments,
    copy_parameters,
    preview_text,
    take_wording,
    wordings_to_review,
)

__all__ = [
    "OWN_CHAPTER_NUMBER",
    "Departure",
    "Unsettled",
    "add_own_commitment",
    "adopt_measure",
    "arrange",
    "bring_back",
    "change_commune",
    "chapter_for",
    "choose_commitments",
    "close_account",
    "copy_arguments",
    "copy_parameters",
    "decide",
    "departure_of",
    "drop",
    "drop_logo",
    "empty_bins",
    "erase",
    "keep_logo",
    "layout_for",
    "next_position",
    "open_programme",
    "preview_text",
    "restore_order",
    "take_wording",
    "withdraw_measure",
    "wordings_to_review",
]
