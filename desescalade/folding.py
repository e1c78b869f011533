"""Text as it is searched: no capitals, no accents, no punctuation. Pure."""

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def fold(text: str) -> str:
    """Words of letters and digits with one space between: "L’École d’été" is "l ecole d ete"."""
    text = unicodedata.normalize("NFD", text.translate(LIGATURES).casefold())
    bare = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))
