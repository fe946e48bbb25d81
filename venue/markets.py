"""Markets as the doors need them: terms in memory, decimals to ticks and lots and back, and what ops do to them."""

import threading
import time
from decimal import Context, Decimal, Inexact
from functools import cache
from typing import Any, Final, NamedTuple

from accounts.refusals import Refusal
from venue import gateway
from venue.engine import commands
from venue.engine.events import CommandRejected
from venue.engine.rejects import RejectCode
from venue.engine.terms import CancelReason, MarketStatus, market_of
from venue.gateway import Outcome
from venue.holds import Holdable, refuse_release
from venue.models import Market
from venue.replies import Applied, cancelled_by

LARGEST: Final = 10**15  # ticks or lots: products of two still fit what the engine computes with
_RELOAD_INTERVAL: Final = 1.0  # seconds between two looks for a market that is not known
_EXACT: Final = Context(prec=40, traps=[Inexact])
_WIDE: Final = Context(prec=40)
_STALE_AFTER: Final = 10.0  # seconds after which the list of shards is read again


class Terms(NamedTuple):
    """What never changes about a market."""

    number: int
    symbol: str
    base_asset: str
    quote_currency: str
    tick_size: Decimal
    lot_size: Decimal
    shard: int
    is_asset_default: bool

    def price(self, ticks: int) -> Decimal:
        return ticks * self.tick_size

    def size(self, lots: int) -> Decimal:
        return lots * self.lot_size

    def notional(self, ticks_lots: int) -> Decimal:
        return ticks_lots * self.tick_size * self.lot_size

    def fee(self, units: int) -> Decimal:
        """Ticks x lots x ppm as an amount of the quote currency."""
        return self.notional(units).scaleb(-6)


class OffGrid(ValueError):
    """A price that is no multiple of the tick, or a size that is none of the lot; `below` and `above` are."""

    def __init__(self, step: Decimal, below: Decimal, above: Decimal) -> None:
        super().__init__()
        self.step, self.below, self.above = step, below, above


class TooLarge(ValueError):
    """A number beyond what the venue computes with."""


def to_units(value: Decimal, step: Decimal) -> int:
    """How many steps (ticks or lots) a positive decimal is, exactly; raises `OffGrid` or `TooLarge`."""
    try:
        units = _EXACT.multiply(value, _steps_in_one(step))
        whole = int(units)
        if units == whole and whole <= LARGEST:
            return whole
    except Inexact:
        pass
    return _explained(value, step)


@cache
def _steps_in_one(step: Decimal) -> Decimal:
    """1 / step, which is a whole number for every common step; where it is not, multiplying by it is inexact."""
    return _WIDE.divide(Decimal(1), step)


def _explained(value: Decimal, step: Decimal) -> int:
    """The slow way, for a value that is off the grid or too large, or a step that no multiplication finds."""
    if value > LARGEST * step:
        raise TooLarge
    whole, rest = divmod(value, step)
    if rest:
        raise OffGrid(step, whole * step, (whole + 1) * step)
    return int(whole)


class _Directory:
    """All markets by number, symbol and asset. Terms never change, so only an unknown name makes it look again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded_at = float("-inf")
        self.by_number: dict[int, Terms] = {}
        self.by_name: dict[str, Terms] = {}
        self.by_asset: dict[str, Terms] = {}

    def find(self, index: str, key: Any) -> Terms | None:
        found: Terms | None = getattr(self, index).get(key)
        if found is None and time.monotonic() - self._loaded_at > _RELOAD_INTERVAL:
            self._load()
            found = getattr(self, index).get(key)
        return found

    def _load(self) -> None:
        with self._lock:
            known = [_terms(row) for row in Market.objects.values_list(*Terms._fields)]
            self.by_number = {terms.number: terms for terms in known}
            self.by_name = {terms.symbol: terms for terms in known}
            self.by_asset = {terms.base_asset: terms for terms in known if terms.is_asset_default}
            self._loaded_at = time.monotonic()

    def refresh(self, older_than: float) -> None:
        if time.monotonic() - self._loaded_at > older_than:
            self._load()


def _terms(row: tuple[Any, ...]) -> Terms:
    """The row's decimals come with all the zeros of their column; tick and lot say how numbers are written."""
    terms = Terms(*row)
    return terms._replace(tick_size=_plain(terms.tick_size), lot_size=_plain(terms.lot_size))


