"""The market maker's door: the mmapi app."""

from django.apps import AppConfig


class MarketMakerApiConfig(AppConfig):
    name = "mmapi"
    verbose_name = "Market maker API"
    default_auto_field = "django.db.models.BigAutoField"
