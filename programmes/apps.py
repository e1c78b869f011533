from django.apps import AppConfig
from django.db.models.signals import post_delete


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self) -> None:
        from proposals.desk import clock, signals

        from . import erasing, taken_up, traces

        signals.drafts_changed.connect(taken_up.follow_drafts)
        signals.released.connect(taken_up.follow_release)
        post_delete.connect(traces.erase, sender=self.get_model("Programme"))
        clock.also(erasing.erase_now_and_then)
