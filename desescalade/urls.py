from django.contrib import admin
from django.urls import include, path

from . import guide_pages, health, legal, sobriety, staff, wellknown

urlpatterns = [
    path("", include("proposals.urls")),
    path("", include("programmes.urls")),
    path("aide/", guide_pages.guide_list, name="guides"),
    path("aide/<slug:slug>/", guide_pages.guide_detail, name="guide"),
    path("gestion/login/", staff.log_in),
    path("gestion/", include("programmes.desk_urls")),
    path("gestion/", admin.site.urls),
    path("compte/second-facteur/", staff.factor, name="factor"),
    path("compte/second-facteur/activer/", staff.set_up, name="set-up-factor"),
    path("compte/second-facteur/confirmer/", staff.confirm, name="confirm-factor"),
    path("sobriete/", sobriety.show, name="sobriety"),
    path("conditions/", legal.conditions, name="conditions"),
    path("confidentialite/", legal.privacy, name="privacy"),
    path("mentions-legales/", legal.notice, name="legal-notice"),
    path("robots.txt", wellknown.robots),
    path(".well-known/security.txt", wellknown.security),
    path("sante/vivant", health.alive),
    path("sante/pret", health.ready),
]

handler400 = "desescalade.failures.bad_request"
handler500 = "desescalade.failures.server_error"
