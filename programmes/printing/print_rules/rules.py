"""The table of the rules: what the law says, where it was read and when, whom it concerns.

Facts and marks come from a survey of November 2026. Sources are copies of pages, seldom the law
itself: `to_verify` tells where they disagree or leave a doubt. Errors first, then in the order of
importance to a team.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desescalade.typography import number

from ...enums import DocumentKind, ProgrammeKind
from ..document import Document
from ..formats import Format
from . import checks
from .checks import Blanks, Case

CHECKED_ON = date(2026, 11, 21)


class Severity(StrEnum):
    """An error is the law's: the print comes out as a draft. Advice holds nothing up."""

    ERROR = "error"
    ADVICE = "advice"


class Unit(StrEnum):
    """Whose inhabitants are counted."""

    COMMUNE = "commune"
    AGGLOMERATION = "agglomération"


@dataclass(frozen=True)
class Threshold:
    """Inhabitants from which a rule holds, or below which it does."""

    number: int
    is_below: bool = False
    unit: Unit = Unit.COMMUNE

    def is_met(self, population: int | None) -> bool:
        """Never where the population is unknown."""
        return population is not None and (population < self.number) is self.is_below


TRACT, CIRCULAIRE, AFFICHE = DocumentKind.TRACT, DocumentKind.CIRCULAIRE, DocumentKind.AFFICHE
PUBLIC = frozenset({TRACT, CIRCULAIRE, AFFICHE})
OFFICIAL = frozenset({CIRCULAIRE, AFFICHE})
ELECTORAL = frozenset({ProgrammeKind.CAMPAIGN})
ANY_PROGRAMME = frozenset(ProgrammeKind)


@dataclass(frozen=True)
class Rule:
    """`text` says what to do; its blanks are filled by `check`, which gives None where it does
    not hold, and by `threshold` ("{threshold}").
    """

    slug: str
    severity: Severity
    kinds: frozenset[DocumentKind]
    text: str
    article: str
    source: str
    programmes: frozenset[ProgrammeKind] = ELECTORAL
    check: Callable[[Case], Blanks] = checks.always
    threshold: Threshold | None = None
    to_verify: bool = False
    checked_on: date = CHECKED_ON

    def concerns(self, document: Document, format: Format) -> bool:
        return (
            format.kind in self.kinds
            and document.kind in self.programmes
            and (self.threshold is None or self.threshold.is_met(document.population))
        )

    def blanks(self) -> dict[str, str]:
        return {"threshold": number(self.threshold.number)} if self.threshold else {}


_CHAPTER_V = (
    "https://juriblio.fr/codes/code-electoral/partie-reglementaire/livre-ier/titre-ier/chapitre-v"
)
_OFFICIAL_PRINT = "https://www.mairesdefrance.com/m/article/print.php?id=28662"
_L48 = "https://www.legifrance.gouv.fr/codes/id/LEGIARTI000006353093/1964-10-28/"
_L49 = "https://www.doctrine.fr/l/texts/codes/LEGITEXT000006070239/articles/LEGIARTI000006353094"

