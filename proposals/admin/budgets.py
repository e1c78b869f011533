"""How long a text is and may be, under its field: from the server, and while one types."""

from functools import lru_cache

from django import forms
from django.forms import CharField, Field, Widget
from django.forms.widgets import Textarea, TextInput, URLInput
from django.utils.html import format_html
from django.utils.safestring import SafeString

SCRIPT = "js/admin-budget.js"


class Budgeted:
    """A widget with « 74 / 90 » after it. The script counts on; without it nothing is lost."""

    budget: int

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        length = len((self.format_value(value) or "").replace("\r\n", "\n"))
        return format_html(
            '<div class="budgeted">{}<span class="{}" data-budget="{}">{} / {}</span></div>',
            super().render(name, value, attrs, renderer),
            "budget over" if length > self.budget else "budget",
            self.budget,
            length,
            self.budget,
        )


@lru_cache
def _budgeted(widget: type[Widget]) -> type[Widget]:
    return type(f"Budgeted{widget.__name__}", (Budgeted, widget), {})


def count(field: Field | None, most: int) -> None:
    """Shows the budget of a text that is typed; menus, dates, numbers and addresses have none."""
    if not isinstance(field, CharField) or isinstance(field, forms.SlugField | forms.URLField):
        return
    widget = field.widget
    if isinstance(widget, TextInput | Textarea) and not isinstance(widget, URLInput):
        widget.__class__ = _budgeted(type(widget))
        widget.budget = field.max_length or most
