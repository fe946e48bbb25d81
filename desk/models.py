"""The desk's own rows: kill switches, and what each market was like minute by minute."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from venue.models import Market, reference


class KillSwitch(models.Model):
    """An emergency stop of a key, an account, a firm, a market or the venue, from its engaging to its lifting. It is
    engaged before anything is done, and confirmed once every engine has answered; a second person lifts it."""

    class Kind(models.TextChoices):
        KEY = "key", "Key"
        ACCOUNT = "account", "Account"
        FIRM = "firm", "Firm"
        MARKET = "market", "Market"
        VENUE = "venue", "Venue"

    kind = models.CharField(max_length=8, choices=Kind)
    subject_id = models.BigIntegerField(default=0, help_text="The row it stops; 0 for the venue.")
    subject = models.CharField(max_length=64, help_text="As it was called then.")
    before = models.JSONField(default=dict, help_text="What lifting brings back.")
    reason = models.CharField(max_length=200)
    engaged_at = models.DateTimeField(default=timezone.now)
    engaged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, help_text="When the engines had confirmed it.")
    cancelled = models.BigIntegerField(default=0, help_text="How many orders and quotes.")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    lift_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "kill switches"
        permissions = [
            ("engage_killswitch", "Can engage a kill switch"),
            ("lift_killswitch", "Can lift a kill switch that somebody else has engaged"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(lifted_at=None), name="one_engaged_switch_a_subject"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_by=F("engaged_by")),
                name="lifted_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Kill switch of {'the venue' if self.kind == self.Kind.VENUE else f'{self.kind} {self.subject}'}"

    @property
    def short(self) -> str:
        """Its subject, of a key the end of its id."""
        return f"key \N{HORIZONTAL ELLIPSIS}{self.subject[-6:]}" if self.kind == self.Kind.KEY else self.subject

    @property
    def state(self) -> str:
        if self.lifted_at:
            return "lifted"
        return "engaged" if self.confirmed_at else "unfinished"


class MarketMinute(models.Model):
    """A market's minute: what traded in it, and its book as it was looked at every few seconds. Prices in ticks, sizes
    in lots; the spread in hundredths of a basis point of the middle."""

    market = reference(Market)
    minute = models.DateTimeField()
    trades = models.IntegerField(default=0)
    volume = models.BigIntegerField(default=0)
    value = models.DecimalField(max_digits=38, decimal_places=0, default=0, help_text="Ticks x lots.")
    maker_fees = models.DecimalField(max_digits=38, decimal_places=0, default=0, help_text="Ticks x lots x ppm.")
    taker_fees = models.DecimalField(max_digits=38, decimal_places=0, default=0, help_text="Negative is a rebate.")
    last_price = models.BigIntegerField(default=0)
    last_trade = models.BigIntegerField(default=0, help_text="The newest trade by the end of the minute.")
    looks = models.IntegerField(default=0, help_text="How often the book was looked at.")
    two_sided = models.IntegerField(default=0, help_text="How often both sides were quoted.")
    spread = models.BigIntegerField(default=0, help_text="The sum over two-sided looks.")
    quotes = models.BigIntegerField(default=0, help_text="Quotes a second, the sum over all looks.")

    class Meta:
        ordering = ["-minute", "market_id"]
        permissions = [("view_board", "Can see the desk's board and pages")]
        constraints = [models.UniqueConstraint(fields=["market", "minute"], name="one_row_a_minute")]
        indexes = [models.Index("minute", name="market_minute")]

    def __str__(self) -> str:
        return f"{self.market_id} at {self.minute:%Y-%m-%d %H:%M}"
