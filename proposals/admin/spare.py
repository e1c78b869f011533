"""One empty row in each set: without scripts, nothing else adds one.

It is neither required nor saved when it stays empty. The style sheet hides it where the script of
Django's admin has put its own « Ajouter ».
"""

from django import forms

CSS_CLASS = "spare"


class SpareRow:
    """For a set of rows. `needed` are those that are asked for, and so never spare."""

    needed = 0

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if index is None or index < max(self.needed, self.initial_form_count()):
            return
        # Asked of new rows alone: a form keeps the answer, and a kept row gets its slug later.
        if form.is_bound and form.has_changed():
            return
        field = next(iter(form.fields.values()))
        widget = getattr(field.widget, "widget", field.widget)
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} {CSS_CLASS}".strip()
