"""What every page of the desk shares: each change recorded, kept slugs, one catalogue."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from desescalade import failures

from ..desk import drafts, roles, rows
from ..desk.enums import Cause
from ..models import LoadedEntry
from ..tables.positioned import Positioned
from . import (
    budgets,
    by_slug,
    catalogues,
    past,
    places,
    refusing,
    soundness,
    versions,
    waiting,
)
from .access import show
from .fields import CatalogueFields
from .places import link_to
from .ranks import RankedForm, number_anew


class CatalogueAdmin(CatalogueFields, catalogues.InCatalogue, admin.ModelAdmin):
    """A page of the catalogue: kept slugs, ranks, and a word when the file would be refused."""

    # Rows of one list have these in common.
    ranked_within: Sequence[str] = ()
    # The kind of entry that may not vanish from the file once it has been loaded.
    lasting = ""
    save_on_top = True
    delete_confirmation_template = "admin/desk/delete.html"
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
            response, record = self._save_what_holds(request, save)
        if record:
            self._say_what_does_not_hold(request, record)
        return response

    def _save_what_holds(
        self, request: HttpRequest, save: Callable[[], HttpResponse]
    ) -> tuple[HttpResponse, drafts.Record | None]:
        """Saves; or undoes it, and gives the page again with what the file would refuse."""
        before = transaction.savepoint()
        request.held_messages = []
        with recorded(request) as record:
            response = save()
        if refused := refusing.refusals(request, record):
            transaction.savepoint_rollback(before)
            request.refused = refused
            return save(), None
        self._tell_held(request)
        return response, record

    def _tell_held(self, request: HttpRequest) -> None:
        held, request.held_messages = request.held_messages, None
        for args, kwargs in held:
            self.message_user(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj=None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if refused := getattr(request, "refused", {}):
            form = type(form.__name__, (refusing.Told, form), {"refused": refused.get("", [])})
        return form

    def _create_formsets(self, request: HttpRequest, obj, change: bool) -> tuple[list, list]:
        formsets, inlines = super()._create_formsets(request, obj, change)
        for formset in formsets:
            if said := getattr(request, "refused", {}).get(formset.prefix):
                refusing.tell(formset, said)
        return formsets, inlines

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
            context["waiting"] = waiting.sentence(row)
        sets = [inline.formset for inline in context["inline_admin_formsets"]]
        shown = [context["adminform"].form, *(formset.form for formset in sets)]
        fields = [field for form in shown for field in form.base_fields.values()]
        context["lists"] = by_slug.lists_for(fields)
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

    def message_user(self, request: HttpRequest, message, level=messages.INFO, **kwargs) -> None:
        if getattr(request, "is_trial", False):
            return
        held = getattr(request, "held_messages", None)
        if held is not None:
            # Whether the page is saved is not known yet.
            held.append(((message, level), kwargs))
            return
        saved = getattr(request, "saved_row", None) if level == messages.SUCCESS else None
        if saved and (draft := waiting.sentence(saved)):
            message = format_html("{} {}", message, draft)
        super().message_user(request, message, level, **kwargs)

    def delete_view(self, request: HttpRequest, object_id, extra_context=None) -> HttpResponse:
        request.held_messages = []
        try:
            with transaction.atomic():
                with recorded(request) as record:
                    response = super().delete_view(request, object_id, extra_context)
                refusing.refuse_new_faults(record)
        except refusing.Refused as error:
            request.held_messages = None
            for sentence in ("Rien n’est supprimé.", *error.sentences):
                self.message_user(request, sentence, messages.ERROR)
            return redirect(request.get_full_path())
        self._tell_held(request)
        return response

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
        """Parts go with their owner, though they are not deleted on their own.

        Of what keeps a row from going only the places are told: Django would also miss a right
        to delete what stands there, which nobody wants to delete.
        """
        found, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        if protected:
            named = [place for row in objs for place in places.places(row)]
            return found, counts, set(), named or protected
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
        request.saved_row, request.saved_forms = form.instance, (form, formsets)


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


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at only."""

    class Media:
        css = {"all": ["css/admin-desk.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
