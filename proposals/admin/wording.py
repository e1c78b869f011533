"""The texts of a measure, on its page and on their own."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from ..desk import rows
from ..desk.models import SizeClass, Wording, WordingSize
from . import braces, preview
from .editing import MeasurePartAdmin
from .filters import Unsuitable
from .ranks import RankedForm, RankedFormSet, RankedStackedInline

REQUIRED_IN_DEFAULT = {"line": "une ligne de tract", "easy": "une version simplifiée"}
TEXT_FIELDS = ("line", "text", "easy", "unsuitable")
WITH_SETTINGS = ("text", "easy")
HELP = {
    "line": "90 signes au plus, sans accolades. Vide : celle de la déclinaison par défaut.",
    "text": "Markdown. Un réglage s’écrit entre accolades : {jours_exercice}.",
    "easy": "Markdown, phrases courtes. Vide : celle de la déclinaison par défaut.",
    "unsuitable": "À remplir si la mesure n’est pas conseillée à ces strates ; le texte est"
    " alors ce qu’on peut faire à la place.",
}


class SizesField(forms.ModelMultipleChoiceField):
    """The sizes that a wording is for, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "sizes"})

    def __init__(self) -> None:
        super().__init__(
            SizeClass.objects.all(),
            required=False,
            label="Strates",
            help_text="Aucune : c’est la déclinaison par défaut.",
        )


