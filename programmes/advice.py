"""What one might write better in a programme: gentle, never an error. Pure.

Only the team's own words are judged, but for two rules that hardly ever touch the catalogue's
(tests/programmes/test_advice.py counts): a vague verb, and a promise that is somebody else's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desescalade.sentences import HEAD, LONG, count_words, opening, sentences
from proposals.enums import Authority, Horizon

# With fewer commitments, one horizon for all says nothing.
ENOUGH = 3

_WHO = (
    r"(?:(?:nous|on|la (?:commune|ville|mairie|municipalité|liste)"
    r"|le (?:maire|conseil(?: municipal)?)|notre (?:équipe|liste))\s+)?"
)
_MODAL = (
    r"(?:(?:allons|voulons|voudrions|souhaitons|souhaiterions|comptons|pourrons|pourrions"
    r"|veut|va|souhaite|pourra)\s+)?"
)
# Infinitive, first person plural and third singular: present, future, conditional.
_REGULAR = r"(?:er|ons|erons|erions|e|era|erait)"
_VAGUE = re.compile(
    _WHO
    + _MODAL
    + r"(?P<verb>(?:favoris|encourag|étudi|envisag|explor|œuvr)e?"
    + _REGULAR
    + r"|réfléchi(?:r|ssons|rons|rions|t|ra|rait)"
    r"|prom(?:ouv|eu)(?:oir|ons|rons|rions|t|ra|rait)"
    r"|(?:nous )?efforce(?:r|rons)|s’efforcer|essayer(?:ons)?|tâcher(?:ons)?|tenter(?:ons)?"
    r"|tend(?:re|rons) vers)(?!\w)",
    re.IGNORECASE,
)
# Who speaks to whoever decides, or says that somebody else does.
_ASKS = re.compile(
    r"demand|propos|convain|plaid|négoci|obten|obtien|défend|interven|réuni|décid|accord|avec "
    r"|auprès|convention|partenai|intercommun|communauté|métropole|agglomération|syndicat|départe"
    r"|région|préf|l’état|bailleur|inviter|devant",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente"
    r"|quarante|cinquante|soixante|cents?|mille|premi(?:er|ère)s?|chaque|tou(?:s|tes) les|mandat"
    r"|aucune?|jamais|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|mars|avril|mai|juin"
    r"|juillet|août|septembre|octobre|novembre|décembre)\b",
    re.IGNORECASE,
)


class Rule(StrEnum):
    SAME_HORIZON = "same-horizon"
    VAGUE_VERB = "vague-verb"
    DECIDED_ELSEWHERE = "decided-elsewhere"
    LONG_SENTENCE = "long-sentence"
    NO_NUMBER = "no-number"


@dataclass(frozen=True)
class Promise:
    """A commitment as it reads for the commune; `text` is Markdown.

    `base_text` is the catalogue's in the same form, empty for one of the team's own. `own` names
    those of `title`, `line` and `text` that the team has written or changed.
    """

    id: int
    title: str
    line: str
    text: str
    decided_by: Authority
    horizon: Horizon
    base_text: str = ""
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Remark:
    """`promise` is None for what concerns the whole; `quote` the words meant, or nothing."""

    rule: Rule
    message: str
    quote: str = ""
    promise: Promise | None = None
    is_own: bool = True


def remarks(promises: Sequence[Promise]) -> list[Remark]:
    """First what concerns the whole, then the team's own words, then the catalogue's.

    Those of one promise stand together, one at most for each rule.
    """
    groups = [_on(promise) for promise in promises]
    groups.sort(key=lambda group: not any(remark.is_own for remark in group))
    return [*_same_horizon(promises), *(remark for group in groups for remark in group)]


def _on(promise: Promise) -> list[Remark]:
    found = [
        *_vague(promise),
        *_decided_elsewhere(promise),
        *_long(promise),
        *_without_number(promise),
    ]
    return sorted(found, key=lambda remark: not remark.is_own)


def _same_horizon(promises: Sequence[Promise]) -> Iterator[Remark]:
    horizons = {promise.horizon for promise in promises}
    if len(promises) < ENOUGH or len(horizons) > 1:
        return
    message = {
        Horizon.FIRST_100_DAYS: "Tout est pour les cent premiers jours : qu’est-ce qui peut"
        " attendre la mi-mandat ?",
        Horizon.MID_TERM: "Tout est pour la mi-mandat : qu’est-ce qui se fera dans les cent"
        " premiers jours ?",
        Horizon.TERM: "Tout est pour le mandat : qu’est-ce qui se fera dans les cent premiers"
        " jours ?",
    }[horizons.pop()]
    yield Remark(Rule.SAME_HORIZON, message)


def _vague(promise: Promise) -> Iterator[Remark]:
    found = [
        (verb, text, is_own) for text, is_own in _passages(promise) if (verb := vague_verb(text))
    ]
    if found:
        # The team's words rather than the catalogue's: they are quicker to mend.
        verb, text, is_own = min(found, key=lambda each: not each[2])
        message = (
            f"Le verbe « {verb} » ne dit pas encore ce qui sera fait : qu’est-ce qui changera,"
            " où et quand ?"
        )
        yield Remark(Rule.VAGUE_VERB, message, opening(text), promise, is_own)


def vague_verb(text: str) -> str:
    """The vague verb at the head of a title, a line or a sentence; else nothing."""
    found = _VAGUE.match(text, HEAD.match(text).end())
    return found["verb"] if found else ""


def _decided_elsewhere(promise: Promise) -> Iterator[Remark]:
    alone = {Authority.MAYOR, Authority.COUNCIL}
    is_own = "text" in promise.own
    # With others, the commune decides too: the catalogue's texts may leave them unnamed.
    if promise.decided_by in alone or (promise.decided_by == Authority.SHARED and not is_own):
        return
    if not _ASKS.search(promise.text):
        message = (
            f"{promise.decided_by.sentence}, et le texte ne le dit pas. Vous pouvez écrire :"
            " « nous demanderons à… »"
        )
        yield Remark(Rule.DECIDED_ELSEWHERE, message, "", promise, is_own)


def _long(promise: Promise) -> Iterator[Remark]:
    counted = [(count_words(text), text) for text in _own_sentences(promise)]
    words, text = max(counted, default=(0, ""))
    if words > LONG:
        message = f"{words} mots dans une phrase : à voix haute, on perd le fil. Et en deux ?"
        yield Remark(Rule.LONG_SENTENCE, message, opening(text), promise)


def _without_number(promise: Promise) -> Iterator[Remark]:
    written = (promise.title, promise.line, promise.text)
    if "text" in promise.own and not any(map(_NUMBER.search, written)):
        message = "Ni nombre ni date : à quoi verra-t-on que c’est fait ?"
        yield Remark(Rule.NO_NUMBER, message, "", promise)


def _passages(promise: Promise) -> Iterator[tuple[str, bool]]:
    """Title, line and sentences, each with whether the team wrote it."""
    yield promise.title, "title" in promise.own
    yield promise.line, "line" in promise.own
    own = set(_own_sentences(promise))
    for sentence in sentences(promise.text):
        yield sentence, sentence in own


def _own_sentences(promise: Promise) -> list[str]:
    if "text" not in promise.own:
        return []
    of_catalogue = {sentence.strip() for sentence in sentences(promise.base_text)}
    return [text for text in sentences(promise.text) if text.strip() not in of_catalogue]
