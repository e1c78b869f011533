from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "desescalade.jobs"
    label = "jobs"
    verbose_name = "File des travaux"