RULES: tuple[Rule, ...] = (
    Rule(
        slug="imprint",
        severity=Severity.ERROR,
        kinds=PUBLIC,
        programmes=ANY_PROGRAMME,
        check=checks.missing_imprint,
        text="Il manque {missing} de qui imprime : la loi du 29 juillet 1881 sur la liberté de la"
        " presse (article 3) veut que tout imprimé les porte.",
        article="loi du 29 juillet 1881, article 3",
        source="https://capmandat.fr/mentions-obligatoires-tract-municipales",
    ),
    Rule(
        slug="silence",
        severity=Severity.ERROR,
        kinds=PUBLIC,
        check=checks.silent,
        text="Depuis le {eve} à 0 h et jusqu’à la fermeture des bureaux de vote, distribuer ce"
        " document est interdit et puni de 3 750 €.",
        article="code électoral, article L. 49",
        source=_L49,
    ),
    Rule(
        slug="circulaire-pages",
        severity=Severity.ERROR,
        kinds=frozenset({CIRCULAIRE}),
        check=checks.too_many_pages,
        text="Une circulaire tient sur une feuille A4 recto-verso : celle-ci a {pages} pages."
        " Retirez des engagements ou raccourcissez leurs lignes.",
        article="code électoral, article R. 29",
        source=_OFFICIAL_PRINT,
    ),
    Rule(
        slug="circulaire-size",
        severity=Severity.ERROR,
        kinds=frozenset({CIRCULAIRE}),
        check=checks.not_a4,
        text="Une circulaire est une feuille A4, de 210 × 297 mm : celle-ci mesure"
        " {width} × {height} mm.",
        article="code électoral, article R. 29",
        source=_OFFICIAL_PRINT,
    ),
    Rule(
        slug="poster-pages",
        severity=Severity.ERROR,
        kinds=frozenset({AFFICHE}),
        check=checks.too_many_posters,
        text="Une affiche tient sur une page : celle-ci en a {pages}. Retirez des engagements.",
        article="code électoral, article R. 27",
        source=_CHAPTER_V,
    ),
    Rule(
        slug="poster-size",
        severity=Severity.ERROR,
        kinds=frozenset({AFFICHE}),
        check=checks.too_large,
        text="Une affiche électorale mesure au plus 594 × 841 mm : celle-ci mesure"
        " {width} × {height} mm.",
        article="code électoral, article R. 27",
        source=_CHAPTER_V,
    ),
    Rule(
        slug="last-day",
        severity=Severity.ADVICE,
        kinds=PUBLIC,
        check=checks.before_the_eve,
        text="Dernier jour pour distribuer : {last}, jusqu’à minuit. Du {eve} à 0 h à la fermeture"
        " des bureaux de vote, c’est interdit et puni de 3 750 €.",
        article="code électoral, article L. 49",
        source=_L49,
    ),
    Rule(
        slug="late-polemic",
        severity=Severity.ADVICE,
        kinds=PUBLIC,
        check=checks.late,
        text="D’ici au vote, n’apportez plus d’élément nouveau dans une polémique : les autres"
        " listes doivent avoir le temps d’y répondre.",
        article="code électoral, article L. 48-2",
        source="https://senat.fr./rap/l10-311/l10-31141.html",
    ),
    Rule(
        slug="tricolor",
        severity=Severity.ADVICE,
        kinds=OFFICIAL,
        check=checks.tricolor,
        text="Vous imprimez en {part}, et avec une image : bleu, blanc et rouge côte à côte ne"
        " doivent pas faire penser à l’emblème national. Regardez-la, ou prenez une autre couleur.",
        article="code électoral, article R. 27",
        source="https://www.mathildehaas.fr/blog/"
        "municipales-2026-6-bleu-blanc-rouge-la-juxtaposition-des-trois-couleurs",
    ),
    Rule(
        slug="logo",
        severity=Severity.ADVICE,
        kinds=PUBLIC,
        check=checks.logo,
        text="L’image « {picture} » est-elle le signe d’une association, d’un journal, d’un parti ?"
        " Gardez son accord écrit et daté : une élection a été annulée pour des logos imprimés"
        " sans accord.",
        article="Conseil d’État, 12 avril 2021, n° 445515",
        source="https://consultation.avocat.fr/blog/delphine-krust/article-39888-utilisation-des-"
        "logos-d-associations-dans-les-documents-de-propagande-d-un-candidat-sanction-de-l-usage-"
        "non-autorise-de-nature-a-creer-la-confusion-sur-l-existence-d-un-soutien.html",
    ),
    Rule(
        slug="poster-grey",
        severity=Severity.ADVICE,
        kinds=frozenset({AFFICHE}),
        programmes=ANY_PROGRAMME,
        check=checks.grey_poster,
        text="Le noir sur papier blanc est réservé aux affiches de l’administration : prenez une"
        " couleur, ou un papier teinté.",
        article="loi du 29 juillet 1881, article 15 ; code électoral, article L. 48",
        source=_L48,
        to_verify=True,
    ),
    Rule(
        slug="poster-copied",
        severity=Severity.ADVICE,
        kinds=frozenset({AFFICHE}),
        programmes=ANY_PROGRAMME,
        check=checks.colored_poster,
        text="Si vous la tirez au copieur, prenez un papier teinté : le noir sur papier blanc est"
        " réservé aux affiches de l’administration.",
        article="loi du 29 juillet 1881, article 15 ; code électoral, article L. 48",
        source=_L48,
        to_verify=True,
    ),
    Rule(
        slug="boards",
        severity=Severity.ADVICE,
        kinds=frozenset({AFFICHE}),
        text="Ne collez que sur les panneaux officiels et d’expression libre : ailleurs, dans les"
        " six mois qui précèdent le vote, l’amende est de 9 000 €.",
        article="code électoral, articles L. 51 et L. 90",
        source="https://acarval.com/elmu.htm",
    ),
    Rule(
        slug="account",
        severity=Severity.ADVICE,
        kinds=PUBLIC,
        threshold=Threshold(9_000),
        check=checks.account,
        text="À partir de {threshold} habitants, faites établir la facture au nom du mandataire"
        " financier, qui la paie. La liste dépense au plus {first} € au premier tour, {second} €"
        " si elle est au second.",
        article="code électoral, articles L. 52-4 et L. 52-11",
        source="https://juriblio.fr/codes/code-electoral/partie-legislative/livre-i/titre-ier/"
        "chapitre-v-bis/article-l52-11",
    ),
    Rule(
        slug="own-means",
        severity=Severity.ADVICE,
        kinds=frozenset(DocumentKind),
        text="Papier, copieur et encre sont à la charge de la liste : hors les partis, ni la"
        " mairie, ni une association, ni une entreprise ne peut les offrir ou en baisser le prix.",
        article="code électoral, article L. 52-8",
        source="https://capmandat.fr/"
        "municipales-2026-guide-du-remboursement-et-des-regles-de-campagne",
    ),
    Rule(
        slug="circulaire-paper",
        severity=Severity.ADVICE,
        kinds=frozenset({CIRCULAIRE}),
        text="Commandez un papier blanc de 70 à 80 g/m². Il n’y a qu’une circulaire par tour, la"
        " même pour tous.",
        article="code électoral, article R. 29",
        source=_OFFICIAL_PRINT,
        to_verify=True,
    ),
    Rule(
        slug="repaid",
        severity=Severity.ADVICE,
        kinds=OFFICIAL,
        threshold=Threshold(1_000),
        text="À partir de {threshold} habitants et de 5 % des voix, l’État rembourse circulaires"
        " et affiches officielles, sur un papier recyclé à 50 % ou de forêts gérées durablement"
        " (FSC, PEFC). Circulaires : le nombre d’électeurs et 5 % de plus, pas davantage.",
        article="code électoral, article R. 39",
        source=f"{_CHAPTER_V}/article-r39",
    ),
    Rule(
        slug="not-repaid",
        severity=Severity.ADVICE,
        kinds=OFFICIAL,
        threshold=Threshold(1_000, is_below=True),
        text="Au-dessous de {threshold} habitants, l’État ne rembourse ni circulaires ni affiches :"
        " tirez au plus juste.",
        article="code électoral, article L. 243",
        source="http://culturecivique.free.fr/election/codelecLeg/L1titre4/chap1S4.html",
        to_verify=True,
    ),
    Rule(
        slug="commission",
        severity=Severity.ADVICE,
        kinds=frozenset({CIRCULAIRE}),
        threshold=Threshold(2_500),
        text="À partir de {threshold} habitants, la commission de propagande envoie la circulaire"
        " aux électeurs : demandez à la préfecture où et quand la livrer.",
        article="code électoral, article L. 241",
        source=_OFFICIAL_PRINT,
    ),
    Rule(
        slug="no-commission",
        severity=Severity.ADVICE,
        kinds=frozenset({CIRCULAIRE}),
        threshold=Threshold(2_500, is_below=True),
        text="Au-dessous de {threshold} habitants, personne n’envoie la circulaire aux électeurs :"
        " distribuez-la vous-mêmes.",
        article="code électoral, article L. 241",
        source=_OFFICIAL_PRINT,
    ),
    Rule(
        slug="easy-circulaire",
        severity=Severity.ADVICE,
        kinds=frozenset({CIRCULAIRE}),
        text="Une version facile à lire et à comprendre accompagne la circulaire. La version"
        " simplifiée aide à l’écrire ; elle ne l’est qu’une fois relue par des personnes qui"
        " lisent avec peine.",
        article="code électoral, article R. 38-1",
        source="https://ma-veille-juridique.com/decret-n-2021-1740-du-22-decembre-2021-modifiant-"
        "les-dispositions-du-code-electoral-relatives-au-vote-par-procuration-et-portant-diverses-"
        "modifications-du-code-electoral/",
        to_verify=True,
    ),
    Rule(
        slug="sorting",
        severity=Severity.ADVICE,
        kinds=frozenset({TRACT}),
        programmes=ANY_PROGRAMME,
        text="La consigne de tri est imprimée en toutes lettres. Si l’imprimeur y ajoute le logo"
        " Triman, laissez-le : aucun texte trouvé ne dit si une liste le doit.",
        article="",
        source="https://comeback.fr/blog/info-tri-concevoir-votre-signaletique",
        to_verify=True,
    ),
)
