"""What a word processor or a web page leaves in a pasted text. Pure."""

import re

# Not « <https://…> », which Markdown knows.
_MARKUP = re.compile(
    r"<!--|</?[a-zA-Z][\w:-]*(?:\s[^<>]*)?/?>|&(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
_QUOTED = 40


def problem(text: str) -> str:
    """A French sentence for a text that brings tags or entities along; else nothing."""
    found = _MARKUP.search(text)
    if not found:
        return ""
    mark = found[0] if len(found[0]) <= _QUOTED else f"{found[0][:_QUOTED]}…"
    return (
        f"Ce texte apporte du code avec lui (« {mark} »), souvent d’un traitement de texte."
        " Collez-le sans sa mise en forme (Ctrl + Maj + V), ou retirez ce code."
    )
