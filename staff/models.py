"""The record of what staff did, an entry for each action; and the sessions in which they did it."""

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """Who did what to which subject, when, from where and why, with what held before and after. Only ever appended."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    actor_name = models.CharField(max_length=150, help_text="As it was then; a command's is its operating system user.")
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=64, help_text="A verb and a noun, as halt_market.")
    subject_type = models.CharField(max_length=64, blank=True, help_text="As venue.market.")
    subject_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=200, blank=True, help_text="As it was called then.")
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=32, blank=True, help_text="What happened in one request has the same.")

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("export_rows", "Can export lists as CSV")]
        indexes = [
            models.Index("actor_name", "id", name="audit_actor"),
            models.Index("action", "id", name="audit_action"),
            models.Index("subject_type", "subject_id", "id", name="audit_subject"),
            models.Index("request_id", "id", condition=~models.Q(request_id=""), name="audit_request"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_name}"


class AuditSeal(models.Model):
    """The chain over the entries, in the order of their commits: each hash covers its entry and the hash before it.
    The database writes it when a transaction that appended entries commits."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"seal {self.number}"


class StaffSession(models.Model):
    """A sign-in of a staff member, until it ends: by signing out, by age, or by somebody's hand."""

    user = models.ForeignKey(User, models.CASCADE, related_name="staff_sessions")
    signed_in_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text="The last time that a person did something.")
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [
            ("reset_two_factor", "Can reset another's second factor"),
            ("sign_out_staff", "Can sign others out everywhere"),
            ("unlock_staff", "Can end a lock-out"),
        ]

    def __str__(self) -> str:
        return f"session of {self.user}"

    def end(self, because: str) -> None:
        StaffSession.objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now(), ended_because=because)
