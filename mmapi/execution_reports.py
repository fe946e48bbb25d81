"""One execution report as clients see it, in FIX words: receipts, the drop-copy stream and its REST twin all use it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Raw, UnsetType

from venue import markets
from venue.engine.rejects import RejectCode
from venue.engine.terms import CancelReason, ExecType, Kind, Liquidity, OrdStatus
from venue.markets import Terms
from venue.models import journal_place
from venue.notation import amount, entity_id, moment, number
from venue.rejections import RULES, Unit, measure
from venue.serializers import KIND_WORDS, LIQUIDITY_WORDS, SIDE_WORDS, Shape

Text = str | UnsetType
Number = Raw | UnsetType


class ReportRow(NamedTuple):
    """A row of the journal: ticks, lots and epoch milliseconds. Of a two-sided quote the plain ones are the bid's."""

    id: int
    sequence: int
    firm_sequence: int
    account: int
    market: int
    kind: int
    entity_id: int
    client_id: str
    exec_type: int
    ord_status: int
    reason: int
    side: int
    price: int
    size: int
    filled: int
    leaves: int
    ask_price: int
    ask_size: int
    ask_filled: int
    ask_leaves: int
    last_price: int
    last_size: int
    trade_id: int
    liquidity: int
    fee: int
    rule_limit: int
    observed: int
    transact_time: int


COLUMNS: Final = ", ".join({"account": "account_id", "market": "market_id"}.get(one, one) for one in ReportRow._fields)

EXEC_TYPES: Final[Mapping[str, ExecType]] = {one.name.capitalize(): one for one in ExecType}
EXEC_TYPE_WORDS: Final = {int(one): word for word, one in EXEC_TYPES.items()}
# A picture of something open, not an event of it (FIX ExecType I).
ORDER_STATUS: Final = -1
ORD_STATUS_WORDS: Final = {int(one): one.name.title().replace("_", "") for one in OrdStatus}


class ReportShape(Shape, frozen=True, kw_only=True):
    """What does not apply is left out. Prices are in the quote currency, sizes in the base asset, the fee in
    `feeCurrency` (negative: a rebate). `sequence` counts the firm's reports of a shard without a gap."""

    sequence: int | UnsetType = UNSET
    report_id: Text = UNSET
    command_sequence: int | UnsetType = UNSET
    exec_type: str
    ord_status: str
    account: str
    market: Text = UNSET
    order_id: Text = UNSET
    quote_id: Text = UNSET
    client_order_id: Text = UNSET
    client_quote_id: Text = UNSET
    side: Text = UNSET
    price: Number = UNSET
    order_qty: Number = UNSET
    cum_qty: Number = UNSET
    leaves_qty: Number = UNSET
    bid_price: Number = UNSET
    bid_qty: Number = UNSET
    bid_cum_qty: Number = UNSET
    bid_leaves_qty: Number = UNSET
    ask_price: Number = UNSET
    ask_qty: Number = UNSET
    ask_cum_qty: Number = UNSET
    ask_leaves_qty: Number = UNSET
    last_px: Number = UNSET
    last_qty: Number = UNSET
    trade_id: Text = UNSET
    last_liquidity_ind: Text = UNSET
    fee: Number = UNSET
    fee_currency: Text = UNSET
    reason: Text = UNSET
    reject_code: Text = UNSET
    limit: Any = UNSET
    observed: Any = UNSET
    text: Text = UNSET
    transact_time: str


_encode: Final = msgspec.json.Encoder().encode


def encode(row: ReportRow, accounts: Mapping[int, str]) -> bytes:
    """One report as JSON; `accounts` names every account of the firm."""
    return _encode(ReportShape(**fields(row, accounts)))


def fields(row: ReportRow, accounts: Mapping[int, str]) -> dict[str, Any]:
    """What a report says, by the names of `ReportShape`."""
    terms = _terms(row.market)
    said: dict[str, Any] = {
        **_identity(row),
        "exec_type": EXEC_TYPE_WORDS.get(row.exec_type, "OrderStatus"),
        "ord_status": ORD_STATUS_WORDS[row.ord_status],
        "account": accounts[row.account],
        "transact_time": moment(row.transact_time),
    }
    if row.exec_type != ORDER_STATUS:
        shard, place = journal_place(row.id)
        said |= {
            "sequence": row.firm_sequence,
            "report_id": f"report_{shard}_{place}",
            "command_sequence": row.sequence,
        }
    if terms is not None:
        said |= {"market": terms.symbol} | _quantities(row, terms)
    return said | _reason(row, terms)


def _terms(market: int) -> Terms | None:
    """None where the command named a market that there is not."""
    try:
        return markets.existing(market) if market else None
    except KeyError:
        return None


def _identity(row: ReportRow) -> dict[str, str]:
    kind = KIND_WORDS[Kind(row.kind)]
    said = {f"{kind}_id": entity_id(kind, row.entity_id)} if row.entity_id else {}
    return said | ({f"client_{kind}_id": row.client_id} if row.client_id else {})


def _quantities(row: ReportRow, terms: Terms) -> dict[str, Any]:
    if not row.side:
        bid = _leg(terms, "bid_", (row.price, row.size, row.filled, row.leaves))
        return bid | _leg(terms, "ask_", (row.ask_price, row.ask_size, row.ask_filled, row.ask_leaves))
    said = {"side": SIDE_WORDS[row.side]} | _leg(terms, "", (row.price, row.size, row.filled, row.leaves))  # type: ignore[index]
    return said | _fill(row, terms) if row.trade_id else said


def _leg(terms: Terms, prefix: str, values: tuple[int, int, int, int]) -> dict[str, Raw]:
    """A refusal that left nothing behind has no sizes, a market order no price."""
    price, size, filled, leaves = values
    if not size:
        return {}
    quantity = prefix or "order_"
    said = {
        f"{quantity}qty": number(terms.size(size)),
        f"{prefix}cum_qty": number(terms.size(filled)),
        f"{prefix}leaves_qty": number(terms.size(leaves)),
    }
    return said | ({f"{prefix}price": number(terms.price(price))} if price else {})


def _fill(row: ReportRow, terms: Terms) -> dict[str, Any]:
    return {
        "last_px": number(terms.price(row.last_price)),
        "last_qty": number(terms.size(row.last_size)),
        "trade_id": entity_id("trade", row.trade_id),
        "last_liquidity_ind": LIQUIDITY_WORDS[Liquidity(row.liquidity)],
        "fee": amount(terms.fee(row.fee)),
        "fee_currency": terms.quote_currency,
    }


def _reason(row: ReportRow, terms: Terms | None) -> dict[str, Any]:
    if not row.reason:
        return {}
    if row.exec_type != ExecType.REJECTED:
        return {"reason": CancelReason(row.reason).name.lower()}
    code = RejectCode(row.reason)
    rule = RULES[code]
    said = {"reject_code": code.name, "text": rule.detail}
    if rule.unit is Unit.NONE:
        return said
    return said | {name: measure(rule.unit, value, terms) for name, value in _figures(row).items()}


def _figures(row: ReportRow) -> dict[str, int]:
    return {"limit": row.rule_limit, "observed": row.observed}
