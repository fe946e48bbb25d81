"""The operations desk: the desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "Operations desk"
    default_auto_field = "django.db.models.BigAutoField"
