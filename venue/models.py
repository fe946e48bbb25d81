"""The market's rows. The matcher's journal alone writes them, in ticks, lots and epoch milliseconds; foreign keys
carry no constraint, since the engine knows what it refers to and a check per row would cost more than the row."""

from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Firm, TradingAccount
from venue.engine import terms
from venue.fields import MillisField


def choices(*members: Any) -> list[tuple[int, str]]:
    return [(int(member), member.name.replace("_", " ").lower()) for member in members]


def reference(to: Any, **options: Any) -> Any:
    """A foreign key without constraint or index of its own."""
    return models.ForeignKey(to, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", **options)


JOURNAL_BITS: Final = 44


def journal_id(shard: int, number: int) -> int:
    """The row id of a shard's n-th command or report: ordered within the shard, unique over all."""
    return shard << JOURNAL_BITS | number


def journal_place(row_id: int) -> tuple[int, int]:
    """The shard, and the number within it."""
    return row_id >> JOURNAL_BITS, row_id & (1 << JOURNAL_BITS) - 1


class Shard(models.Model):
    """One matcher's share of the markets: how far its journal has come, and who may write it."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    epoch = models.BigIntegerField(default=0, help_text="Raised by each take-over; an older leader cannot commit.")
    sequence = models.BigIntegerField(default=0, help_text="Commands applied.")
    reports = models.BigIntegerField(default=0, help_text="Execution reports written.")
    applied_at = MillisField(default=0)
    inbox_id = models.CharField(max_length=40, default="0-0", help_text="The last inbox entry taken.")
    fast_inbox_id = models.CharField(max_length=40, default="0-0", help_text="The last one of the fast lane.")

    def __str__(self) -> str:
        return f"shard {self.number}"


class Market(models.Model):
    number = models.PositiveSmallIntegerField(primary_key=True)
    symbol = models.CharField(max_length=32, unique=True)
    base_asset = models.CharField(max_length=16)
    quote_currency = models.CharField(max_length=16)
    tick_size = models.DecimalField(max_digits=24, decimal_places=12)
    lot_size = models.DecimalField(max_digits=24, decimal_places=12)
    value_scale = models.BigIntegerField(help_text="One lot at one tick, in 10^-9 of the quote currency.")
    shard = models.PositiveSmallIntegerField()
    is_asset_default = models.BooleanField(default=True)
    status = models.PositiveSmallIntegerField(choices=choices(*terms.MarketStatus))
    status_reason = models.CharField(max_length=200, blank=True)
    band_bps = models.IntegerField("band (bps)")
    max_order_size = models.BigIntegerField(help_text="In lots; 0 is no limit.")
    min_notional = models.BigIntegerField(help_text="In 10^-9 of the quote currency.")
    max_notional = models.BigIntegerField(help_text="In 10^-9 of the quote currency; 0 is no limit.")
    max_position = models.BigIntegerField(help_text="In lots; 0 is no limit.")
    maker_fee_ppm = models.IntegerField(help_text="Parts per million of the notional; negative is a rebate.")
    taker_fee_ppm = models.IntegerField(help_text="Parts per million of the notional.")
    reference_source = models.PositiveSmallIntegerField(choices=choices(*terms.ReferenceSource))
    reference_max_age_ms = models.BigIntegerField(help_text="0 is no limit.")
    reference_price = models.BigIntegerField(help_text="In ticks.")
    reference_at = MillisField()
    last_price = models.BigIntegerField(default=0, help_text="In ticks.")
    last_id = models.BigIntegerField(help_text="The last id given to an order, quote or trade.")

    class Meta:
        ordering = ["number"]
        permissions = [
            ("operate_market", "Can halt, resume and close markets and make them post-only"),
            ("move_reference", "Can move reference prices"),
            ("configure_market", "Can set the rules of markets"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["base_asset"], condition=models.Q(is_asset_default=True), name="one_default_market_an_asset"
            )
        ]

    def __str__(self) -> str:
        return self.symbol

    def price(self, ticks: int) -> Decimal:
        return ticks * self.tick_size

    def size(self, lots: int) -> Decimal:
        return lots * self.lot_size


class Entered(models.Model):
    """What orders and quotes have in common: whose they are, how they stand, and by which commands."""

    id = models.BigIntegerField(primary_key=True)
    market = reference(Market)
    account = reference(TradingAccount)
    firm = reference(Firm)
    client_id = models.CharField(max_length=64, blank=True)
    digest = models.BigIntegerField()
    status = models.SmallIntegerField(choices=choices(*terms.OrdStatus))
    expires_at = MillisField()
    created_at = MillisField()
    created_sequence = models.BigIntegerField()
    session = models.BigIntegerField(default=0, help_text="The market-making session it came by; 0: none.")
    updated_at = MillisField()
    closed_sequence = models.BigIntegerField(default=0, help_text="The command that closed it; 0 while it is open.")
    last_report_id = models.BigIntegerField(db_default=0, help_text="0 of one that was rejected.")

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [
            models.Index("account", "status", "id", name="%(class)s_account_status"),
            models.Index("account", "id", name="%(class)s_account"),
            models.Index("account", "client_id", condition=~models.Q(client_id=""), name="%(class)s_client_id"),
            models.Index("id", condition=models.Q(status__in=[0, 1]), name="%(class)s_open"),
            models.Index(
                "account",
                "closed_sequence",
                condition=models.Q(closed_sequence__gt=0) & ~models.Q(client_id=""),
                name="%(class)s_closed_client_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk:012x}"


class Order(Entered):
    side = models.SmallIntegerField(choices=choices(*terms.Side))
    type = models.SmallIntegerField(choices=choices(*terms.OrderType))
    price = models.BigIntegerField()
    size = models.BigIntegerField()
    filled = models.BigIntegerField()
    filled_value = models.BigIntegerField(help_text="Ticks x lots over all fills.")
    priority = models.BigIntegerField()
    reason = models.SmallIntegerField(help_text="Why it was canceled or rejected.")
    time_in_force = models.SmallIntegerField(choices=choices(*terms.TimeInForce))
    post_only = models.BooleanField()
    self_trade_prevention = models.SmallIntegerField(choices=choices(*terms.SelfTradePrevention))


class Trade(models.Model):
    """Two parties' trade. Its id orders trades within the market; fees are ticks x lots x ppm."""

    id = models.BigIntegerField(primary_key=True)
    market = reference(Market)
    price = models.BigIntegerField()
    size = models.BigIntegerField()
    aggressor_side = models.SmallIntegerField(choices=choices(*terms.Side))
    sequence = models.BigIntegerField()
    executed_at = MillisField()
    maker_kind = models.SmallIntegerField(choices=choices(*terms.Kind))
    maker_entity_id = models.BigIntegerField(db_index=True)
    maker_account = reference(TradingAccount)
    maker_firm = reference(Firm)
    maker_client_id = models.CharField(max_length=64, blank=True)
    maker_fee = models.BigIntegerField()
    taker_kind = models.SmallIntegerField(choices=choices(*terms.Kind))
    taker_entity_id = models.BigIntegerField(db_index=True)
    taker_account = reference(TradingAccount)
    taker_firm = reference(Firm)
    taker_client_id = models.CharField(max_length=64, blank=True)
    taker_fee = models.BigIntegerField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index("maker_account", "executed_at", "id", name="trade_maker"),
            models.Index("taker_account", "executed_at", "id", name="trade_taker"),
        ]

    def __str__(self) -> str:
        return f"trade {self.pk:012x}"


