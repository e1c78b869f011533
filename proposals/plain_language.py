"""Whether a text of the catalogue is in plain words: advice to a curator, never an error. Pure.

Only what people read is judged: not the titles of sources, of laws or of settings.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from desescalade.sentences import LONG, count_words, opening, sentences

from .catalogue import entries, shape
from .catalogue.differences import place
from .catalogue.entries import Key
from .catalogue.matching import Path

# Fields, at any depth, whose words are somebody else's or a name.
NOT_OURS = frozenset(
    {"legal_bases", "examples", "figures", "parameters", "origin_note", "source", "place"}
)
KINDS = frozenset({"proposal", "measure", "sheet"})

# What is said in offices, and what one would say at the door.
PLAIN_WORDS = {
    "afférent": "lié à",
    "benchmark": "comparaison",
    "best practice": "bonne pratique",
    "booster": "renforcer",
    "brainstorming": "discussion",
    "business model": "modèle économique",
    "challenger": "mettre à l’épreuve",
    "co-construire": "faire ensemble",
    "co-construction": "travail en commun",
    "dashboard": "tableau de bord",
    "deadline": "date limite",
    "démarche partenariale": "travail avec d’autres",
    "digital": "numérique",
    "digitale": "numérique",
    "digitalisation": "passage au numérique",
    "empowerment": "pouvoir d’agir",
    "feedback": "retour",
    "finaliser": "finir",
    "flyer": "tract",
    "gouvernance": "façon de décider",
    "impacter": "toucher",
    "implémenter": "mettre en place",
    "in fine": "à la fin",
    "initier": "commencer",
    "kick-off": "lancement",
    "mailing": "envoi",
    "meeting": "réunion",
    "newsletter": "lettre d’information",
    "nonobstant": "malgré",
    "open data": "données ouvertes",
    "open source": "logiciel libre",
    "opérationnaliser": "appliquer",
    "optimiser": "améliorer",
    "process": "procédure",
    "prioriser": "choisir ce qui vient d’abord",
    "problématique": "question",
    "reporting": "compte rendu",
    "requêter": "chercher",
    "roadmap": "feuille de route",
    "solutionner": "résoudre",
    "sourcing": "recherche",
    "susmentionné": "cité plus haut",
    "susvisé": "cité plus haut",
    "timing": "moment",
    "workshop": "atelier",
}
# An adjective or a noun in the plural, a verb as one writes it for « nous » or in the future.
_ENDINGS = r"(?:e?s)?"
_VERB_ENDINGS = r"(?:er|ons|erons|e|era|ent|eront|ez|é|ée|és|ées)"
_PLAIN = {
    re.compile(
        r"\b"
        + (
            re.escape(word[:-2]) + _VERB_ENDINGS
            if word.endswith("er") and word not in ("flyer",)
            else re.escape(word) + _ENDINGS
        )
        + r"\b",
        re.IGNORECASE,
    ): plain
    for word, plain in PLAIN_WORDS.items()
}
_NOUN = r"\w+(?:tion|ment)s?"
_HEAP = re.compile(rf"\b{_NOUN}(?: (?:de la |de l’|du |des |de |d’){_NOUN}\b){{2,}}", re.IGNORECASE)
# Acronyms are short, and stand alone: two words, or a long one, shout.
_SHOUTED = re.compile(r"\b[A-ZÀ-Ý]{3,}(?:[ \u00a0][A-ZÀ-Ý]{3,})+\b|\b[A-ZÀ-Ý]{8,}\b")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\{[^{}]*\}")


@dataclass(frozen=True)
class Advice:
    """`place` is where in the entry, in a curator's words."""

    place: str
    message: str


def advice(key: Key, value: Any) -> list[Advice]:
    """What might be said in plainer words in an entry, in its order, one a rule and text."""
    if key[0] not in KINDS or value is None:
        return []
    return [
        Advice(place(key, path, value), message)
        for path, text in _texts(entries.shape_of(key[0]), value, ())
        for rule in _RULES
        for message in rule(text)
    ]


def _long(text: str) -> Iterator[str]:
    words, sentence = max(((count_words(part), part) for part in sentences(text)), default=(0, ""))
    if words > LONG:
        yield f"{words} mots dans une phrase (« {opening(sentence)} »). Et en deux ?"


def _jargon(text: str) -> Iterator[str]:
    for pattern, plain in _PLAIN.items():
        if found := pattern.search(text):
            yield f"« {found[0]} » : peut-être « {plain} »."


def _heap(text: str) -> Iterator[str]:
    if found := _HEAP.search(text):
        yield f"« {found[0]} » : un verbe se lirait mieux."


def _shout(text: str) -> Iterator[str]:
    if "!" in text:
        yield "Un point d’exclamation : le texte se passe de crier."
    if found := _SHOUTED.search(text):
        yield f"« {found[0]} » : en minuscules, on le lit mieux."


_RULES: tuple[Callable[[str], Iterator[str]], ...] = (_long, _jargon, _heap, _shout)


def _texts(kind: shape.Kind, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    match kind:
        case shape.Text() if value:
            yield path, _ADDRESS.sub("", value)
        case shape.ListOf(item=item):
            for rank, entry in enumerate(value or []):
                yield from _texts(item, entry, (*path, rank))
        case shape.Record(fields=fields):
            for name, field in fields.items():
                if name not in NOT_OURS:
                    yield from _texts(field, (value or {}).get(name), (*path, name))
