"""The formats that a programme is printed in: one entry, one template, one style sheet each."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from desescalade import pdf

from ..enums import DocumentKind, Status

STYLE_SHEETS = settings.BASE_DIR / "static" / "css" / "print"
SHARED = (pdf.FONTS / "faces.css", STYLE_SHEETS / "tokens.css")

A3, A4, A5, A6 = (297, 420), (210, 297), (148, 210), (105, 148)

# Of a first page on screen, in pixels.
PICTURE_WIDTH = 110


class Imposition(StrEnum):
    """How single pages are laid on the sheets of a copier."""

    NONE = "none"
    BOOKLET = "booklet"
    TWO_UP = "two-up"
    FOUR_UP = "four-up"


@dataclass(frozen=True)
class Format:
    """`size` is width and height of a page in mm, trimmed.

    `field` is the text of a commitment that is printed. `max_pages` is what the format can be,
    None for as many as needed. `densities` are classes of the body, from the roomiest to the
    densest: the first that fits in `max_pages` is taken. `sheets` name the style sheets that it
    shares with formats of its kind. `letters` is about how many of lines fit
    at the densest, spaces not counted, with a slogan and a few names; measured. `statuses` are
    those of the commitments that it prints.
    """

    slug: str
    label: str
    purpose: str
    kind: DocumentKind
    field: str
    size: tuple[int, int]
    max_pages: int | None = None
    densities: tuple[str, ...] = ("",)
    imposition: Imposition = Imposition.NONE
    sheets: tuple[str, ...] = ()
    letters: int | None = None
    statuses: tuple[Status, ...] = (Status.RETAINED,)

    @property
    def fields(self) -> tuple[str, ...]:
        """The texts of a commitment that stand in the file attached to this print."""
        return ("title", "line" if self.field == "pitches" else self.field)

    @property
    def template(self) -> str:
        return f"print/{self.slug}.html"

    @property
    def picture_size(self) -> tuple[int, int]:
        """Of its first page, in pixels: no layout is needed to leave room for it."""
        width, height = self.size
        return PICTURE_WIDTH, round(PICTURE_WIDTH * height / width)

    @property
    def is_public(self) -> bool:
        """Whether it is handed out; the others stay with the team."""
        return self.kind is not DocumentKind.INTERNE

    @property
    def style_sheets(self) -> tuple[Path, ...]:
        return (*SHARED, *(STYLE_SHEETS / f"{name}.css" for name in (*self.sheets, self.slug)))


FORMATS: dict[str, Format] = {
    format.slug: format
    for format in (
        Format(
            slug="programme-a4",
            label="Programme A4",
            purpose="Le programme entier, avec sommaire et sources : à lire à table ou à l’écran.",
            kind=DocumentKind.TRACT,
            field="text",
            size=A4,
            sheets=("programme", "margin-column"),
        ),
        Format(
            slug="livret-a5",
            label="Livret A5",
            purpose="Le programme entier en livret agrafé, à laisser à qui veut en savoir plus.",
            kind=DocumentKind.TRACT,
            field="text",
            size=A5,
            sheets=("programme", "margin-column"),
            imposition=Imposition.BOOKLET,
        ),
        Format(
            slug="depliant",
            label="Dépliant",
            purpose="Une feuille A4 pliée en trois : une ligne par engagement, pour la boîte.",
            kind=DocumentKind.TRACT,
            field="line",
            size=(297, 210),
            max_pages=2,
            letters=2500,
            densities=("ample", "courant", "dense"),
        ),
        Format(
            slug="tract-a5",
            label="Tract A5",
            purpose="Une demi-feuille recto-verso, à donner sur le marché.",
            kind=DocumentKind.TRACT,
            field="line",
            size=A5,
            max_pages=2,
            letters=1140,
            densities=("ample", "courant", "dense"),
            imposition=Imposition.TWO_UP,
        ),
        Format(
            slug="carte-a6",
            label="Carte de passage A6",
            purpose="À glisser sous la porte quand personne n’ouvre, avec un mot écrit à la main.",
            kind=DocumentKind.TRACT,
            field="line",
            size=A6,
            max_pages=2,
            letters=500,
            densities=("ample", "courant", "dense"),
            imposition=Imposition.FOUR_UP,
        ),
        Format(
            slug="affiche-a3",
            label="Affiche A3",
            purpose="Quelques engagements à lire de loin, pour les panneaux d’affichage libre.",
            kind=DocumentKind.AFFICHE,
            field="line",
            size=A3,
            sheets=("affiche",),
            max_pages=1,
            letters=1450,
            densities=("ample", "courant", "dense"),
        ),
        Format(
            slug="affiche-a2",
            label="Affiche A2",
            purpose="La même en double : pour les grands panneaux.",
            kind=DocumentKind.AFFICHE,
            field="line",
            size=(420, 594),
            sheets=("affiche",),
            max_pages=1,
            letters=1450,
            densities=("ample", "courant", "dense"),
        ),
        Format(
            slug="circulaire",
            label="Circulaire",
            purpose="La profession de foi officielle : une feuille A4, recto-verso.",
            kind=DocumentKind.CIRCULAIRE,
            field="line",
            size=A4,
            max_pages=2,
            letters=1950,
            densities=("ample", "courant", "dense"),
        ),
        Format(
            slug="porte-a-porte",
            label="Fiche de porte-à-porte",
            purpose="Ce que l’on dit, ce que l’on répond et ce que l’on note, sur une feuille.",
            kind=DocumentKind.INTERNE,
            field="pitches",
            size=A4,
            max_pages=2,
            densities=("ample", "courant", "dense"),
        ),
        Format(
            slug="gros-caracteres",
            label="Gros caractères",
            purpose="Le programme entier en corps 18, pour les yeux fatigués.",
            kind=DocumentKind.TRACT,
            field="text",
            size=A4,
            sheets=("programme", "large"),
        ),
        Format(
            slug="simplifie",
            label="Version simplifiée",
            purpose="Des phrases courtes et des mots connus.",
            kind=DocumentKind.TRACT,
            field="easy",
            size=A4,
            sheets=("programme", "large"),
        ),
        Format(
            slug="bulletin-assemblee",
            label="Bulletin d’assemblée",
            purpose="Pour décider ensemble, sur papier : pour, contre, à adapter.",
            kind=DocumentKind.INTERNE,
            field="line",
            size=A4,
            statuses=(Status.RETAINED, Status.DISCUSSED),
        ),
    )
}

# As people look for them: what for, then which.
FAMILIES: tuple[tuple[str, tuple[Format, ...]], ...] = tuple(
    (label, tuple(FORMATS[slug] for slug in slugs))
    for label, slugs in (
        ("À donner", ("depliant", "tract-a5", "carte-a6", "circulaire")),
        ("À lire", ("livret-a5", "programme-a4", "gros-caracteres", "simplifie")),
        ("À afficher", ("affiche-a3", "affiche-a2")),
        ("Pour l’équipe", ("porte-a-porte", "bulletin-assemblee")),
    )
)
