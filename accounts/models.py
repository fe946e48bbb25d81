"""Firms, their trading accounts and API keys, and the tiers and co-location profiles that keys are given."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from netfields import CidrAddressField

import accounts.onboarding.models  # noqa: F401 - an app's models are read from here
from accounts.encryption import EncryptedTextField
from accounts.lei import validate_lei
from accounts.scopes import Scope

FIRM_CODE = RegexValidator(r"^[A-Z][A-Z0-9_]{1,15}\Z", "2 to 16 upper-case letters, digits and underscores.")
ACCOUNT_NAME = RegexValidator(r"^[a-z0-9][a-z0-9._-]{1,31}\Z", "2 to 32 lower-case letters, digits, '.', '_', '-'.")


class Firm(models.Model):
    class Status(models.TextChoices):
        APPLIED = "applied", "Applied"
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        OFF_BOARDED = "off_boarded", "Off-boarded"

    code = models.CharField(max_length=16, unique=True, validators=[FIRM_CODE])
    legal_name = models.CharField(max_length=200)
    lei = models.CharField("LEI", max_length=20, blank=True, validators=[validate_lei])
    status = models.CharField(max_length=16, choices=Status, default=Status.APPLIED)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["code"]
        permissions = [
            ("suspend_firm", "Can suspend and reinstate firms"),
            ("off_board_firm", "Can off-board firms"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lei"], condition=~Q(lei=""), name="firm_lei_unique"),
        ]

    def __str__(self) -> str:
        return self.code


class TradingAccount(models.Model):
    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(max_length=32, unique=True, validators=[ACCOUNT_NAME])
    status = models.CharField(max_length=16, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        permissions = [("suspend_tradingaccount", "Can suspend and reinstate trading accounts")]

    def __str__(self) -> str:
        return self.name


FIRM_TRANSITIONS: dict[Firm.Status, frozenset[Firm.Status]] = {
    Firm.Status.APPLIED: frozenset({Firm.Status.ACTIVE, Firm.Status.OFF_BOARDED}),
    Firm.Status.ACTIVE: frozenset({Firm.Status.SUSPENDED, Firm.Status.OFF_BOARDED}),
    Firm.Status.SUSPENDED: frozenset({Firm.Status.ACTIVE, Firm.Status.OFF_BOARDED}),
    Firm.Status.OFF_BOARDED: frozenset(),
}
ACCOUNT_TRANSITIONS: dict[TradingAccount.Status, frozenset[TradingAccount.Status]] = {
    TradingAccount.Status.ACTIVE: frozenset({TradingAccount.Status.SUSPENDED}),
    TradingAccount.Status.SUSPENDED: frozenset({TradingAccount.Status.ACTIVE}),
}


class Tier(models.Model):
    """Limits of a key; 0 means unlimited, except for the batch size, which always has an end."""

    class Lane(models.TextChoices):
        STANDARD = "standard", "Standard"
        COLOCATED = "colocated", "Co-located"

    name = models.CharField(max_length=32, unique=True)
    requests_per_second = models.PositiveIntegerField(default=0)
    request_burst = models.PositiveIntegerField(default=0)
    order_operations_per_second = models.PositiveIntegerField(default=0)
    order_operations_burst = models.PositiveIntegerField(default=0)
    max_batch_size = models.PositiveIntegerField(default=100)
    max_open_orders = models.PositiveIntegerField(default=0)
    max_sessions = models.PositiveIntegerField(default=0)
    min_cancel_on_disconnect_ms = models.PositiveIntegerField(default=1_000)
    lane = models.CharField(max_length=16, choices=Lane, default=Lane.STANDARD)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(requests_per_second=0) | Q(request_burst__gte=1),
                name="tier_request_burst_where_rate",
                violation_error_message="A request rate needs a burst of at least 1.",
            ),
            # A batch that is larger than the burst could never be admitted, however long its sender waits.
            models.CheckConstraint(
                condition=Q(order_operations_per_second=0) | Q(order_operations_burst__gte=F("max_batch_size")),
                name="tier_burst_holds_one_batch",
                violation_error_message="The burst of order operations must hold at least one batch.",
            ),
            models.CheckConstraint(
                condition=Q(max_batch_size__gte=1),
                name="tier_batch_size_positive",
                violation_error_message="The batch size is at least 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColocationProfile(models.Model):
    name = models.CharField(max_length=64, unique=True)
    networks = ArrayField(
        CidrAddressField(), help_text="CIDR, separated by commas. Its keys are admitted from here only."
    )

    class Meta:
        verbose_name = "co-location profile"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    class Algorithm(models.TextChoices):
        HMAC_SHA256 = "hmac-sha256", "HMAC-SHA256"
        ED25519 = "ed25519", "Ed25519"

    key_id = models.CharField(max_length=64, unique=True, editable=False)
    algorithm = models.CharField(max_length=16, choices=Algorithm, default=Algorithm.HMAC_SHA256)
    secret = EncryptedTextField(blank=True, editable=False)
    public_key = models.TextField(blank=True, help_text="Ed25519 only: PEM or base64. Empty: the venue makes the pair.")
    account = models.ForeignKey(TradingAccount, on_delete=models.PROTECT, related_name="api_keys")
    firm_wide = models.BooleanField(default=False, help_text="May read and mass-cancel for all accounts of its firm.")
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope))
    networks = ArrayField(
        CidrAddressField(), default=list, blank=True, help_text="CIDR, separated by commas. Empty: from anywhere."
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="api_keys")
    colocation = models.ForeignKey(
        ColocationProfile, models.PROTECT, "api_keys", verbose_name="co-location", null=True, blank=True
    )
    label = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.CharField(max_length=150, blank=True, editable=False)
    revocation_reason = models.CharField(max_length=200, blank=True, editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Refused until it is unblocked.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.CharField(max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"
        permissions = [("revoke_apikey", "Can revoke API keys")]
        constraints = [
            models.CheckConstraint(
                condition=Q(algorithm="hmac-sha256", public_key="") & ~Q(secret="")
                | Q(algorithm="ed25519", secret="") & ~Q(public_key=""),
                name="api_key_material_matches_algorithm",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id

    def status_at(self, moment: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        if self.blocked_at is not None:
            return "blocked"
        if self.expires_at is not None and self.expires_at <= moment:
            return "expired"
        return "active"


class Session(models.Model):
    """A market maker's session: a key and a name, open until it is closed. Its number marks what was entered by it."""

    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="sessions")
    name = models.CharField(max_length=64, blank=True, help_text="X-MM-Session; empty: the key's unnamed one.")
    account = models.ForeignKey(TradingAccount, on_delete=models.PROTECT, related_name="sessions")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "name"], condition=Q(closed_at=None), name="one_open_session_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.name or 'unnamed'} of {self.key_id}"

    def close(self) -> None:
        """Its name is free for a new session. Whoever remembers its number must be told."""
        self.closed_at = timezone.now()
        self.save(update_fields=["closed_at"])
