"""Pages of the desk that are not those of a model; `site.py` mounts them beside the admin's."""

from django.urls import URLPattern, path

from . import past, releasing, replace, sources, truth, upload, versions

PAGES: list[URLPattern] = [
    path("chantier/", releasing.drafts, name="desk_drafts"),
    path("chantier/<slug:kind>/", releasing.draft, name="desk_draft"),
    path("chantier/<slug:kind>/<slug:key>/", releasing.draft, name="desk_draft"),
    path("charger/", upload.send, name="desk_upload"),
    path("charger/<int:pk>/", upload.load, name="desk_load"),
    path("telecharger/", upload.download, name="desk_download"),
    path("conflit/", versions.settle, name="desk_conflict"),
    path("publication/", releasing.publication, name="desk_publication"),
    path("publication/<int:pk>/retirer/", releasing.cancel, name="desk_cancel"),
    path("editions/<int:pk>/annuler/", releasing.undo, name="desk_undo"),
    path("historique/<int:pk>/retour/", past.go_back, name="desk_go_back"),
    path("historique/<slug:kind>/", past.entry_history, name="desk_history"),
    path("historique/<slug:kind>/<slug:key>/", past.entry_history, name="desk_history"),
    path("a-verifier/", truth.truth, name="desk_truth"),
    path("sources-a-relire/", sources.sources, name="desk_sources"),
    path("corriger-partout/", replace.replace, name="desk_replace"),
]
