"""What every page of the desk shares: fields that follow the file, ranks, a fixed query count."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from desescalade import failures

from ..catalogue import shape
from ..desk import drafts, roles, rows
from ..desk.enums import Cause
from ..models import LoadedEntry
from ..tables.positioned import Positioned
from . import budgets, catalogues, past, soundness, versions
from .access import show
from .fields import FileText, KnownAutocomplete, LongLine, ShapeValidator, refuse_pasted

LONG_TEXT = shape.Text(optional=True)
LINE = shape.Text(max=600, optional=True)
# After all others, until the list is numbered anew.
LAST = 9_999


class CatalogueFields:
    """Form fields that accept what the catalogue's file accepts."""

    slug_shape = shape.Slug()
    formfield_overrides = {
        models.TextField: {
            "form_class": FileText,
            "widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "validators": [ShapeValidator(LONG_TEXT), refuse_pasted],
        },
        models.URLField: {"assume_scheme": "https"},
        models.CharField: {"validators": [ShapeValidator(LINE), refuse_pasted]},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "slug":
            kwargs["validators"] = [ShapeValidator(self.slug_shape)]
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # What others refer to as well is not deleted from beside a menu.
            field.widget.can_delete_related = False
        budgets.count(field, LONG_TEXT.max)
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        page_model = getattr(self, "parent_model", self.model)
        own = catalogues.choices_for(db_field, page_model, request)
        if own is None:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs | {"queryset": own})
        field.error_messages["invalid_choice"] = catalogues.OTHER_CATALOGUE
        return field


class LongLines:
    """Shows the lines of a page as `LongLine`s."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.CharField):
            kwargs |= {"form_class": LongLine, "widget": LongLine.widget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class RankedForm(forms.ModelForm):
    """The rank may be left empty: the row then comes last."""

    position = forms.IntegerField(
        label="Rang",
        required=False,
        min_value=0,
        max_value=LAST,
        widget=forms.NumberInput(attrs={"class": "rank"}),
        help_text="Vide : à la fin.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["position"] = None
        elif self.prefix is None:
            # Ranks of whole pages are another entry, which no version guards (`versions.py`).
            self.fields["position"].show_hidden_initial = True

    def clean_position(self) -> int:
        position = self.cleaned_data["position"]
        if self.fields["position"].show_hidden_initial and self._is_as_shown():
            # Somebody may have moved the row since: their move stays.
            return self.initial["position"]
        return LAST if position is None else position

    def _is_as_shown(self) -> bool:
        shown = self.data.get(self.add_initial_prefix("position"))
        return shown is not None and shown == self.data.get(self.add_prefix("position"))

    @property
    def rank(self) -> int:
        """Twice the position, so that a row that moved falls beside the one it moved to."""
        position, before = self.instance.position, self.initial.get("position")
        moved_down = before is not None and position > before
        moved_up = before is None or position < before
        return 2 * position + moved_down - moved_up


def number_anew(rows: Iterable[Positioned]) -> None:
    """Ranks without ties or gaps, for the load tells some rows by them."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


class RankedFormSet(forms.BaseInlineFormSet):
    """Rows in order, each without a query of its own."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "slug" in form.fields and form.instance.pk:
            form.fields["slug"].disabled = True
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocomplete):
                widget.instance = form.instance

    @property
    def kept_forms(self) -> list[forms.ModelForm]:
        """Those that stand for a row once all is saved."""
        return [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]

    def save(self, commit: bool = True) -> list[models.Model]:
        saved = super().save(commit=commit)
        if commit:
            forms_in_order = sorted(self.kept_forms, key=self.rank_of)
            number_anew(form.instance for form in forms_in_order)
        return saved

    def rank_of(self, form: RankedForm) -> Any:
        return form.rank


class OneReadChoices:
    """Reads the choices of a row's menu once for all rows; a queryset would be read once a row."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name not in self.autocomplete_fields:
            field.choices = list(field.choices)
        return field


class RankedInline(OneReadChoices, CatalogueFields):
    form = RankedForm
    formset = RankedFormSet
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.autocomplete_fields)


