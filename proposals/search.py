"""Finding measures by words, in the few dozen of a catalogue: accents do not matter."""

from collections.abc import Iterable
from functools import lru_cache

from desescalade.folding import fold

from .models import Measure

MAX_QUERY = 100

# Folding is the slow part; the texts of a catalogue hardly change.
folded = lru_cache(maxsize=2048)(fold)


def matching(measures: Iterable[Measure], query: str) -> list[Measure]:
    """Measures that hold every word of the query, those with all of them in the title first.

    Reads the prefetched wordings.
    """
    words = fold(query[:MAX_QUERY]).split()
    found = []
    for measure in measures:
        title = folded(measure.title)
        texts = [title]
        for wording in measure.wordings.all():
            texts += [folded(wording.line), folded(wording.text)]
        whole = " ".join(texts)
        if all(word in whole for word in words):
            found.append((not all(word in title for word in words), measure))
    return [measure for _, measure in sorted(found, key=lambda pair: pair[0])]
