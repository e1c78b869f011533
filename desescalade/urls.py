from django.contrib import admin
from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("proposals.urls")),
    path("", include("programmes.urls")),
    path("gestion/", admin.site.urls),
    path("sante/vivant", health.alive),
    path("sante/pret", health.ready),
]
