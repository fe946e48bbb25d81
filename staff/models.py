"""The record of what staff did, an entry for each action."""

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """Who did what to which subject, when, from where and why, with what held before and after. Only ever appended."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    actor_name = models.CharField(max_length=150, help_text="As it was then; a command's is its operating system user.")
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=64, help_text="A verb and a noun, as halt_market.")
    subject_type = models.CharField(max_length=64, blank=True, help_text="As venue.market.")
    subject_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=200, blank=True, help_text="As it was called then.")
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_name}"
