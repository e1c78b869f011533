from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self) -> None:
        from proposals.desk import signals

        from . import taken_up

        signals.drafts_changed.connect(taken_up.follow_drafts)
        signals.released.connect(taken_up.follow_release)
