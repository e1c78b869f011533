"""Names of communes and intercommunalities, as people search and say them. Pure."""

from desescalade import typography
from desescalade.folding import fold

# The words that INSEE, La Poste and people abbreviate differently.
LONG_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
MAX_QUERY = 90

INTERCOMMUNALITY_KINDS = {
    "CC": "la communauté de communes",
    "CA": "la communauté d’agglomération",
    "CU": "la communauté urbaine",
}


def folded(text: str) -> str:
    """The search key of a name: "L'Haÿ-les-Roses" and "l hay les roses" are the same.

    Lower case, no accents, one space between words, "saint" in full.
    """
    words = fold(text[:MAX_QUERY]).split()
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
