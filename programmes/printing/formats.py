"""The formats that a programme is printed in: one entry, one template, one style sheet each."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from desescalade import pdf

from ..enums import DocumentKind

STYLE_SHEETS = settings.BASE_DIR / "static" / "css" / "print"
SHARED = (pdf.FONTS / "faces.css", STYLE_SHEETS / "tokens.css")


@dataclass(frozen=True)
class Format:
    slug: str
    label: str
    kind: DocumentKind
    template: str
    style_sheets: tuple[Path, ...]


FORMATS: dict[str, Format] = {
    format.slug: format
    for format in (
        Format(
            slug="programme-a4",
            label="Programme A4",
            kind=DocumentKind.TRACT,
            template="print/programme-a4.html",
            style_sheets=(*SHARED, STYLE_SHEETS / "programme-a4.css"),
        ),
    )
}

# What a format can be printed for, and the PDF variant of each.
OUTPUTS: dict[str, str] = {"ecran": "pdf/ua-1"}
