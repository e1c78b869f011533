"""A wording as it will read, with the catalogue's own values in the place of its settings."""

import re
from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from desescalade import markdown, typography

from .. import parameters, placeholders
from ..desk.models import Parameter, Wording

# Signs of the private use area hold the place of <mark> while the text goes through Markdown
# and the sanitiser, which would not let a tag of ours pass.
MARKS = {"\ue010": "<mark>", "\ue011": "</mark>"}
OPENS, CLOSES = MARKS
WITHOUT_MARKS = dict.fromkeys(map(ord, MARKS))


def of_wording(wording: Wording) -> SafeString | str:
    """Reads the prefetched parameters of its measure."""
    if not wording.pk:
        return "L’aperçu vient après le premier enregistrement."
    values = {row.slug: in_words(row) for row in wording.measure.parameters.all()}
    return render_to_string(
        "admin/proposals/preview.html",
        {
            "is_default": wording.is_default,
            "line": typography.typeset(wording.line),
            "text": to_html(wording.text, values),
            "easy": to_html(wording.easy, values),
            "problems": problems(wording.text, values) + problems(wording.easy, values),
        },
    )


def problems(text: str, values: Mapping[str, str]) -> list[str]:
    return markdown.problems(text) + placeholders.problems(text, values)


def in_words(parameter: Parameter) -> str:
    return parameters.display(
        parameter.default,
        type=parameter.type,
        unit=parameter.unit,
        unit_one=parameter.unit_one,
    )


def to_html(text: str, values: Mapping[str, str]) -> SafeString:
    """Harmless HTML; what a team will tune is marked. Unknown braces stay as they are written."""

    filled = placeholders.fill(
        text.translate(WITHOUT_MARKS),
        values,
        commune=placeholders.ANY_COMMUNE,
        intercommunality=placeholders.NO_INTERCOMMUNALITY,
        escape=lambda value: f"{OPENS}{markdown.escape(value)}{CLOSES}",
    )
    html = markdown.to_html(typography.typeset(filled))
    # A setting within the address of a link cannot be marked.
    html = re.sub("<[^>]*>", lambda tag: tag[0].translate(WITHOUT_MARKS), html)
    for sign, tag in MARKS.items():
        html = html.replace(sign, tag)
    # Safe: to_html sanitises, and only two fixed tags were put in afterwards.
    return mark_safe(html)  # noqa: S308
