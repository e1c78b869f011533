from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DeskConfig(AppConfig):
    name = "proposals.desk"
    label = "desk"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from .roles import make_groups

        post_migrate.connect(make_groups)
