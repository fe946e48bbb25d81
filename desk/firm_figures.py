"""A firm's figures as its page writes them: headroom, positions, what is open, what was filled."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse

from accounts.models import TradingAccount
from mmapi.limits import headroom
from mmapi.limits.headroom import Headroom, InShard
from quotes.models import Quote
from venue import markets, queries
from venue.admin import figures
from venue.engine.terms import OPEN_STATUSES
from venue.fields import from_millis
from venue.models import Order, Position
from venue.notation import entity_id
from venue.queries import FillSelection, Span
from venue.serializers import LIQUIDITY_WORDS, SIDE_WORDS

_SHOWN: Final = 20
_NO_LIMIT: Final = "no limit"


def risk(account: int) -> list[dict[str, Any]]:
    """By shard: what counts against each limit. A tier's limits are its keys', so they are not here."""
    return [shard_risk(shard) for shard in headroom.of_account(account, 0)]


def shard_risk(shard: InShard) -> dict[str, Any]:
    return {
        "symbols": ", ".join(markets.existing(number).symbol for number in shard.markets),
        "exposure": measured(shard.exposure, lambda nanos: figures.plain(round(figures.value(nanos), 2))),
        "open_orders": measured(shard.open_orders, lambda count: f"{count:,}"),
    }


def measured(room: Headroom, write: Any) -> dict[str, Any]:
    """`used` in percent, None without a limit."""
    used = round(100 * room.observed / room.limit, 1) if room.limit else None
    return {
        "observed": write(room.observed),
        "limit": write(room.limit) if room.limit is not None else _NO_LIMIT,
        "used": used,
        "state": "danger" if used is not None and used >= 100 else "warning" if used is not None and used >= 80 else "",
    }


def positions(accounts: Sequence[int]) -> list[dict[str, Any]]:
    names = dict(TradingAccount.objects.filter(pk__in=accounts).values_list("pk", "name"))
    rows = Position.objects.filter(account_id__in=accounts).exclude(net=0, cost=0).order_by("account_id", "market_id")
    return [position(row, names[row.account_id]) for row in rows]


def position(row: Position, account: str) -> dict[str, Any]:
    terms = markets.existing(row.market_id)
    made = row.net * row.last_price - row.cost
    return {
        "account": account,
        "symbol": terms.symbol,
        "link": reverse("desk:market", args=[terms.symbol]),
        "net": signed(figures.size(terms, row.net), row.net),
        "worth": f"{terms.notional(row.net * row.last_price):,.2f}",
        "last": figures.price(terms, row.last_price),
        "result": signed(f"{terms.notional(made):,.2f}", made),
    }


def signed(text: str, number: int) -> str:
    return f"+{text}" if number > 0 else text


def open_quotes(accounts: Sequence[TradingAccount]) -> dict[str, Any]:
    """The newest of each market, and how many there are."""
    names = {account.pk: account.name for account in accounts}
    rows = list(Quote.objects.filter(account__in=names, status__in=OPEN_STATUSES).order_by("-id")[:_SHOWN])
    total = Quote.objects.filter(account__in=names, status__in=OPEN_STATUSES).count()
    return {"total": total, "rows": [quote(row, names[row.account_id]) for row in rows]}


def quote(row: Quote, account: str) -> dict[str, Any]:
    terms = markets.existing(row.market_id)
    return {
        "id": entity_id("quote", row.pk),
        "link": reverse("admin:quotes_quote_change", args=[row.pk]),
        "account": account,
        "symbol": terms.symbol,
        "bid": figures.price(terms, row.bid_price),
        "bid_size": figures.size(terms, max(0, row.bid_size - row.bid_filled)),
        "ask": figures.price(terms, row.ask_price),
        "ask_size": figures.size(terms, max(0, row.ask_size - row.ask_filled)),
    }


def open_orders(accounts: Sequence[TradingAccount]) -> dict[str, Any]:
    names = {account.pk: account.name for account in accounts}
    rows = list(Order.objects.filter(account__in=names, status__in=OPEN_STATUSES).order_by("-id")[:_SHOWN])
    total = Order.objects.filter(account__in=names, status__in=OPEN_STATUSES).count()
    return {"total": total, "rows": [order(row, names[row.account_id]) for row in rows]}


def order(row: Order, account: str) -> dict[str, Any]:
    terms = markets.existing(row.market_id)
    return {
        "id": entity_id("order", row.pk),
        "link": reverse("admin:venue_order_change", args=[row.pk]),
        "account": account,
        "symbol": terms.symbol,
        "side": SIDE_WORDS[row.side],  # type: ignore[index]
        "price": figures.price(terms, row.price),
        "leaves": figures.size(terms, row.size - row.filled),
    }


def fills(accounts: Sequence[TradingAccount]) -> list[dict[str, Any]]:
    names = {account.pk: account.name for account in accounts}
    found = queries.fills(FillSelection(list(names)), Span(_SHOWN, 0))
    return [fill(row, names[row.account]) for row in found]


def fill(row: queries.FillRow, account: str) -> dict[str, Any]:
    terms = markets.existing(row.market)
    return {
        "id": entity_id("trade", row.trade_id),
        "link": reverse("admin:venue_trade_change", args=[row.trade_id]),
        "at": figures.time_of_day(from_millis(row.executed_at)),
        "account": account,
        "symbol": terms.symbol,
        "side": SIDE_WORDS[row.side],
        "price": figures.price(terms, row.price),
        "size": figures.size(terms, row.size),
        "fee": f"{terms.fee(row.fee):,.4f}",
        "liquidity": LIQUIDITY_WORDS[row.liquidity],  # type: ignore[index]
    }