def _plain(value: Decimal) -> Decimal:
    return Decimal(format(value.normalize(), "f"))


_directory: Final = _Directory()


def by_number(number: int) -> Terms | None:
    return _directory.by_number.get(number) or _directory.find("by_number", number)


def existing(number: int) -> Terms:
    """The market that a row refers to."""
    terms = by_number(number)
    if terms is None:
        _directory.refresh(0)
        terms = _directory.by_number[number]
    return terms


def by_symbol(symbol: str) -> Terms | None:
    return _directory.find("by_name", symbol)


def by_asset(asset: str) -> Terms | None:
    """The asset's default market."""
    return _directory.find("by_asset", asset)


def of_entity(entity_id: int) -> Terms | None:
    """The market an order, quote or trade id belongs to."""
    return by_number(market_of(entity_id))


def shards() -> set[int]:
    """Every shard that has markets; of a new one it is known after seconds."""
    _directory.refresh(_STALE_AFTER)
    return {terms.shard for terms in _directory.by_number.values()}


def of_base_asset(asset: str) -> list[Terms]:
    """All markets in which the asset is traded."""
    for age in (_STALE_AFTER, _RELOAD_INTERVAL):
        _directory.refresh(age)
        found = [terms for terms in _directory.by_number.values() if terms.base_asset == asset]
        if found:
            return found
    return []


class OperationRefused(Refusal):
    """The engine refused a command of operations."""

    status_code = 409
    code = "OPERATION_REFUSED"
    default_detail = "The market's engine refused the operation."


def set_status(terms: Terms, status: MarketStatus, reason: str = "") -> None:
    """Open, halt, close a market or make it post-only; durable when this returns. What is held stays halted."""
    if status is MarketStatus.HALTED:
        _operate(terms, commands.SetMarketStatus(terms.number, status, reason))
        return
    refuse_release(Holdable.MARKET, terms.number)
    _operate(terms, commands.SetMarketStatus(terms.number, status, reason))
    _halt_again_if_held(terms)


def _halt_again_if_held(terms: Terms) -> None:
    """A kill switch may have been engaged between the look and the command, and halted the market before this."""
    try:
        refuse_release(Holdable.MARKET, terms.number)
    except Refusal:
        _operate(terms, commands.SetMarketStatus(terms.number, MarketStatus.HALTED, "Kill switch"))
        cancel_everything(terms)
        raise


def cancel_everything(terms: Terms) -> int:
    """Whatever rests in the market, whoever's it is; how many orders and quotes that were."""
    everything = commands.MassCancel(market=terms.number, reason=CancelReason.OPERATIONS)
    return cancelled_by(gateway.submit(everything, shard=terms.shard).reply)


def set_reference_price(terms: Terms, price: Decimal) -> None:
    """Move the centre of the price band; raises `OffGrid` for a price between two ticks."""
    _operate(terms, commands.SetReferencePrice(terms.number, to_units(price, terms.tick_size)))


def configure(terms: Terms, rules: commands.ConfigureMarket) -> None:
    _operate(terms, rules)


def _operate(terms: Terms, command: commands.Command) -> Outcome:
    outcome = gateway.submit(command, shard=terms.shard)
    refused = refusal(outcome)
    if refused is not None:
        raise OperationRefused(f"{terms.symbol}: {refused.name}")
    return outcome


def refusal(outcome: Outcome) -> RejectCode | None:
    """Why a command of operations was refused, if it was."""
    reply = outcome.reply
    if isinstance(reply, Applied) and reply.events and isinstance(reply.events[0], CommandRejected):
        return reply.events[0].reject.code
    return None
