"""Events as execution reports in FIX words: which row of the journal each party gets."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from venue.engine import events
from venue.engine.events import Event, Fill, OrderEvent, QuoteEvent
from venue.engine.terms import OPEN_STATUSES, ExecType, Kind, OrdStatus
from venue.models import journal_id
from venue.rows import Row, text

COLUMNS: Final = (
    *("id", "previous_id", "sequence", "firm_sequence", "transact_time"),
    *("firm_id", "account_id", "market_id", "kind", "entity_id", "client_id"),
    *("exec_type", "ord_status", "reason", "side", "price", "size", "filled", "leaves"),
    *("ask_price", "ask_size", "ask_filled", "ask_leaves"),
    *("last_price", "last_size", "trade_id", "liquidity", "fee", "rule_limit", "observed"),
)

# What one party is told: the columns from `firm_id` on.
Report = tuple[Any, ...]

_ORDER: Final = int(Kind.ORDER)
_QUOTE: Final = int(Kind.QUOTE)
_REJECTED: Final = int(ExecType.REJECTED)
_CLOSED: Final = {OrdStatus.CANCELED, OrdStatus.EXPIRED, OrdStatus.REJECTED}

_NO_ASK: Final = (0, 0, 0, 0)
_NO_FILL: Final = (0, 0, 0, 0, 0)  # last price, last size, trade, liquidity, fee
_NO_RULE: Final = (0, 0)  # its limit, what it observed
_NO_FILL_OR_RULE: Final = _NO_FILL + _NO_RULE


def of_order(exec_type: ExecType) -> Callable[[Any], list[Report]]:
    def report(event: OrderEvent) -> list[Report]:
        return [(*_order(event, exec_type, getattr(event, "reason", 0)), *_NO_FILL_OR_RULE)]

    return report


def of_rejected_order(event: events.OrderRejected) -> list[Report]:
    reject = event.reject
    return [(*_order(event, ExecType.REJECTED, reject.code), *_NO_FILL, reject.limit, reject.observed)]


def _order(event: OrderEvent, exec_type: ExecType, reason: int) -> tuple[Any, ...]:
    leaves = 0 if event.status in _CLOSED else event.leaves
    who = (event.firm, event.account, event.market, _ORDER, event.id, text(event.client_id))
    terms = (event.side, event.price, event.size, event.filled, leaves)
    return (*who, exec_type, event.status, reason, *terms, *_NO_ASK)


def of_quote(exec_type: ExecType) -> Callable[[Any], list[Report]]:
    closes = exec_type in (ExecType.CANCELED, ExecType.EXPIRED)
    number = int(exec_type)

    def report(event: QuoteEvent) -> list[Report]:
        told = (
            event.firm,
            event.account,
            event.market,
            _QUOTE,
            event.id,
            text(event.client_id),
            number,
            event.status,
            getattr(event, "reason", 0),
            0,
            event.bid_price,
            event.bid_size,
            event.bid_filled,
            0 if closes else event.bid_leaves,
            event.ask_price,
            event.ask_size,
            event.ask_filled,
            0 if closes else event.ask_leaves,
        )
        return [told + _NO_FILL_OR_RULE]

    return report


def of_rejection(event: events.CommandRejected) -> list[Report]:
    """A refused command of a client is a receipt of its firm; one of operations has no firm to tell."""
    if not event.account:
        return []
    reject = event.reject
    who = (event.firm, event.account, event.market, event.kind or _ORDER, event.id, text(event.client_id))
    what = (ExecType.REJECTED, OrdStatus.REJECTED, reject.code, 0, 0, 0, 0, 0)
    return [(*who, *what, *_NO_ASK, *_NO_FILL, reject.limit, reject.observed)]


def of_trade(event: events.Traded) -> list[Report]:
    return [_of_fill(event, fill) for fill in (event.maker, event.taker)]


def _of_fill(event: events.Traded, fill: Fill) -> Report:
    who = (fill.firm, fill.account, event.market, fill.kind, fill.id, text(fill.client_id))
    terms = (fill.side, fill.price, fill.size, fill.filled, fill.leaves)
    last = (event.price, event.size, event.id, fill.liquidity, fill.fee)
    return (*who, ExecType.TRADE, fill.status, 0, *terms, *_NO_ASK, *last, *_NO_RULE)


def of_trigger(event: events.ProtectionTriggered) -> list[Report]:
    """Of neither an order nor a quote: the client id is the group's name, the reason the limit that was reached, and
    the trade the one that reached it."""
    who = (event.firm, event.account, event.market, Kind.ANY, 0, text(event.group))
    what = (ExecType.TRIGGERED, OrdStatus.CANCELED, event.cause, 0, 0, 0, 0, 0)
    return [(*who, *what, *_NO_ASK, 0, 0, event.trade, 0, 0, event.limit, event.observed)]


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


class Numbers:
    """Counts a shard's reports and each firm's, both without a gap, and leads from each report of an order or quote to
    the one before it. Refusals stand beside that chain: they may name what is closed, another's or never was."""

    def __init__(self, shard: int, last: int, of_firms: dict[int, int], of_entities: dict[int, int]) -> None:
        self._before_first = journal_id(shard, 0)
        self.last = last
        self._of_firms = of_firms  # the last one of each
        self.of_entities = of_entities  # its row's id, of each open order and quote, and of those just closed
        self._closed: list[int] = []

    def rows(self, happened: Iterable[Event], sequence: int, now: int, told: dict[int, int]) -> list[Row]:
        """The reports of a command as rows; `told` learns the last number of each firm among them."""
        if self._closed:
            self._forget_closed()
        rows: list[Row] = []
        row_id, of_firms, of_entities = self._before_first + self.last, self._of_firms, self.of_entities
        for event in happened:
            reports = REPORTS.get(type(event))
            for report in reports(event) if reports else ():
                row_id += 1
                firm, entity = report[0], report[4]
                if entity and report[6] != _REJECTED:
                    previous = of_entities.get(entity, 0)
                    of_entities[entity] = row_id
                    if report[7] not in OPEN_STATUSES:
                        self._closed.append(entity)
                else:
                    previous = 0
                number = told[firm] = of_firms[firm] = of_firms.get(firm, 0) + 1
                rows.append((row_id, previous, sequence, number, now) + report)  # noqa: RUF005 - no list on the way
        self.last = row_id - self._before_first
        return rows

    def _forget_closed(self) -> None:
        """Of the command before: its rows have been told by now where their reports end."""
        for entity in self._closed:
            self.of_entities.pop(entity, None)
        self._closed.clear()