class Position(models.Model):
    account = reference(TradingAccount)
    firm = reference(Firm)
    market = reference(Market)
    net = models.BigIntegerField(default=0, help_text="In lots; negative is short.")
    cost = models.BigIntegerField(default=0, help_text="Bought less sold, in ticks x lots.")
    last_price = models.BigIntegerField(default=0, help_text="In ticks, of the last fill.")
    max_position = models.BigIntegerField(default=0, help_text="In lots; 0: the market's own limit.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "market"], name="one_position_a_market")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.market_id}: {self.net}"


class AccountLimits(models.Model):
    """What a shard's engine knows of an account: risk limits and standing."""

    shard = models.PositiveSmallIntegerField()
    account = reference(TradingAccount)
    firm = reference(Firm)
    max_open_orders = models.BigIntegerField(default=0, help_text="0 is no limit.")
    max_exposure = models.BigIntegerField(default=0, help_text="In 10^-9 of the quote currency; 0 is no limit.")
    suspended = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "account limits"
        constraints = [models.UniqueConstraint(fields=["shard", "account"], name="one_limits_a_shard")]

    def __str__(self) -> str:
        return f"limits of account {self.account_id}"


class FeeRates(models.Model):
    """What an account pays in a market instead of the market's own rates."""

    account = reference(TradingAccount)
    firm = reference(Firm)
    market = reference(Market)
    maker_ppm = models.BigIntegerField(help_text="Parts per million of the notional; negative is a rebate.")
    taker_ppm = models.BigIntegerField(help_text="Parts per million of the notional; negative is a rebate.")
    sequence = models.BigIntegerField(help_text="Of the command that set them.")
    since = MillisField()

    class Meta:
        verbose_name_plural = "fee rates"
        constraints = [models.UniqueConstraint(fields=["account", "market"], name="one_fee_rates_a_market")]

    def __str__(self) -> str:
        return f"fee rates of account {self.account_id} in {self.market_id}"


class FirmStanding(models.Model):
    """Whether a shard's engine refuses a firm."""

    shard = models.PositiveSmallIntegerField()
    firm = reference(Firm)
    suspended = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shard", "firm"], name="one_standing_a_shard")]

    def __str__(self) -> str:
        return f"standing of firm {self.firm_id}"


class Disconnect(models.Model):
    """A setting of cancel-on-disconnect as a shard's engine has it. Times are those of Redis' clock."""

    shard = models.PositiveSmallIntegerField()
    session = models.BigIntegerField()
    scope = models.PositiveSmallIntegerField(choices=choices(*terms.DisconnectScope))
    market_id = models.PositiveSmallIntegerField(help_text="0: not of one market.")
    account = reference(TradingAccount)
    firm = reference(Firm)
    timeout_ms = models.BigIntegerField()
    lock = models.BooleanField(help_text="A firing refuses the scope until it is unlocked.")
    armed_at = MillisField()
    fired_at = MillisField(help_text="The last deadline that passed; later than armed_at: not armed since.")
    locked = models.BooleanField()
    key_id = models.CharField(max_length=64)
    session_name = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shard", "session", "scope", "market_id"], name="one_disconnect_a_scope")
        ]

    def __str__(self) -> str:
        return f"cancel-on-disconnect of session {self.session}"


