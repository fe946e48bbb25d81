"""The rows of two-sided quotes; the matcher's journal alone writes them, in ticks, lots and epoch milliseconds."""

from django.db import models

from venue.models import Entered


class Quote(Entered):
    bid_price = models.BigIntegerField()
    bid_size = models.BigIntegerField()
    bid_filled = models.BigIntegerField()
    bid_priority = models.BigIntegerField()
    ask_price = models.BigIntegerField()
    ask_size = models.BigIntegerField()
    ask_filled = models.BigIntegerField()
    ask_priority = models.BigIntegerField()
    reason = models.SmallIntegerField(help_text="Why it was canceled.")
    valid_for_ms = models.BigIntegerField()
    metadata = models.TextField(blank=True, help_text="The client's own JSON.")
