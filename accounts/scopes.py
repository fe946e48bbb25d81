"""What a key may do."""

from django.db import models


class Scope(models.TextChoices):
    READ = "READ", "Read"
    MARKET_MAKING = "MARKET_MAKING", "Market making"
    TRADE = "TRADE", "Trade"
    DROP_COPY = "DROP_COPY", "Drop copy"