class DisconnectFiring(models.Model):
    """The receipt of a firing. `id` is the shard and the sequence of the command that cancelled."""

    id = models.BigIntegerField(primary_key=True)
    session = models.BigIntegerField()
    scope = models.PositiveSmallIntegerField(choices=choices(*terms.DisconnectScope))
    market_id = models.PositiveSmallIntegerField(help_text="0: not of one market.")
    account = reference(TradingAccount)
    firm = reference(Firm)
    deadline = MillisField()
    detected_at = MillisField()
    cancelled_at = MillisField()
    cancelled = models.BigIntegerField(help_text="How many orders and quotes.")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index("session", "deadline", name="firing_of_session")]

    def __str__(self) -> str:
        return f"firing of session {self.session}"


class Protection(models.Model):
    """An account's market-maker protection of one market, or of a group of markets: its terms and its freeze.
    Quantities are lots, notional 10^-9 of the quote currency; 0 is no limit."""

    shard = models.PositiveSmallIntegerField()
    account = reference(TradingAccount)
    firm = reference(Firm)
    group = models.CharField(max_length=32, blank=True, help_text="Without a name it is the protection of one market.")
    market = reference(Market)
    markets = ArrayField(models.IntegerField())
    window_ms = models.BigIntegerField()
    frozen_ms = models.BigIntegerField(help_text="0: until it is reset.")
    gross_quantity = models.BigIntegerField()
    net_quantity = models.BigIntegerField()
    notional = models.BigIntegerField()
    trade_count = models.BigIntegerField()
    include_orders = models.BooleanField()
    frozen_until = models.BigIntegerField(default=0)
    counted_from = models.BigIntegerField(help_text="The command that configured or reset it.")
    last_trigger = models.BigIntegerField(default=0, help_text="0: none yet.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "shard", "group", "market"], name="one_protection_a_name")
        ]

    def __str__(self) -> str:
        return f"protection {self.group or self.market_id} of account {self.account_id}"


