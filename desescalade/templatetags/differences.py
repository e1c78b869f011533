"""Filter for two wordings shown as one."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ..merging import Piece

register = template.Library()

# Elements and what is said before their words, unseen; the style sheet hides it.
SPOKEN = {"removed": ("del", "retiré"), "added": ("ins", "ajouté")}


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """What has been removed and added, in `<del>` and `<ins>`, to stand inside a paragraph.

    Neither colour nor line is all there is: "[retiré : …]" is there for whom hears or has no
    style sheet. Line breaks are `<br>`; one that is itself removed or added is shown as ¶.
    """
    # Each piece is escaped, or built of what is.
    return mark_safe("".join(map(_marked, pieces)))  # noqa: S308


@register.filter
def on_one_side(pieces: Iterable[Piece], side: str) -> SafeString:
    """One of two wordings that stand side by side, its own words in `<mark>`.

    `side` is "removed" for the first wording, "added" for the second. Where they have no word in
    common, nothing is marked: it would say nothing.
    """
    pieces = list(pieces)
    has_common = any(piece.kind == "same" for piece in pieces)
    shown = [piece for piece in pieces if piece.kind in ("same", side)]
    # Each piece is escaped, or built of what is.
    return mark_safe("".join(_own(piece, has_common) for piece in shown))  # noqa: S308


def _own(piece: Piece, is_marked: bool) -> str:
    text = _broken(piece.text.replace("\r\n", "\n"))
    return f"<mark>{text}</mark>" if is_marked and piece.kind != "same" else text


def _marked(piece: Piece) -> str:
    text = "\n".join(piece.text.splitlines())
    if piece.text[-1:] in ("\r", "\n"):
        text += "\n"
    if piece.kind == "same":
        return _broken(text)
    if "\n" in text and not text.strip():
        text = f"¶{text}"
    element, spoken = SPOKEN[piece.kind]
    return format_html(
        "<{0}><i>[{1}\u00a0: </i>{2}<i>]</i></{0}>",
        element,
        spoken,
        mark_safe(_broken(text)),  # noqa: S308
    )


def _broken(text: str) -> str:
    return escape(text).replace("\n", "<br>")