class NamedCells(RankedFormSet):
    """In a table of Django's, the head of a column names no field for who does not see it."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            label = field.label or self.model._meta.get_field(name).verbose_name
            widget.attrs["aria-label"] = str(label).capitalize()


class RankedTabularInline(RankedInline, admin.TabularInline):
    formset = NamedCells


class RankedStackedInline(RankedInline, admin.StackedInline):
    pass


class CatalogueAdmin(CatalogueFields, catalogues.InCatalogue, admin.ModelAdmin):
    """A page of the catalogue: kept slugs, ranks, and a word when the file would be refused."""

    # Rows of one list have these in common.
    ranked_within: Sequence[str] = ()
    # The kind of entry that may not vanish from the file once it has been loaded.
    lasting = ""
    save_on_top = True
    # One deletes a row on its page, after having seen it.
    actions = None

    class Media:
        css = {"all": ["css/admin-preview.css"]}
        js = [budgets.SCRIPT]

    def changeform_view(
        self, request: HttpRequest, object_id=None, form_url="", extra_context=None
    ) -> HttpResponse:
        def save() -> HttpResponse:
            return super(CatalogueAdmin, self).changeform_view(
                request, object_id, form_url, extra_context
            )

        if request.method != "POST":
            return save()
        with transaction.atomic():
            drafts.keep_others_from_writing()
            row = self.get_object(request, unquote(object_id)) if object_id else None
            if object_id and row is None and self.has_change_permission(request):
                return self._show_what_was_typed(request)
            begun = request.POST.get(versions.FIELD)
            if row and begun and begun != versions.version_of(row):
                return versions.bring_together(request, row, save)
            with recorded(request) as record:
                response = save()
        self._say_what_does_not_hold(request, record)
        return response

    def _show_what_was_typed(self, request: HttpRequest) -> HttpResponse:
        """Django would lead to the index, and what was typed would be lost."""
        context = {
            "title": "Cette page n’existe plus",
            "names": self.opts.verbose_name_plural,
            "back": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            "texts": failures.texts_of(request),
        }
        return show(request, "gone", context, status=410)

    def _say_what_does_not_hold(self, request: HttpRequest, record: drafts.Record) -> None:
        if row := getattr(request, "saved_row", None):
            key, catalogue = rows.entry_of(row)
            entries = record.after[catalogue]
            for sentence in (*soundness.problems(entries), *soundness.advice(key, entries)):
                self.message_user(request, sentence, messages.WARNING)

    def render_change_form(self, request: HttpRequest, context: dict, **kwargs) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            context[versions.FIELD] = request.POST.get(versions.FIELD) or versions.version_of(row)
            context |= versions.preview_of(row)
        return super().render_change_form(request, context, **kwargs)

    def history_view(self, request: HttpRequest, object_id, extra_context=None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        key, catalogue = rows.entry_of(row)
        return redirect(past.history_url(*key, catalogue))

    def view_on_site(self, row: models.Model) -> str | None:
        """The public page of what has one."""
        public = apps.get_model("proposals", self.model.__name__)
        if not hasattr(public, "get_absolute_url"):
            return None
        rows = getattr(public.objects, "published", public.objects.all)()
        return row.get_absolute_url() if rows.filter(pk=row.pk).exists() else None

    def message_user(self, request: HttpRequest, *args, **kwargs) -> None:
        if not getattr(request, "is_trial", False):
            super().message_user(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id, extra_context=None) -> HttpResponse:
        with recorded(request):
            return super().delete_view(request, object_id, extra_context)

    # The journal of the desk names a role; Django's log would name a person.
    def log_addition(self, request: HttpRequest, obj, message) -> None:
        pass

    def log_change(self, request: HttpRequest, obj, message) -> None:
        pass

    def log_deletions(self, request: HttpRequest, queryset) -> None:
        pass

    @property
    def is_ranked(self) -> bool:
        return issubclass(self.form, RankedForm)

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        has_slug = any(field.name == "slug" for field in self.opts.fields)
        return [*fields, "slug"] if obj and has_slug else fields

    def get_prepopulated_fields(self, request: HttpRequest, obj=None) -> dict:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        if self.lasting and obj and self._was_published(obj):
            return False
        return super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple:
        """Parts go with their owner, though they are not deleted on their own."""
        found, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        parts = {
            model._meta.verbose_name
            for model, model_admin in self.admin_site._registry.items()
            if isinstance(model_admin, PartAdmin)
        }
        return found, counts, forbidden - parts, protected

    def _was_published(self, obj: models.Model) -> bool:
        loaded = LoadedEntry.objects.filter(catalogue=rows.catalogue_of(obj))
        public = apps.get_model("proposals", self.model.__name__)
        return (
            public.objects.filter(pk=obj.pk).exists()
            or loaded.filter(kind=self.lasting, key=self.file_slug(obj)).exists()
        )

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if self.is_ranked:
            self._number_siblings(obj, form)

    def _number_siblings(self, obj: Positioned, form: RankedForm) -> None:
        siblings = self.model.objects.filter(
            **{name: getattr(obj, name) for name in self.ranked_within}
        ).order_by("position", "pk")
        number_anew(
            sorted(
                # The form's own object, not a second one that it knows nothing of.
                [obj if row.pk == obj.pk else row for row in siblings],
                key=lambda row: form.rank if row is obj else 2 * row.position,
            )
        )

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.saved_row = form.instance


class PartAdmin(CatalogueAdmin):
    """A part of a measure or of a proposal: added and deleted on the page of its owner."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class MeasurePartAdmin(PartAdmin):
    readonly_fields = ["of_measure"]
    list_select_related = ["measure"]
    ordering = ["measure__proposal__number", "measure__position", "position"]

    @admin.display(description="mesure", ordering="measure__title")
    def of_measure(self, row: models.Model) -> SafeString:
        return link_to(row.measure)


class ProposalPartAdmin(PartAdmin):
    readonly_fields = ["of_proposal"]
    list_select_related = ["proposal"]
    ordering = ["proposal__number", "position"]

    @admin.display(description="proposition", ordering="proposal__number")
    def of_proposal(self, row: models.Model) -> SafeString:
        return link_to(row.proposal)


@contextmanager
def recorded(request: HttpRequest) -> Iterator[drafts.Record]:
    """Whatever a form that is sent changes goes to the history of the desk."""
    if request.method != "POST":
        yield drafts.Record({})
        return
    role = roles.role_of(request.user)
    with transaction.atomic(), drafts.recorded(Cause.ADMIN, role) as record:
        yield record


def link_to(row: models.Model) -> SafeString:
    """To the page of a row of the desk."""
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, row)


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
