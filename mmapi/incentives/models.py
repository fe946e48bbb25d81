"""Fee programmes and who is in them, the rates they are assigned day by day, the ledger of fees, and statements."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Firm, TradingAccount
from venue.engine.terms import Liquidity, Side
from venue.fields import MillisField
from venue.models import Market, choices, reference

STEEPEST_BPS = Decimal(1_000)
_PPM_OF_BASIS_POINT = 100
_RATE_BOUNDS = [MinValueValidator(-STEEPEST_BPS), MaxValueValidator(STEEPEST_BPS)]


def rate_field(label: str) -> Any:
    return models.DecimalField(
        label,
        max_digits=6,
        decimal_places=2,
        validators=_RATE_BOUNDS,
        help_text="Basis points of the notional; negative is a rebate.",
    )


def volume_field(**options: Any) -> Any:
    """An amount of a quote currency in which every notional is exact."""
    return models.DecimalField(max_digits=38, decimal_places=9, **options)


def fee_field(**options: Any) -> Any:
    """An amount of a quote currency in which every fee is exact: 10^-9 times parts per million."""
    return models.DecimalField(max_digits=38, decimal_places=15, **options)


class FeeSchedule(models.Model):
    """A table of rates by volume."""

    name = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FeeTier(models.Model):
    """What is paid from a volume on. The highest tier whose conditions a member meets is its own."""

    schedule = models.ForeignKey(FeeSchedule, models.CASCADE, related_name="tiers")
    name = models.CharField(max_length=32)
    min_volume = models.DecimalField(
        "from volume",
        max_digits=24,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Maker volume within the programme's window, in its quote currency.",
    )
    min_compliance = models.DecimalField(
        "from compliance",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text="Percent of quote obligations met over the window's whole days; empty: not asked for.",
    )
    maker_bps = rate_field("maker rate")
    taker_bps = rate_field("taker rate")

    class Meta:
        ordering = ["schedule", "min_volume"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "min_volume"], name="one_tier_a_volume"),
            models.UniqueConstraint(fields=["schedule", "name"], name="one_tier_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def maker_ppm(self) -> int:
        return int(self.maker_bps * _PPM_OF_BASIS_POINT)

    @property
    def taker_ppm(self) -> int:
        return int(self.taker_bps * _PPM_OF_BASIS_POINT)


def validate_full_hour(value: time) -> None:
    if value != time(value.hour):
        raise ValidationError("A full hour: volumes are counted by the hour.")


class Programme(models.Model):
    """Which schedule holds in which markets, and when its tiers are set anew each day."""

    name = models.CharField(max_length=64, unique=True)
    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="programmes")
    quote_currency = models.CharField(max_length=16, help_text="Volume is counted in it, in markets that have it.")
    markets = ArrayField(
        models.IntegerField(), blank=True, default=list, help_text="Empty: all markets of the quote currency."
    )
    cut_at = models.TimeField(
        "cut", default=time(0), validators=[validate_full_hour], help_text="UTC; rates change at this time of day."
    )
    window_days = models.PositiveSmallIntegerField(
        "window (days)", default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    active = models.BooleanField(default=True, help_text="Ended, its members pay the markets' own rates after a cut.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)


class Membership(models.Model):
    """An account of a programme, or a firm with all its accounts, whose volume then counts together."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="memberships")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    account = models.ForeignKey(
        TradingAccount, models.PROTECT, related_name="+", null=True, blank=True, help_text="Empty: the whole firm."
    )
    since = models.DateField(help_text="Rates are given at the cut of this day for the first time, if it is to come.")
    until = models.DateField(null=True, blank=True, help_text="At the cut of this day they end.")

    class Meta:
        ordering = ["programme", "firm", "account"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "firm", "account"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="one_membership_a_programme",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account or self.firm} in {self.programme}"

    def clean(self) -> None:
        if self.account is not None and self.account.firm_id != self.firm_id:
            raise ValidationError({"account": "The account is not of this firm."})
        if self.until is not None and self.since is not None and self.until < self.since:
            raise ValidationError({"until": "A membership ends after it began."})

    def holds_at(self, cut: datetime) -> bool:
        """Whether the cut gives it rates."""
        day = cut.date()
        return self.programme.active and self.since <= day and (self.until is None or day < self.until)

    def accounts(self) -> models.QuerySet[TradingAccount]:
        if self.account_id is not None:
            return TradingAccount.objects.filter(pk=self.account_id)
        return TradingAccount.objects.filter(firm_id=self.firm_id)


