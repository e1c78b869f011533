"""Texts that leave in a file: a small programme, and what no person would write."""

import re
from datetime import date

from desescalade.markdown import MAX_DEPTH
from programmes.enums import Fidelity, ProgrammeKind
from programmes.printing.document import (
    Chapter,
    Commitment,
    Document,
    Figure,
    Imprint,
    Source,
    Stamp,
)

EVERYTHING = """\
Du **gras**, de l'*italique*, **les *deux* à la fois** et `du code` ; voir
[la charte](https://exemple.fr/charte?a=1&b=2).

- premier
- deuxième
    - imbriqué

3. trois
4. quatre

> Une citation !

# Un titre dans le texte

Fin\x20\x20
de ligne

* * *
"""
HOSTILE = {
    "long word": "a" * 300 + " ; fin",
    "emoji": "Bravo 🎉👩‍👩‍👧 café\u0301",
    "direction": "abc\u202edef\u2066ghi\u200fjkl",
    "control": "a\x00b\x01c\x0bd\x1be\ufffff\ud800g",
    "script": '<script>alert("1")</script> & &amp; <!-- ]]> <?php',
    "marks": "*a* _b_ `c` [d](e) # f\n=== \\ ~~g~~ | h |",
    "nested": "\n".join("    " * depth + "- niveau" for depth in range(MAX_DEPTH)),
    "too deep": "\n".join("    " * depth + "- niveau" for depth in range(MAX_DEPTH + 2)),
    "link": "[x](http://[y) [z](https://exemple.fr/[a]|b) [t](tel:+33476000000)",
    "alike": "01004",
    "no": "no",
    "blank": " \t\n ",
}


def promise(rank, text, **fields):
    return Commitment(
        id=rank,
        title=fields.pop("title", f"Titre {rank}"),
        line=fields.pop("line", f"Ligne {rank}"),
        text=text,
        decided_by="Le maire décide",
        horizon="avant la moitié du mandat",
        fidelity=Fidelity.OWN,
        **fields,
    )


def programme_of(*commitments):
    half = len(commitments) // 2
    figures = (Figure("Huit sur dix", 1, "réserve"), Figure("Deux sur dix", None, ""))
    return Document(
        title="Une commune debout",
        subtitle="Sans écran",
        list_name="Bien vivre ici",
        commune="Ambérieu-en-Bugey",
        commune_code="01004",
        department="Ain",
        population=15_000,
        kind=ProgrammeKind.CAMPAIGN,
        vote_date=date(2026, 12, 6),
        chapters=(
            Chapter(1, "Les écrans", "Moins d'écrans !", commitments[:half], figures, 6),
            Chapter(2, "Le reste", "", commitments[half:], (Figure("Neuf", 1, ""),), 0),
        ),
        sources=(Source(1, "Insee", "2025-04", "https://insee.fr/a_b"),),
        imprint=Imprint(True, "Camille Roux", "3, place de l’Église"),
        stamp=Stamp(2, "k7d3-9xq2", date(2026, 11, 22)),
    )


def squeezed(text):
    return re.sub(r"[\s\u00a0\u202f]+", "", text)
