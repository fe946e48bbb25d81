"""The rows of the Market Maker API."""

from django.db import models

from accounts.models import Firm, TradingAccount
from mmapi.incentives.models import (
    Assignment,
    FeeSchedule,
    FeeTier,
    HourTotal,
    LedgerAccount,
    LedgerEntry,
    LedgerPlace,
    Membership,
    Programme,
    Statement,
)
from mmapi.obligations.models import (
    DeclaredState,
    ObligationCourse,
    ObligationDay,
    ObligationInterval,
    ObligationMembership,
    ObligationPlace,
    ObligationProgramme,
    ObligationTerms,
)
from venue.fields import MillisField
from venue.models import reference

__all__ = [
    "AccountLocks",
    "Assignment",
    "ClientBatch",
    "Consumer",
    "DeclaredState",
    "FeeSchedule",
    "FeeTier",
    "HourTotal",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerPlace",
    "Membership",
    "ObligationCourse",
    "ObligationDay",
    "ObligationInterval",
    "ObligationMembership",
    "ObligationPlace",
    "ObligationProgramme",
    "ObligationTerms",
    "Programme",
    "Statement",
]


class AccountLocks(models.Model):
    """What an account may not enter after mass cancels with a lock, of one shard; the matcher alone writes it."""

    shard = models.PositiveSmallIntegerField()
    account = reference(TradingAccount)
    firm = reference(Firm)
    locks = models.JSONField(help_text="[[until, market, kind, side, session], …]; 0 matches anything.")

    class Meta:
        verbose_name_plural = "account locks"
        constraints = [models.UniqueConstraint(fields=["shard", "account"], name="one_locks_a_shard")]

    def __str__(self) -> str:
        return f"locks of account {self.account_id}"


class ClientBatch(models.Model):
    """A batch that came with a client id: its retries are answered by it, and receipts find its command. The matcher
    alone writes it; a dry run, and another batch under the same id, leave none."""

    id = models.BigIntegerField(primary_key=True, help_text="That of its command.")
    account = reference(TradingAccount)
    firm = reference(Firm)
    client_batch_id = models.CharField(max_length=64)
    digest = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "client batches"
        indexes = [
            models.Index("account", "client_batch_id", name="batch_client_id"),
            models.Index("account", "id", name="batch_account"),
        ]

    def __str__(self) -> str:
        return f"batch {self.client_batch_id}"


class Consumer(models.Model):
    """A drop-copy consumer of a firm by its name, and the last report of a shard that it has acknowledged."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    shard = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)
    acked = models.BigIntegerField(default=0)
    acked_at = MillisField(default=0)

    class Meta:
        ordering = ["firm", "shard", "name"]
        constraints = [models.UniqueConstraint(fields=["firm", "shard", "name"], name="one_mark_a_consumer")]

    def __str__(self) -> str:
        return f"{self.name} of {self.firm_id}, shard {self.shard}"
