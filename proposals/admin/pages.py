"""Pages of the desk that are not those of a model; `site.py` mounts them beside the admin's."""

from django.urls import URLPattern

PAGES: list[URLPattern] = []
