"""The market itself: the venue app."""

from importlib import import_module

from django.apps import AppConfig


class VenueConfig(AppConfig):
    name = "venue"
    verbose_name = "Venue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Whichever process sends a task, it goes to the venue's broker.
        import_module("venue.celery")
