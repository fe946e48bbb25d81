"""The rows of quote obligations: what operations set, and what the follower has worked out from the journal."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Firm, TradingAccount
from mmapi.obligations.integration.terms import Condition, Standing
from venue.fields import MillisField
from venue.models import Market, choices, reference

OPEN_ENDED: Final = 0  # of an end that is not set


class ObligationProgramme(models.Model):
    """What makers owe in one market; its terms, states and members are rows of their own."""

    market = models.OneToOneField(Market, models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        ordering = ["market"]
        permissions = [
            ("declare_state", "Can declare and end states of a market"),
            ("manage_members", "Can have accounts join and leave a programme"),
        ]

    def __str__(self) -> str:
        return f"obligations in {self.market}"


class ObligationTerms(models.Model):
    """One version of a programme's terms; it holds until the next one and never changes."""

    programme = models.ForeignKey(ObligationProgramme, models.PROTECT, related_name="terms")
    effective_from = MillisField()
    opens = models.PositiveSmallIntegerField(help_text="Minutes of the local day.")
    closes = models.PositiveSmallIntegerField(help_text="Minutes; no later than it opens: on the day after.")
    days = ArrayField(models.PositiveSmallIntegerField(), help_text="ISO: 1 is Monday.")
    time_zone = models.CharField(max_length=64)
    normal_presence = models.IntegerField(help_text="Basis points of the trading hours.")
    normal_spread = models.IntegerField(help_text="Hundredths of a basis point.")
    normal_size = models.BigIntegerField(help_text="In lots, each side.")
    normal_ratio = models.IntegerField(help_text="Of the larger to the smaller side, in hundredths.")
    stressed_presence = models.IntegerField()
    stressed_spread = models.IntegerField()
    stressed_size = models.BigIntegerField()
    stressed_ratio = models.IntegerField()
    set_at = MillisField()
    set_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "obligation terms"
        ordering = ["programme", "effective_from"]
        constraints = [models.UniqueConstraint(fields=["programme", "effective_from"], name="one_terms_a_moment")]

    def __str__(self) -> str:
        return f"terms {self.pk}"


class DeclaredState(models.Model):
    """A market's stressed or exceptional state. It ends at `planned_end` (0: open-ended), or before, at `ended_at`."""

    programme = models.ForeignKey(ObligationProgramme, models.PROTECT, related_name="states")
    condition = models.PositiveSmallIntegerField(choices=choices(Condition.STRESSED, Condition.EXCEPTIONAL))
    reason = models.CharField(max_length=200)
    starts_at = MillisField()
    planned_end = MillisField(default=OPEN_ENDED)
    declared_at = MillisField()
    declared_by = models.CharField(max_length=150)
    ended_at = MillisField(default=OPEN_ENDED, help_text="Ended by hand.")
    ended_by = models.CharField(max_length=150, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return f"{Condition(self.condition).name.lower()} state of {self.programme.market}"


class ObligationMembership(models.Model):
    """An account's time in a programme; who joins anew has another row."""

    programme = models.ForeignKey(ObligationProgramme, models.PROTECT, related_name="members")
    account = models.ForeignKey(TradingAccount, models.PROTECT, related_name="+")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    joined_at = MillisField()
    joined_by = models.CharField(max_length=150)
    left_at = MillisField(default=OPEN_ENDED)
    left_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["programme", "account", "joined_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "account"], condition=models.Q(left_at=OPEN_ENDED), name="one_open_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} in the {self.programme}"


class ObligationPlace(models.Model):
    """How far a shard's journal was followed. Whoever writes figures or changes what is asked holds this row; `version`
    rises with each change that the follower did not make itself, `settings` with what is asked."""

    shard = models.PositiveSmallIntegerField(primary_key=True)
    sequence = models.BigIntegerField(default=0, help_text="Of the last command.")
    report = models.BigIntegerField(default=0, help_text="Number of the last report.")
    until = MillisField(default=0, help_text="What happened before is in the figures.")
    version = models.BigIntegerField(default=0)
    settings = models.BigIntegerField(default=0)
    circumstances = models.BinaryField(default=b"", help_text="Halts, protections and silences as msgpack.")

    def __str__(self) -> str:
        return f"obligations of shard {self.shard}"


class ObligationCourse(models.Model):
    """An account in a market as of the follower's place: what it has resting, and, of a member, how it stands, since
    when, and the sums of the days that may still change."""

    shard = models.PositiveSmallIntegerField()
    account = reference(TradingAccount)
    market = reference(Market)
    at = MillisField(default=0)
    standing = models.PositiveSmallIntegerField(choices=choices(*Standing), default=int(Standing.NOT_OBLIGED))
    since = MillisField(default=0)
    memory = models.BinaryField(default=b"", help_text="The rest of the course as msgpack; empty: no member.")
    legs = models.BinaryField(default=b"", help_text="Legs as msgpack.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "market"], name="one_course_a_market")]
        indexes = [models.Index("shard", name="course_shard")]

    def __str__(self) -> str:
        return f"course of account {self.account_id} in {self.market_id}"


class ObligationDay(models.Model):
    """The sums of an account's day in a market, in ms. Products with ms are exact: `required` in basis points x ms,
    `spread` in millionths of a basis point x ms, sizes in lots x ms."""

    account = reference(TradingAccount)
    market = reference(Market)
    day = models.DateField()
    compliant = models.BigIntegerField()
    no_quote = models.BigIntegerField()
    one_sided = models.BigIntegerField()
    too_wide = models.BigIntegerField()
    too_small = models.BigIntegerField()
    size_ratio = models.BigIntegerField()
    protection_frozen = models.BigIntegerField()
    disconnected = models.BigIntegerField()
    halted = models.BigIntegerField()
    exceptional = models.BigIntegerField()
    required = models.BigIntegerField()
    quoted = models.BigIntegerField(help_text="While both sides reached the least size.")
    spread = models.DecimalField(max_digits=40, decimal_places=0)
    bid = models.DecimalField(max_digits=40, decimal_places=0)
    ask = models.DecimalField(max_digits=40, decimal_places=0)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["account", "market", "day"], name="one_obligation_a_day")]
        indexes = [models.Index("market", "day", name="obligation_day_market")]

    def __str__(self) -> str:
        return f"{self.day} of account {self.account_id} in {self.market_id}"


class ObligationInterval(models.Model):
    """A time of one day in which an account stood in one way; neighbours differ."""

    account = reference(TradingAccount)
    market = reference(Market)
    day = models.DateField()
    starts_at = MillisField()
    ends_at = MillisField()
    standing = models.PositiveSmallIntegerField(choices=choices(*Standing))

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["account", "market", "starts_at"], name="one_interval_a_moment")]
        indexes = [models.Index("market", "day", "account", "starts_at", name="obligation_interval_day")]

    def __str__(self) -> str:
        return f"{Standing(self.standing).name.lower()} from {self.starts_at}"
