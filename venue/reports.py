"""Events as execution reports in FIX words: which row of the journal each party gets."""

from collections.abc import Callable
from typing import Any, Final

from venue.engine import events
from venue.engine.events import Fill, OrderEvent, QuoteEvent
from venue.engine.terms import ExecType, Kind, OrdStatus
from venue.rows import text

COLUMNS: Final = (
    *("id", "sequence", "firm_id", "firm_sequence", "account_id", "market_id", "kind", "entity_id", "client_id"),
    *("exec_type", "ord_status", "reason", "side", "price", "size", "filled", "leaves"),
    *("ask_price", "ask_size", "ask_filled", "ask_leaves"),
    *("last_price", "last_size", "trade_id", "liquidity", "fee", "rule_limit", "observed", "transact_time"),
)

# What one party is told: its firm, and the columns from `account_id` to `observed` as COPY reads them.
Report = tuple[int, str]

_ORDER: Final = int(Kind.ORDER)
_QUOTE: Final = int(Kind.QUOTE)
_CLOSED: Final = {OrdStatus.CANCELED, OrdStatus.EXPIRED, OrdStatus.REJECTED}

_HEAD: Final = "\t".join(["%d"] * 4 + ["%s"] + ["%d"] * 3)  # account … entity, client id, exec type … reason
_ONE_SIDED: Final = "\t".join([_HEAD, *["%d"] * 5, *["0"] * 4])  # side … leaves, no ask
_TWO_SIDED: Final = "\t".join([_HEAD, "0", *["%d"] * 8])
_NO_FILL: Final = "\t0" * 5
_FILL: Final = "\t%d" * 5  # last price, last size, trade, liquidity, fee
_NO_RULE: Final = "\t0" * 2
_RULE: Final = "\t%d" * 2  # its limit, what it observed

_ORDER_LINE: Final = _ONE_SIDED + _NO_FILL + _NO_RULE
_QUOTE_LINE: Final = _TWO_SIDED + _NO_FILL + _NO_RULE
_REJECT_LINE: Final = _ONE_SIDED + _NO_FILL + _RULE
_TRIGGER_LINE: Final = _ONE_SIDED + _FILL + _RULE
_TRADE_LINE: Final = _ONE_SIDED + _FILL + _NO_RULE


def of_order(exec_type: ExecType) -> Callable[[Any], list[Report]]:
    def report(event: OrderEvent) -> list[Report]:
        return [(event.firm, _ORDER_LINE % _order(event, exec_type, getattr(event, "reason", 0)))]

    return report


def of_rejected_order(event: events.OrderRejected) -> list[Report]:
    reject = event.reject
    values = (*_order(event, ExecType.REJECTED, reject.code), reject.limit, reject.observed)
    return [(event.firm, _REJECT_LINE % values)]


def _order(event: OrderEvent, exec_type: ExecType, reason: int) -> tuple[Any, ...]:
    leaves = 0 if event.status in _CLOSED else event.leaves
    who = (event.account, event.market, _ORDER, event.id, text(event.client_id))
    return (*who, exec_type, event.status, reason, event.side, event.price, event.size, event.filled, leaves)


def of_quote(exec_type: ExecType) -> Callable[[Any], list[Report]]:
    closes = exec_type in (ExecType.CANCELED, ExecType.EXPIRED)

    def report(event: QuoteEvent) -> list[Report]:
        values = (
            event.account,
            event.market,
            _QUOTE,
            event.id,
            text(event.client_id),
            exec_type,
            event.status,
            getattr(event, "reason", 0),
            event.bid_price,
            event.bid_size,
            event.bid_filled,
            0 if closes else event.bid_leaves,
            event.ask_price,
            event.ask_size,
            event.ask_filled,
            0 if closes else event.ask_leaves,
        )
        return [(event.firm, _QUOTE_LINE % values)]

    return report


def of_rejection(event: events.CommandRejected) -> list[Report]:
    """A refused command of a client is a receipt of its firm; one of operations has no firm to tell."""
    if not event.account:
        return []
    reject = event.reject
    who = (event.account, event.market, event.kind or _ORDER, event.id, text(event.client_id))
    what = (ExecType.REJECTED, OrdStatus.REJECTED, reject.code, 0, 0, 0, 0, 0)
    return [(event.firm, _REJECT_LINE % (*who, *what, reject.limit, reject.observed))]


def of_trade(event: events.Traded) -> list[Report]:
    return [(fill.firm, _TRADE_LINE % _fill(event, fill)) for fill in (event.maker, event.taker)]


def _fill(event: events.Traded, fill: Fill) -> tuple[Any, ...]:
    who = (fill.account, event.market, fill.kind, fill.id, text(fill.client_id), ExecType.TRADE, fill.status, 0)
    terms = (fill.side, fill.price, fill.size, fill.filled, fill.leaves)
    return (*who, *terms, event.price, event.size, event.id, fill.liquidity, fill.fee)


def of_trigger(event: events.ProtectionTriggered) -> list[Report]:
    """Of neither an order nor a quote: the client id is the group's name, the reason the limit that was reached, and
    the trade the one that reached it."""
    who = (event.account, event.market, int(Kind.ANY), 0, text(event.group), ExecType.TRIGGERED, OrdStatus.CANCELED)
    what = (event.cause, 0, 0, 0, 0, 0, 0, 0, event.trade, 0, 0)
    return [(event.firm, _TRIGGER_LINE % (*who, *what, event.limit, event.observed))]


REPORTS: Final[dict[type, Callable[[Any], list[Report]]]] = {
    events.OrderPlaced: of_order(ExecType.NEW),
    events.OrderReplaced: of_order(ExecType.REPLACED),
    events.OrderCancelled: of_order(ExecType.CANCELED),
    events.OrderExpired: of_order(ExecType.EXPIRED),
    events.OrderRejected: of_rejected_order,
    events.QuotePlaced: of_quote(ExecType.NEW),
    events.QuoteReplaced: of_quote(ExecType.REPLACED),
    events.QuoteCancelled: of_quote(ExecType.CANCELED),
    events.QuoteExpired: of_quote(ExecType.EXPIRED),
    events.CommandRejected: of_rejection,
    events.Traded: of_trade,
    events.ProtectionTriggered: of_trigger,
}
