"""Names of communes and intercommunalities, as people search and say them. Pure."""

import re
import unicodedata

from desescalade import typography

# The words that INSEE, La Poste and people abbreviate differently.
LONG_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
MAX_QUERY = 90

INTERCOMMUNALITY_KINDS = {
    "CC": "la communauté de communes",
    "CA": "la communauté d’agglomération",
    "CU": "la communauté urbaine",
}
ARTICLES = ("de ", "du ", "des ", "d'", "d’", "de l'", "de l’")


def folded(text: str) -> str:
    """The search key of a name: "L'Haÿ-les-Roses" and "l hay les roses" are the same.

    Lower case, no accents, one space between words, "saint" in full.
    """
    text = text[:MAX_QUERY].translate(LIGATURES).casefold()
    text = unicodedata.normalize("NFD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", text)
    return " ".join(LONG_FORMS.get(word, word) for word in words)


def search_keys(name: str) -> list[str]:
    """The folded name from each of its words on; the first is the whole name."""
    words = folded(name).split()
    return [" ".join(words[start:]) for start in range(len(words))]


def intercommunality_in_words(name: str, kind: str) -> str:
    """The full name with its article, to stand in a sentence after "devant" or "avec".

    "CC de la Dombes" becomes "la communauté de communes de la Dombes"; "Métropole de Lyon"
    takes "la"; a proper name such as "Bordeaux Métropole" none.
    """
    short, _, rest = name.partition(" ")
    if short in INTERCOMMUNALITY_KINDS and rest:
        return f"{INTERCOMMUNALITY_KINDS[short]} {rest}"
    if name.startswith("Métropole"):
        return f"la {typography.typeset(name)}"
    if name.startswith("Eurométropole"):
        return f"l’{name}"
    return name