class SizedForm(forms.ModelForm):
    """A wording with its sizes, which are rows of another table."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["sizes"] = [row.size_class_id for row in self.instance.sizes.all()]

    def clean_line(self) -> str:
        line = self.cleaned_data["line"]
        if "{" in line or "}" in line:
            raise ValidationError("Pas d’accolades dans une ligne de tract.")
        return line

    def require_default_texts(self) -> None:
        """The default has every text: other wordings fall back on it."""
        for name, what in REQUIRED_IN_DEFAULT.items():
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, f"La déclinaison par défaut a besoin d’{what}.")

    def write_sizes(self) -> None:
        wording = self.instance
        WordingSize.objects.filter(wording=wording).delete()
        WordingSize.objects.bulk_create(
            WordingSize(wording=wording, measure_id=wording.measure_id, size_class=size)
            for size in self.cleaned_data["sizes"]
        )


class WordingRowForm(SizedForm, RankedForm):
    sizes = SizesField()

    class Meta:
        model = Wording
        fields = ["position", *TEXT_FIELDS]
        help_texts = HELP


class WordingFormSet(RankedFormSet):
    """All wordings of a measure: one without size, which is the default, one at most for a size."""

    needed = 1

    @cached_property
    def sizes(self) -> models.QuerySet[SizeClass]:
        return SizeClass.objects.of(rows.catalogue_of(self.instance))

    @cached_property
    def size_choices(self) -> list[tuple]:
        return [(size.pk, size.label) for size in self.sizes]

    def add_fields(self, form: WordingRowForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["sizes"].queryset = self.sizes
        # Read once for all rows.
        form.fields["sizes"].choices = self.size_choices

    def clean(self) -> None:
        super().clean()
        settings = braces.known(self.instance.pk, self.data)
        for form in self.kept_forms:
            if hasattr(form, "cleaned_data"):
                braces.refuse_unknown(form, WITH_SETTINGS, settings)
        if any(form.errors for form in self.kept_forms):
            return
        # Before sizes written twice are taken off: they do not make a default.
        defaults = [form for form in self.kept_forms if not form.cleaned_data["sizes"]]
        self._refuse_size_twice()
        self._check_default(defaults)

    def _refuse_size_twice(self) -> None:
        taken: set[SizeClass] = set()
        for form in self.kept_forms:
            sizes = list(form.cleaned_data["sizes"])
            for size in sizes:
                if size in taken:
                    form.add_error(
                        "sizes", f"La strate « {size} » a déjà une autre déclinaison ici."
                    )
            taken.update(sizes)

    def _check_default(self, defaults: list[WordingRowForm]) -> None:
        if not defaults:
            raise ValidationError(
                "Laissez une déclinaison sans strate : c’est celle par défaut, qui vaut pour"
                " toutes les autres communes."
            )
        for form in defaults[1:]:
            form.add_error("sizes", "Une autre déclinaison est déjà celle par défaut.")
        for form in defaults:
            form.require_default_texts()

    def save(self, commit: bool = True) -> list[Wording]:
        if not commit or not self.has_changed():
            return super().save(commit=commit)
        self._make_room()
        for form in self.kept_forms:
            form.instance.is_default = not form.cleaned_data["sizes"]
        saved = super().save()
        for form in self.kept_forms:
            # Rows whose texts did not change were not saved, and have lost their room.
            form.instance.save(update_fields=["is_default"])
            form.write_sizes()
        return saved

    def _make_room(self) -> None:
        """Lets sizes and the default change hands: each is unique in the database."""
        Wording.objects.filter(measure=self.instance).update(is_default=False)
        WordingSize.objects.filter(measure=self.instance).delete()

    def rank_of(self, form: WordingRowForm) -> tuple[bool, int]:
        """The default first, as in the file."""
        return not form.instance.is_default, form.rank


class ShownSizes:
    """The sizes in words for who only looks: the field that ticks them is not one of the row."""

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj):
            return fields
        return ["shown_sizes" if name == "sizes" else name for name in fields]

    @admin.display(description="strates")
    def shown_sizes(self, wording: Wording) -> str:
        return ", ".join(str(row.size_class) for row in wording.sizes.all()) or "par défaut"


class WordingInline(ShownSizes, RankedStackedInline):
    model = Wording
    form = WordingRowForm
    formset = WordingFormSet
    fields = ["position", "sizes", "line", "text", "easy", "unsuitable", "preview"]
    readonly_fields = ["shown_sizes", "preview"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Wording]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("sizes__size_class", "measure__parameters")

    @admin.display(description="Aperçu")
    def preview(self, wording: Wording) -> SafeString | str:
        return preview.of_wording(wording)


class WordingForm(SizedForm):
    """A wording on its own page: the other wordings stand in the database."""

    sizes = SizesField()

    class Meta:
        model = Wording
        fields = TEXT_FIELDS
        help_texts = HELP

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sizes"].queryset = SizeClass.objects.of(rows.catalogue_of(self.instance))

    def clean(self) -> None:
        super().clean()
        braces.refuse_unknown(self, WITH_SETTINGS, braces.known(self.instance.measure_id, {}))
        if self.instance.is_default:
            self.require_default_texts()
        if "sizes" in self.cleaned_data:
            self._check_sizes(self.cleaned_data["sizes"])

    def _check_sizes(self, sizes: models.QuerySet[SizeClass]) -> None:
        if self.instance.is_default and sizes:
            self.add_error(
                "sizes",
                "C’est la déclinaison par défaut : elle n’a pas de strate. Pour en choisir une"
                " autre, passez par la page de la mesure.",
            )
        elif not self.instance.is_default and not sizes:
            self.add_error("sizes", "Cochez au moins une strate.")
        else:
            self._refuse_taken(sizes)

    def _refuse_taken(self, sizes: models.QuerySet[SizeClass]) -> None:
        taken = WordingSize.objects.filter(
            measure=self.instance.measure_id, size_class__in=sizes
        ).exclude(wording=self.instance)
        for row in taken.select_related("size_class"):
            self.add_error("sizes", f"La strate « {row.size_class} » a déjà une autre déclinaison.")


@admin.register(Wording)
class WordingAdmin(ShownSizes, MeasurePartAdmin):
    form = WordingForm
    fields = ["of_measure", "sizes", *TEXT_FIELDS, "preview"]
    readonly_fields = ["of_measure", "shown_sizes", "preview"]
    list_display = ["__str__", "of_measure", "shown_sizes", "has_easy", "is_unsuitable"]
    list_filter = ["is_default", "size_classes", Unsuitable, "measure__proposal"]
    search_fields = ["measure__title", "measure__slug", "line", "text", "easy"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Wording]:
        return (
            super()
            .get_queryset(request)
            .select_related("measure__proposal")
            .prefetch_related(
                models.Prefetch("sizes", WordingSize.objects.select_related("size_class")),
                "measure__parameters",
            )
        )

    def save_model(self, request: HttpRequest, obj, form: WordingForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        form.write_sizes()

    @admin.display(description="simplifiée")
    def has_easy(self, wording: Wording) -> str | None:
        # A dash rather than a red cross, here and below: it then has that of the default.
        return "oui" if wording.easy else None

    @admin.display(description="déconseillée")
    def is_unsuitable(self, wording: Wording) -> str | None:
        return "oui" if wording.unsuitable else None

    @admin.display(description="Aperçu")
    def preview(self, wording: Wording) -> SafeString | str:
        return preview.of_wording(wording)
