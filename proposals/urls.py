from django.urls import path

from . import feeds, views

app_name = "proposals"
urlpatterns = [
    path("propositions/", views.proposal_list, name="proposals"),
    path("catalogues/<slug:slug>/", views.catalogue_detail, name="catalogue"),
    path("catalogues/<slug:slug>/le-texte/", views.about_catalogue, name="about-catalogue"),
    path("propositions/<slug:slug>/", views.proposal_detail, name="proposal"),
    path("mesures/", views.measure_list, name="measures"),
    path("mesures/<slug:slug>/", views.measure_detail, name="measure"),
    path("le-texte/", views.about, name="about"),
    path("glossaire/", views.glossary_detail, name="glossary"),
    path("editions/", views.release_list, name="releases"),
    path("editions/flux.xml", feeds.ReleaseFeed(), name="release-feed"),
    path("editions/<slug:catalogue>/<path:number>/", views.release_detail, name="release"),
    path("fiches/<slug:slug>/", views.sheet_detail, name="sheet"),
]
