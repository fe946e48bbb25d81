"""The rows of two-sided quotes; the matcher's journal alone writes them, in ticks, lots and epoch milliseconds."""

from django.db import models

from accounts.models import Firm, TradingAccount
from venue.engine import terms
from venue.fields import MillisField
from venue.models import Market, choices, reference


class Quote(models.Model):
    id = models.BigIntegerField(primary_key=True)
    market = reference(Market)
    account = reference(TradingAccount)
    firm = reference(Firm)
    client_id = models.CharField(max_length=64, blank=True)
    digest = models.BigIntegerField()
    bid_price = models.BigIntegerField()
    bid_size = models.BigIntegerField()
    bid_filled = models.BigIntegerField()
    bid_priority = models.BigIntegerField()
    ask_price = models.BigIntegerField()
    ask_size = models.BigIntegerField()
    ask_filled = models.BigIntegerField()
    ask_priority = models.BigIntegerField()
    status = models.PositiveSmallIntegerField(choices=choices(*terms.OrdStatus))
    reason = models.PositiveSmallIntegerField(help_text="Why it was canceled.")
    valid_for_ms = models.BigIntegerField()
    expires_at = MillisField()
    created_at = MillisField()
    created_sequence = models.BigIntegerField()
    session = models.BigIntegerField(default=0, help_text="The market-making session it came by; 0: none.")
    updated_at = MillisField()
    closed_sequence = models.BigIntegerField(default=0, help_text="The command that closed it; 0 while it is open.")
    metadata = models.TextField(blank=True, help_text="The client's own JSON.")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index("account", "status", "id", name="quote_account_status"),
            models.Index("account", "id", name="quote_account"),
            models.Index("account", "client_id", condition=~models.Q(client_id=""), name="quote_client_id"),
            models.Index("id", condition=models.Q(status__in=[0, 1]), name="quote_open"),
            models.Index(
                "account",
                "closed_sequence",
                condition=models.Q(closed_sequence__gt=0) & ~models.Q(client_id=""),
                name="quote_closed_client_id",
            ),
        ]

    def __str__(self) -> str:
        return f"quote {self.pk:012x}"
