from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("proposals.urls")),
    path("", include("programmes.urls")),
    path("gestion/", admin.site.urls),
]
