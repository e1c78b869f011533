"""French typography, applied when a text is shown and never when it is stored.

Pure functions without Django: spaces, quotation marks, apostrophes and ordinals of plain text or
Markdown source (``typeset``), and the writing of numbers, quantities, dates, hours and names of
communes. The rules are those of French printers (https://lautre.info/fine,
https://www.ebooksgratuits.org/guides/topo_typo.htm). Screens, prints and exports all call the
same functions, so a text reads the same everywhere.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"
NARROW = "\u202f"

# Stand-ins for what must not change: the first reads as a letter (code, address, mark), the
# second as the start of a line (list mark, quotation mark, fence). Found in a text as such, they
# are set aside like the rest and come back unharmed.
_SOLID = "\ue000"
_START = "\ue001"

_ISO_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?!\d)")

_SPACES = "[ \u00a0\u2009\u202f]"

# Each alternative either consumes what it has scanned or stops at the next possible start, and
# the loops do not give back: the whole scan stays linear on hostile text. Over a group this is
# written (?>…), because `++` over one is broken before Python 3.11.5 (python/cpython#106052).
_CODE_CHARACTER = r"[^`\n]|\n(?![ \t]*\n)"
_PROTECTED = re.compile(
    r"(?P<start>"
    r"^[ ]{0,3}(?P<fence>`{3}|~{3})[^\n]*+(?>(?:\n(?![ ]{0,3}(?P=fence))[^\n]*+)*)(?:\n[^\n]*+)?"
    r"|^[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|\#{1,6})[ \t]+|>[ \t]*)+"
    r"|\ue001)"
    r"|(?P<solid>"
    rf"`{{2,}}+(?>(?:{_CODE_CHARACTER}|`(?!`))+)`{{2,}}"
    rf"|(?<!`)`(?>(?:{_CODE_CHARACTER})+)`(?!`)"
    r"|`++"
    r"|\]\((?>(?:[^()\n]++|\([^()\n]*+\))*)\)"
    r"|</?[A-Za-z][^<>\n]*+>"
    r"|\b(?:(?:https?|ftp)://|www\.|mailto:|tel:)[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]*_'’…]"
    r"|(?<![\w.+'-])[\w.+'-]++@[\w-]+(?:\.[\w-]+)+"
    r"|&\#?\w{1,31};"
    r"|\\[^\w\s]"
    r"|\ue000)",
    re.MULTILINE,
)

_PARAGRAPH_BREAK = re.compile(r"(\n[ \t]*(?:\n[ \t]*)*\n)")
_OPENS_AFTER = frozenset("([{«“—–-/|'’*_" + _START)
_CLOSES_BEFORE = frozenset(".,;:!?)]}»”…*_-/|—–" + _START)

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_UNITS = (
    r"(?:k|M|Md)?€",
    r"[kcdm]?m[²³23]?",
    r"km/h|m/s|V/m",
    r"ha|min|h|[kcm]?g|t|[cmh]?[lL]",
    r"[kMGT]?W(?:h|c)?|[kMG]?Hz|[kMGT]o|[km]?V|m?A|dB|lm",
    r"euros?|centimes?|milliers?|millions?|milliards?",
    r"ans?|années?|mois|semaines?|jours?|heures?|minutes?|secondes?",
    r"habitante?s?|hectares?|mètres?|kilomètres?|kilogrammes?|kilos?|tonnes?|litres?",
)
_CAPITAL = "[A-ZÀ-ÖØ-ÞŒŸ]"
_AFTER_WORD = r"(?:(?<=[^\W_])|(?<=[»)%]))"


def _short_ordinal(found: re.Match[str]) -> str:
    # "1ème" may stand for 1er, 1re or a figure that lost its tens: not ours to guess.
    return found[0] if found[1] == "1" else f"{found[1]}e{found[2]}"


def _hour(found: re.Match[str]) -> str:
    minutes = f"{NO_BREAK}{found[2]}" if found[2] else ""
    return f"{found[1]}{NO_BREAK}h{minutes}"


def _thousands(found: re.Match[str]) -> str:
    return re.sub(_SPACES, NARROW, found[0])


_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_BEFORE_QUOTES: tuple[_Rule, ...] = (
    (re.compile(r"(?<!\.)\.{3}(?!\.)"), "…"),
    (re.compile(r"(?<![\w.])(\d+)i?[èe]me(s?)(?![\w@]|[.-]\w)"), _short_ordinal),
    (re.compile(r"(?<![\w.])1[èe]re(s?)(?![\w@]|[.-]\w)"), r"1re\1"),
    (re.compile(rf"«{_SPACES}*+(?=\S)"), "«" + NO_BREAK),
    (re.compile(rf"(?<=[^\s\ue001]){_SPACES}*+»"), NO_BREAK + "»"),
)

_AFTER_QUOTES: tuple[_Rule, ...] = (
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
    (
        re.compile(
            r"(?<!\w)([ldjnstcmLDJNSTCM]|(?:lors|puis|jus|quoi)?qu|Q[uU])'(?=[\"«“*_\[(\d\ue000])"
        ),
        r"\1’",
    ),
    # A pair of dashes only: a lone dash may be a range or a title, and keeps its spaces.
    (
        re.compile(
            rf"(?<=[^\s\ue001] )([–—]){_SPACES}"
            r"((?>(?:[^\s–—.!?;]|[.!?;](?!\s)|[^\S\n](?![–—])|\n(?![ \t]*\n))+))"
            rf"{_SPACES}\1(?=[ \n,])"
        ),
        rf"\1{NO_BREAK}\2{NO_BREAK}\1",
    ),
    (re.compile(rf"(?<=[^\s\ue001]){_SPACES}++(?=[;?]|!(?![\[=]))"), NARROW),
    (re.compile(rf"{_AFTER_WORD}(?=[;!?](?:[\s!?»\"”)\]*_…]|\Z))"), NARROW),
    (re.compile(rf"(?<=[^\s\ue001]){_SPACES}++(?=:(?:[\s*_»\"]|\Z))"), NO_BREAK),
    (re.compile(rf"{_AFTER_WORD}(?=:(?:\s|\Z))"), NO_BREAK),
    (re.compile(rf"(?<=\d){_SPACES}*+(?=(?:[%‰€]|°[CF])(?![\w%]))"), NO_BREAK),
    (re.compile(rf"(?<=\d){_SPACES}++(?=(?:{'|'.join(_UNITS)})(?![\w'’]))"), NO_BREAK),
    (
        re.compile(
            rf"(?<![\w.])(\d{{1,3}}){_SPACES}?h"
            rf"(?:{_SPACES}?([0-5]\d)(?!\d|{_SPACES}?h(?![^\W\d])))?(?![\w'’]|\.\w)"
        ),
        _hour,
    ),
    # Groups of exactly three digits, and nothing like a telephone number or a year before them.
    # After the hours, whose minutes they could be taken for.
    (
        re.compile(rf"(?<![\w,.])(?<!\d{_SPACES})[1-9]\d{{0,2}}(?:{_SPACES}\d{{3}})+(?!\d)"),
        _thousands,
    ),
    (re.compile(rf"(?<!\w)([nN][°º]){_SPACES}*+(?=\d)"), rf"\1{NO_BREAK}"),
    (
        re.compile(
            rf"(?<!\w)(MM?\.|Mmes?|Mlles?|Drs?|Prs?|Me){_SPACES}(?={_CAPITAL}|l[ea]{_SPACES})"
        ),
        rf"\1{NO_BREAK}",
    ),
    (re.compile(rf"(?<!\w)({_CAPITAL}\.){_SPACES}(?={_CAPITAL})"), rf"\1{NO_BREAK}"),
    (
        re.compile(rf"(?<!\w)((?:art|pp?|al|chap|fig|vol|[LRD])\.){_SPACES}(?=\d)"),
        rf"\1{NO_BREAK}",
    ),
    (re.compile(rf"(?<!\w)(art\.){_SPACES}(?=[LRD]\.)"), rf"\1{NO_BREAK}"),
    (
        re.compile(rf"(?<!\w)(1er|[12]?\d|3[01]){_SPACES}(?=(?:{'|'.join(_MONTHS)})(?!\w))"),
        rf"\1{NO_BREAK}",
    ),
)


def typeset(text: str) -> str:
    """Give a plain text or a Markdown source its French spaces, quotation marks and apostrophes.

    Idempotent, linear in the length of the text, and changes nothing but spaces, quotation marks,
    apostrophes, ``...`` and the endings of ordinals. Left as they are: code, addresses, e-mails,
    the target of a link, tags, entities, escaped characters, and the mark that starts a line.
    A missing space is inserted only before ``; : ! ?`` that end a word, never inside one (12:30,
    1:200, C:\\). Straight quotes are replaced in pairs, within one paragraph.

    Call it on Markdown *before* conversion. The rules are those of the module.
    """
    kept: list[str] = []

    def set_aside(found: re.Match[str]) -> str:
        kept.append(found[0])
        return _START if found["start"] else _SOLID

    text = _PROTECTED.sub(set_aside, text)
    text = _apply(_BEFORE_QUOTES, text)
    text = "".join(_french_quotes(part) for part in _PARAGRAPH_BREAK.split(text))
    text = _apply(_AFTER_QUOTES, text)
    pieces = iter(kept)
    return re.sub("[\ue000\ue001]", lambda _: next(pieces), text)


def keep_last_words(text: str) -> str:
    """Bind the last word of each paragraph to the one before it when it has four letters or less.

    A paragraph ends at an empty line or at the end of the text. The space before the word becomes
    U+00A0; a line break is left alone, as is a list mark or a heading mark. Idempotent.
    """
    return "".join(_bind_last_word(part) for part in _PARAGRAPH_BREAK.split(text))


def ordinal(n: int, feminine: bool = False) -> str:
    """Write an ordinal in figures: 1er, 1re, 2e (never 2ème)."""
    if n == 1:
        return "1re" if feminine else "1er"
    return f"{number(n)}e"


def number(value: int | Decimal, keep_decimals: int | None = None) -> str:
    """Write a number the French way: narrow no-break space every three digits, decimal comma.

    Grouping starts at four digits, so this is not for years or postal codes. The zeros that end a
    decimal part are dropped, unless ``keep_decimals`` fixes how many decimals are shown (rounded
    half up). Raises ``ValueError`` for a value that is not finite.
    """
    value = Decimal(value)
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    if keep_decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-keep_decimals), rounding=ROUND_HALF_UP)
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    if keep_decimals is None:
        decimals = decimals.rstrip("0")
    sign = "−" if value < 0 else ""
    return sign + whole.replace(",", NARROW) + (f",{decimals}" if decimals else "")


def quantity(value: int | Decimal, unit: str | None, unit_one: str | None = None) -> str:
    """Write a number and its unit, joined by a no-break space: "2 jours", "1,5 jour".

    The French plural begins at two, so ``unit_one`` (the singular; ``unit`` when absent) serves
    for 0, 1 and 1,9. Only the space after the number is no-break: "3 fois par an" may still break
    further on. Without a unit, the number alone.
    """
    chosen = unit if abs(value) >= 2 else unit_one or unit
    return f"{number(value)}{NO_BREAK}{chosen}" if chosen else number(value)


def date_in_words(d: date) -> str:
    """Write a date in full, "1er mars 2027", without a break between day and month."""
    day = "1er" if d.day == 1 else str(d.day)
    return f"{day}{NO_BREAK}{_MONTHS[d.month - 1]} {d.year}"


def dates_in_words(text: str) -> str:
    """A text whose ISO dates read in French: "2025-04" becomes "avril 2025"; the rest stays."""
    return _ISO_DATE.sub(_iso_date_in_words, text)


def _iso_date_in_words(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    try:
        whole = date_in_words(date(int(year), int(month), int(day or 1)))
    except ValueError:
        return found[0]
    kept = whole if day else whole.partition(NO_BREAK)[2]
    return kept.replace(" ", NO_BREAK)


def time_in_words(t: time) -> str:
    """Write an hour, "18 h" or "18 h 05", without breaks. Seconds are left out."""
    minutes = f"{NO_BREAK}{t.minute:02}" if t.minute else ""
    return f"{t.hour}{NO_BREAK}h{minutes}"


def of(name: str) -> str:
    """Write "de" before the name of a commune: d’Arles, du Mans, des Lilas, de La Rochelle.

    The articles Le and Les contract, La and L’ do not. "De" is elided before a vowel, and before a
    Y that a consonant follows or that stands alone (d’Yvetot, d’Y, but de Yerville). It is never
    elided before H: usage divides names of communes between the two (de Honfleur, d’Hyères), no
    list settles it, and "de" is understood everywhere.
    """
    name = name.replace("'", "’")
    if name.startswith("Le "):
        return "du " + name.removeprefix("Le ")
    if name.startswith("Les "):
        return "des " + name.removeprefix("Les ")
    return f"d’{name}" if _starts_with_vowel(name) else f"de {name}"


def at(name: str) -> str:
    """Write "à" before the name of a commune: à Paris, au Havre, aux Lilas, à La Rochelle."""
    name = name.replace("'", "’")
    if name.startswith("Le "):
        return "au " + name.removeprefix("Le ")
    if name.startswith("Les "):
        return "aux " + name.removeprefix("Les ")
    return f"à {name}"


def _apply(rules: tuple[_Rule, ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _french_quotes(paragraph: str) -> str:
    """Replace the straight double quotes that pair up; a lone one (12") stays."""
    if '"' not in paragraph:
        return paragraph
    replacements: dict[int, str] = {}
    opened: list[int] = []
    for found in re.finditer('"', paragraph):
        place = found.start()
        before = paragraph[place - 1] if place else "\n"
        after = paragraph[place + 1 : place + 2] or "\n"
        if '"' in (before, after):
            continue
        starts_word = (before.isspace() or before in _OPENS_AFTER) and not after.isspace()
        ends_word = not before.isspace() and (after.isspace() or after in _CLOSES_BEFORE)
        if opened and ends_word:
            replacements[opened.pop()] = "«" + NO_BREAK
            replacements[place] = NO_BREAK + "»"
        elif starts_word:
            opened.append(place)
    return "".join(replacements.get(i, c) for i, c in enumerate(paragraph))


_SHORT_END = re.compile(r"[\w’'-]*[^\W_][\u00a0\u202f.!?…»]*")
_LINE_MARKS = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)]|#{1,6})[ \t]*)*")


def _bind_last_word(paragraph: str) -> str:
    body = paragraph.rstrip(" \t\n")
    start_of_line = body.rfind("\n") + 1
    head, space, last = body[start_of_line:].rpartition(" ")
    head = head.rstrip(" ")
    letters = last.rstrip("\u00a0\u202f.!?…»")
    if not space or len(letters) > 4 or not _SHORT_END.fullmatch(last):
        return paragraph
    if _LINE_MARKS.fullmatch(head):
        return paragraph
    return body[:start_of_line] + head + NO_BREAK + last + paragraph[len(body) :]


def _starts_with_vowel(name: str) -> bool:
    first, second = (_plain_letter(name[i : i + 1]) for i in (0, 1))
    if first == "y":
        return second not in set("aeiouœæ")
    return first != "" and first in "aeiouœæ"


def _plain_letter(letter: str) -> str:
    return unicodedata.normalize("NFD", letter.lower())[:1]
