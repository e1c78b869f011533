"""Placeholders in texts: `{commune}`, `{intercommunalite}` and the parameters. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from desescalade import markdown, typography
from desescalade.merging import Piece

COMMUNE = "commune"
INTERCOMMUNALITY = "intercommunalite"
RESERVED = frozenset({COMMUNE, INTERCOMMUNALITY})
NO_INTERCOMMUNALITY = "l’intercommunalité"
# What the public pages say where no commune is chosen.
ANY_COMMUNE = "votre commune"

BRACES = re.compile(r"\{([^{}\n]{0,80})\}")
STRAY = re.compile(r"[{}]")
COMMUNE_AFTER_WORD = re.compile(r"\b(de|à|De|À) \{commune\}")
BRACKETED = re.compile(r"\s*\(\{intercommunalite\}\)")
SENTENCE_START = re.compile(r"(?:^|[.?!…]\s+|\n)$")


@dataclass(frozen=True)
class Setting:
    """A parameter as people read it: its value in words, and what it is called."""

    words: str
    label: str

    @property
    def named(self) -> str:
        return f"{self.words} (réglage « {self.label} »)"


def names_in(text: str) -> list[str]:
    """What stands between braces, in order, each once."""
    return list(dict.fromkeys(BRACES.findall(text)))


def problems(text: str, known: Iterable[str]) -> list[str]:
    """A French sentence for each placeholder that is not known, and for a lone brace.

    It names the placeholder that was probably meant, else all that one may write.
    """
    allowed = sorted({*known, *RESERVED})
    found = [
        f"« {{{name}}} » n’est pas un réglage de cette mesure. {_instead(name, allowed)}"
        for name in names_in(text)
        if name not in allowed
    ]
    if STRAY.search(BRACES.sub("", text)):
        found.append("Une accolade { ou } est seule : fermez-la ou retirez-la.")
    return found


def _instead(name: str, allowed: list[str]) -> str:
    alike = get_close_matches(name.strip().lower(), allowed, n=1, cutoff=0.75)
    if alike:
        return f"Voulez-vous dire {{{alike[0]}}}\u202f?"
    listed = ", ".join(f"{{{known}}}" for known in allowed)
    return f"On peut écrire : {listed}."


def fill(
    text: str,
    values: Mapping[str, str],
    *,
    commune: str,
    intercommunality: str | None,
    escape: Callable[[str], str] = markdown.escape,
) -> str:
    """The text with its placeholders filled in; what is unknown stays as it is written.

    `values` are already in words ("2 jours"). "de {commune}" and "à {commune}" contract as
    French wants ("du Mans", "au Havre"). Where there is no intercommunality, "(…)" goes and the
    bare placeholder reads "l’intercommunalité". What is filled in is escaped, so that no name
    becomes Markdown; a plain text (a title, a line) passes `escape=str`.
    """
    if "{" not in text:
        return text
    if intercommunality is None:
        text = BRACKETED.sub("", text)
    text = COMMUNE_AFTER_WORD.sub(lambda match: escape(_contracted(match[1], commune)), text)
    known = {
        **values,
        COMMUNE: commune,
        INTERCOMMUNALITY: intercommunality or NO_INTERCOMMUNALITY,
    }

    def replacement(match: re.Match[str]) -> str:
        if match[1] not in known:
            return match[0]
        value = known[match[1]]
        if SENTENCE_START.search(text[: match.start()]):
            value = value[:1].upper() + value[1:]
        return escape(value)

    return BRACES.sub(replacement, text)


def read(
    pieces: Iterable[Piece],
    before: Mapping[str, Setting],
    after: Mapping[str, Setting],
    *,
    commune: str = ANY_COMMUNE,
    intercommunality: str = NO_INTERCOMMUNALITY,
) -> tuple[Piece, ...]:
    """What differs between two texts with the placeholders filled in, as plain text.

    `before` holds the settings of the first text, `after` those of the second; each lends the
    other what it lacks. Where some words gave way to others, a setting among them is named beside
    its value: else "6 mois" that has become a setting of six months would look as before.
    """
    pieces = tuple(pieces)
    is_replaced = {"removed", "added"} <= {piece.kind for piece in pieces}
    known = {"removed": {**after, **before}, "added": {**before, **after}}
    ends = dict.fromkeys(known, "")
    found = []
    for piece in pieces:
        side = "removed" if piece.kind == "removed" else "added"
        is_named = is_replaced and piece.kind != "same"
        values = {
            slug: setting.named if is_named else setting.words
            for slug, setting in known[side].items()
        }
        # A sign that begins no sentence, so that what is filled in takes no capital.
        mark = "" if SENTENCE_START.search(ends[side]) else "-"
        text = fill(
            mark + piece.text,
            values,
            commune=commune,
            intercommunality=intercommunality,
            escape=str,
        )
        found.append(Piece(piece.kind, text[len(mark) :]))
        for each in ends if piece.kind == "same" else (side,):
            ends[each] += piece.text
    return tuple(found)


def _contracted(word: str, commune: str) -> str:
    phrase = typography.of(commune) if word.lower() == "de" else typography.at(commune)
    if word[0].isupper():
        phrase = phrase[:1].upper() + phrase[1:]
    return phrase