class ProtectionTrigger(models.Model):
    """A fill that brought a protection to a limit. The id is the trade's. The freeze ended at `frozen_until`, or before
    that, when it was reset or removed, at `ended_at`."""

    id = models.BigIntegerField(primary_key=True)
    shard = models.PositiveSmallIntegerField()
    account = reference(TradingAccount)
    firm = reference(Firm)
    group = models.CharField(max_length=32, blank=True)
    market = reference(Market)
    markets = ArrayField(models.IntegerField(), help_text="All that were frozen.")
    cause = models.PositiveSmallIntegerField(choices=choices(*terms.ProtectionLimit))
    limit = models.BigIntegerField()
    observed = models.BigIntegerField()
    window_ms = models.BigIntegerField()
    triggered_at = MillisField()
    frozen_until = models.BigIntegerField()
    ended_at = MillisField(default=0)

    class Meta:
        indexes = [models.Index("account", "triggered_at", "id", name="protection_trigger_account")]

    def __str__(self) -> str:
        return f"protection of account {self.account_id} triggered by trade {self.pk:012x}"


class Command(models.Model):
    """The journal of what was asked, as it was stamped and applied. `id` is the shard and its sequence."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=32)
    account_id = models.BigIntegerField(help_text="0 for a command of operations.")
    key_id = models.CharField(max_length=64, blank=True)
    received_at = MillisField()
    applied_at = MillisField()
    committed_at = MillisField(db_default=0, help_text="When the commit that made it durable was begun.")
    payload = models.BinaryField(help_text="The command as msgpack.")
    reply = models.BinaryField(help_text="The first answer, kept where a client id may ask for it again.")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        shard, number = journal_place(self.pk)
        return f"{self.name}, command {number} of shard {shard}"


class ExecutionReport(models.Model):
    """The journal of what happened, in FIX words. Of a two-sided quote `side` is 0 and the plain columns are the
    bid's. `firm_sequence` counts a firm's reports of a shard without a gap."""

    id = models.BigIntegerField(primary_key=True)
    previous_id = models.BigIntegerField(
        db_default=0, help_text="The report before it of the same order or quote; 0 of the first, and of a refusal."
    )
    sequence = models.BigIntegerField(help_text="Of the command that caused it.")
    firm = reference(Firm)
    firm_sequence = models.BigIntegerField()
    account = reference(TradingAccount)
    market = reference(Market)
    kind = models.SmallIntegerField(choices=choices(*terms.Kind))
    entity_id = models.BigIntegerField(help_text="Of the order or quote; 0 for one that was refused at the door.")
    client_id = models.CharField(max_length=64, blank=True)
    exec_type = models.SmallIntegerField(choices=choices(*terms.ExecType))
    ord_status = models.SmallIntegerField(choices=choices(*terms.OrdStatus))
    reason = models.SmallIntegerField(help_text="Why it was canceled or rejected.")
    side = models.SmallIntegerField(choices=[(0, "two-sided"), *choices(*terms.Side)])
    price = models.BigIntegerField()
    size = models.BigIntegerField()
    filled = models.BigIntegerField("cum qty")
    leaves = models.BigIntegerField("leaves qty")
    ask_price = models.BigIntegerField()
    ask_size = models.BigIntegerField()
    ask_filled = models.BigIntegerField()
    ask_leaves = models.BigIntegerField()
    last_price = models.BigIntegerField("last px")
    last_size = models.BigIntegerField("last qty")
    trade_id = models.BigIntegerField()
    liquidity = models.SmallIntegerField(choices=[(0, "-"), *choices(*terms.Liquidity)])
    fee = models.BigIntegerField(help_text="Ticks x lots x ppm.")
    rule_limit = models.BigIntegerField(help_text="Of the rule that rejected it.")
    observed = models.BigIntegerField(help_text="What that rule saw.")
    transact_time = MillisField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index("firm", "firm_sequence", name="report_firm_sequence"),
            # All others of an order or quote are in its chain.
            models.Index(
                "entity_id",
                "id",
                condition=models.Q(entity_id__gt=0, exec_type=terms.ExecType.REJECTED.value),
                name="report_refused_entity",
            ),
            # Rejected, expired, triggered: what staff look for among the many.
            models.Index("exec_type", "id", condition=models.Q(exec_type__in=[8, 12, 21]), name="report_seldom"),
            models.Index(
                "account",
                "client_id",
                condition=models.Q(entity_id=0) & ~models.Q(client_id=""),
                name="report_refused_client_id",
            ),
        ]

    def __str__(self) -> str:
        shard, number = journal_place(self.pk)
        return f"report {number} of shard {shard}"
