"""What the market maker's door remembers by itself."""

from django.db import models

from accounts.models import Firm
from venue.fields import MillisField


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
