from django.apps import AppConfig


class DesescaladeConfig(AppConfig):
    name = "desescalade"
    verbose_name = "Désescalade"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the system checks)
