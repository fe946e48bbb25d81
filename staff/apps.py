"""Who may operate: the staff app."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "Staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("staff.sign_in")  # Django, its lock-out and its second factor tell by signals
        recorded, roles = import_module("staff.recorded"), import_module("staff.roles")
        # django.contrib.auth is connected before: an app's permissions exist when its groups are filled.
        post_migrate.connect(recorded.record_rows_of, dispatch_uid="staff.record_rows_of")
        post_migrate.connect(roles.fill_groups, dispatch_uid="staff.fill_groups")
