"""Titles of Django's admin site, and its models in our order instead of the alphabet's."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest

admin.site.site_header = "Désescalade, gestion du catalogue"
admin.site.site_title = "Désescalade"
admin.site.index_title = "Catalogue et données de référence"
# An empty cell reads as a missing value, not as a fault.
admin.site.empty_value_display = "–"


def _in_order(request: HttpRequest, app_label: str | None = None) -> list[dict]:
    """The models of each application as they were registered: what is edited most comes first."""
    order = {model: place for place, model in enumerate(admin.site._registry)}
    apps = AdminSite.get_app_list(admin.site, request, app_label)
    for app in apps:
        app["models"].sort(key=lambda entry: order[entry["model"]])
    return apps


# A site class of our own would need its place in the settings: see AdminConfig.default_site.
admin.site.get_app_list = _in_order
