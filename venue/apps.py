"""The market itself: the venue app, and how Django's admin is loaded here."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.core import checks


class VenueConfig(AppConfig):
    name = "venue"
    verbose_name = "Venue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Whichever process sends a task, it goes to the venue's broker.
        import_module("venue.celery")


class AdminConfig(SimpleAdminConfig):
    """The pages are found with the addresses, so that the matcher starts without them; the checks still see them."""

    default = False
    default_site = "staff.site.StaffSite"

    def ready(self) -> None:
        checks.register(check_pages, checks.Tags.admin)


def check_pages(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    import_module("venue.urls")
    from django.contrib.admin.checks import check_admin_app, check_dependencies  # noqa: PLC0415 - needs the apps

    return [*check_dependencies(), *check_admin_app(app_configs)]
