from importlib import import_module

from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "campaign"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Web and commands publish jobs too: without this import they would publish to a default broker.
        import_module("campaign.celery")
        import_module("campaign.system_checks")
