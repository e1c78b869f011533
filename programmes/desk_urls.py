"""What the curators' desk shows about programmes; its door is that of Django's admin."""

from django.contrib import admin
from django.urls import path

from .views import use

urlpatterns = [
    path("usage/", admin.site.admin_view(use.show), name="use"),
    path("usage.csv", admin.site.admin_view(use.download), name="use-file"),
]
