"""Titles of Django's admin site, its door, and its models in our order, not the alphabet's."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest

from desescalade import staff

from . import autocomplete, pages

admin.site.site_header = "Désescalade, gestion du catalogue"
admin.site.site_title = "Désescalade"
admin.site.index_title = "Catalogue et données de référence"
# An empty cell reads as a missing value, not as a fault.
admin.site.empty_value_display = "–"


# What is edited most comes first. A model that is not named here comes last.
ORDER = [
    *("Proposal", "Measure", "Wording", "Parameter"),
    *("LegalBasis", "Example", "Objection", "Pitch", "Figure", "Question", "Source"),
    *("ReflectionSheet", "Purpose", "SizeClass", "Threshold", "Signatory"),
    *("Catalogue", "Review", "PlannedRelease", "EntryChange", "JournalEntry"),
    *("SourceCheck", "Upload"),
    *("Release", "ReleasedEntry", "WordingRevision", "LoadedEntry"),
    *("Programme", "Chapter", "ChapterFigure", "Commitment", "CommitmentParameter"),
    *("CommitmentPitch", "CommitmentObjection", "Comment", "Change", "Draft"),
    "Contribution",
    *("Answer", "Assembly", "Ballot", "Merger", "MergerChoice"),
    *("Membership", "Invitation", "Submission", "Look"),
    *("Layout", "LayoutCommitment", "Logo", "Edition"),
    *("Commune", "CommuneKey", "CommuneLoad", "Intercommunality", "Department"),
]


def _in_order(request: HttpRequest, app_label: str | None = None) -> list[dict]:
    """The catalogue first, then the programmes, then the accounts; their models in our order."""
    apps = AdminSite.get_app_list(admin.site, request, app_label)
    for app in apps:
        app["models"].sort(key=_place)
    labels = ["desk", "proposals", "programmes"]
    ranks = {label: rank for rank, label in enumerate(labels)}
    return sorted(apps, key=lambda app: (ranks.get(app["app_label"], len(ranks)), app["name"]))


def _place(entry: dict) -> int:
    name = entry["object_name"]
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _urls(site: AdminSite = admin.site) -> list:
    """Our pages first: the admin's last address takes whatever is left.

    Without `view_on_site`: our pages name their own addresses, and it fails on a key that is no
    UUID.
    """
    theirs = AdminSite.get_urls(site)
    return [*pages.PAGES, *(e for e in theirs if getattr(e, "name", "") != "view_on_site")]


# A site class of our own would need its place in the settings: see AdminConfig.default_site.
admin.site.get_app_list = _in_order
admin.site.get_urls = _urls
admin.site.autocomplete_view = autocomplete.view
admin.site.login_form = staff.LoginForm
admin.site.has_permission = staff.opens_admin
