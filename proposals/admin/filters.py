"""The filters of the lists that Django does not make by itself."""

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, Q, QuerySet

from ..desk.models import Example, Figure, LegalBasis, SizeClass, WordingSize
from ..enums import Confidence

TO_VERIFY = "à vérifier"


class ConditionFilter(SimpleListFilter):
    """One choice for each condition: its value in the address, its label, what rows meet it."""

    conditions: dict[str, tuple[str, Q | Exists]] = {}

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.conditions.items()]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        if self.value() not in self.conditions:
            return queryset
        return queryset.filter(self.conditions[self.value()][1])


def _of_measure(model, **conditions) -> Exists:
    return Exists(model.objects.filter(measure=OuterRef("pk"), **conditions))


class MeasureToVerify(ConditionFilter):
    title = "à vérifier"
    parameter_name = "a-verifier"
    conditions = {
        "base-legale": (
            "Base légale à vérifier",
            _of_measure(LegalBasis, confidence=Confidence.TO_VERIFY),
        ),
        "date": (
            "Date d’une source à vérifier",
            _of_measure(LegalBasis, source__date__icontains=TO_VERIFY)
            | _of_measure(Example, source__date__icontains=TO_VERIFY),
        ),
    }


class MeasureWithoutSource(ConditionFilter):
    title = "sans source"
    parameter_name = "sans-source"
    conditions = {
        "base-legale": ("Base légale sans source", _of_measure(LegalBasis, source=None)),
        "exemple": ("Exemple sans source", _of_measure(Example, source=None)),
    }


class MeasureWithoutWording(SimpleListFilter):
    """Measures that have only their default text for a size of commune."""

    title = "sans déclinaison pour une strate"
    parameter_name = "sans-declinaison"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        sizes = SizeClass.objects.all()
        if chosen := request.GET.get("catalogue"):
            sizes = sizes.of(chosen)
        return list(sizes.values_list("slug", "label"))

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.exclude(
            Exists(WordingSize.objects.filter(measure=OuterRef("pk"), size_class=self.value()))
        )


class ProposalFigures(ConditionFilter):
    title = "chiffres"
    parameter_name = "chiffres"
    conditions = {
        "reserve": (
            "Chiffre avec réserve",
            Exists(Figure.objects.filter(proposal=OuterRef("pk")).exclude(caveat="")),
        ),
        "sans-source": (
            "Chiffre sans source",
            Exists(Figure.objects.filter(proposal=OuterRef("pk"), source=None)),
        ),
    }


class WithoutSource(ConditionFilter):
    title = "source"
    parameter_name = "sans-source"
    conditions = {"oui": ("Sans source", Q(source=None))}


class ObjectionWithoutSource(ConditionFilter):
    title = "source"
    parameter_name = "sans-source"
    conditions = {"oui": ("Sans source", Q(sources=None))}


class WithCaveat(ConditionFilter):
    title = "réserve"
    parameter_name = "reserve"
    conditions = {"oui": ("Avec réserve", ~Q(caveat=""))}


class Unsuitable(ConditionFilter):
    title = "déconseillée"
    parameter_name = "deconseillee"
    conditions = {"oui": ("Déconseillée pour ces strates", ~Q(unsuitable=""))}


class SourceUse(ConditionFilter):
    """Reads the annotation `uses`."""

    title = "emploi"
    parameter_name = "emploi"
    conditions = {"aucun": ("Inutilisée", Q(uses=0))}


class SourceDate(ConditionFilter):
    title = "date"
    parameter_name = "date"
    conditions = {"a-verifier": ("Date à vérifier", Q(date="") | Q(date__icontains=TO_VERIFY))}