class Assignment(models.Model):
    """The rates of a member from a cut on, announced the day before, and what they follow from. Without rates: the
    markets' own."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="assignments")
    effective_from = models.DateTimeField()
    tier = models.CharField(max_length=32, blank=True)
    min_volume = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    maker_ppm = models.IntegerField(null=True)
    taker_ppm = models.IntegerField(null=True)
    markets = ArrayField(models.IntegerField())
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    volume = volume_field(help_text="Maker volume within the window.")
    compliance = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="Percent.")
    changes = models.BooleanField(help_text="Not the same as the one before it.")
    announced_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, help_text="When the matcher had confirmed the rates.")

    class Meta:
        ordering = ["-effective_from", "membership"]
        constraints = [models.UniqueConstraint(fields=["membership", "effective_from"], name="one_assignment_a_cut")]
        indexes = [models.Index(fields=["-effective_from", "membership"], name="assignment_newest")]

    def __str__(self) -> str:
        return f"{self.tier or 'no tier'} from {self.effective_from:%Y-%m-%d %H:%M}"


class LedgerAccount(models.Model):
    """An account of the ledger: what a trading account owes and is owed, or the venue's fees and rebates, each of one
    currency. Debits and credits only grow."""

    class Kind(models.TextChoices):
        MEMBER = "member", "Member"
        FEES = "fees", "Fees earned"
        REBATES = "rebates", "Rebates granted"

    kind = models.CharField(max_length=8, choices=Kind)
    account = reference(TradingAccount, null=True)
    currency = models.CharField(max_length=16)
    debits = fee_field(default=0)
    credits = fee_field(default=0)

    class Meta:
        ordering = ["currency", "kind", "account"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "account", "currency"], nulls_distinct=False, name="one_ledger_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id or self.get_kind_display()} ({self.currency})"


class LedgerEntry(models.Model):
    """One fill's fee, from the account that is debited to the one that is credited. The id is its report's."""

    id = models.BigIntegerField(primary_key=True)
    account = reference(TradingAccount)
    firm = reference(Firm)
    market = reference(Market)
    trade_id = models.BigIntegerField()
    side = models.PositiveSmallIntegerField(choices=choices(*Side))
    liquidity = models.PositiveSmallIntegerField(choices=choices(*Liquidity))
    price = models.BigIntegerField(help_text="In ticks.")
    size = models.BigIntegerField(help_text="In lots.")
    rate_ppm = models.BigIntegerField(help_text="In force when it traded.")
    currency = models.CharField(max_length=16)
    amount = fee_field()
    debit = reference(LedgerAccount)
    credit = reference(LedgerAccount)
    executed_at = MillisField()

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["-id"]
        indexes = [models.Index("account", "executed_at", "id", name="ledger_account_time")]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="ledger_amount_is_no_debt")]

    def __str__(self) -> str:
        return f"fee of trade {self.trade_id:012x}"


class LedgerPlace(models.Model):
    """How far a shard's reports are in the ledger."""

    shard = models.PositiveSmallIntegerField(primary_key=True)
    report = models.BigIntegerField(default=0)
    complete_before = MillisField(default=0, help_text="Every fill before this moment is in the ledger.")

    def __str__(self) -> str:
        return f"ledger of shard {self.shard}"


class HourTotal(models.Model):
    """What an account did in a market within an hour: volumes, fees and rebates, kept with the ledger's entries."""

    account = reference(TradingAccount)
    firm = reference(Firm)
    market = reference(Market)
    currency = models.CharField(max_length=16)
    hour = models.BigIntegerField(help_text="Hours since the Unix epoch.")
    fills = models.BigIntegerField()
    maker_volume = volume_field()
    taker_volume = volume_field()
    fees = fee_field()
    rebates = fee_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "market", "hour"], name="one_total_an_hour")]

    def __str__(self) -> str:
        return f"hour {self.hour} of account {self.account_id} in {self.market_id}"


class Statement(models.Model):
    """A month of an account or of a firm, as it was issued. It never changes: a correction is another version."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    account = models.ForeignKey(TradingAccount, models.PROTECT, related_name="+", null=True, blank=True)
    month = models.DateField(help_text="Its first day.")
    version = models.PositiveSmallIntegerField(default=1)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it corrects the version before it.")
    fills = models.BigIntegerField()
    totals = models.JSONField(help_text="By currency; exact decimals as text.")
    lines = models.BinaryField(help_text="The fills as CSV, compressed.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the fills as CSV.")

    class Meta:
        ordering = ["-month", "firm", "account", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "account", "month", "version"], nulls_distinct=False, name="one_statement_a_version"
            )
        ]
        permissions = [("issue_statement", "Can issue statements"), ("view_volume_report", "Can see volume reports")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it is quoted: month, whose, and which version."""
        return f"{self.month:%Y-%m}/{self.account or self.firm}/{self.version}"
