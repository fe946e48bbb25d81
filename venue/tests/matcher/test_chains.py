"""Each report of an order or quote leads to the one before it, and its row to the last one, whatever lies between."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.db import connection
from django.db.migrations import RunSQL

from quotes.models import Quote
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.terms import Atomicity, ExecType, Kind, MarketStatus, OrderType, OrdStatus, SelfTradePrevention, Side
from venue.models import ExecutionReport, Order
from venue.tests.matcher import trading
from venue.tests.matcher.shard import Shard

MAKER, TAKER = (trading.MAKER.account, trading.MAKER.firm), (trading.TAKER.account, trading.TAKER.firm)
NEW, REPLACED, TRADE = ExecType.NEW, ExecType.REPLACED, ExecType.TRADE
CANCELED, EXPIRED, REJECTED = ExecType.CANCELED, ExecType.EXPIRED, ExecType.REJECTED


def chain(row: Quote | Order) -> list[int]:
    """The kinds of its reports, the newest first, along the chain; they are all that it has."""
    found: list[ExecutionReport] = []
    number = row.last_report_id
    while number:
        found.append(ExecutionReport.objects.get(pk=number))
        number = found[-1].previous_id
    every = ExecutionReport.objects.filter(entity_id=row.pk).exclude(exec_type=REJECTED)
    assert [report.pk for report in found] == list(every.order_by("-pk").values_list("pk", flat=True))
    return [report.exec_type for report in found]


def quote_named(client_id: str) -> Quote:
    return Quote.objects.get(client_id=client_id)


def order_named(client_id: str) -> Order:
    return Order.objects.get(client_id=client_id)


def moved(quote_id: int, **changed: Any) -> commands.UpdateQuotes:
    return commands.UpdateQuotes(*MAKER, (commands.QuoteUpdate(quote_id, **changed),))


def whole_life(shard: Shard, groups: Sequence[Sequence[Command]]) -> list[int]:
    """Of the quote "one", whose id is the first in the market."""
    trading.open_market(shard)
    for group in groups:
        shard.carry_out(*group)
    assert shard.verdict().differences == []
    return chain(quote_named("one"))


def life(quote_id: int) -> list[Command]:
    return [
        trading.quote("one"),
        moved(quote_id, bid_price=98),
        trading.order("buys", trading.ASK, 4),
        trading.order("sells", 98, 3, Side.SELL),
        moved(quote_id, ask_price=102),
        commands.CancelQuote(*MAKER, quote_id),
    ]


FIRST = (1 << 36) + 1
LIFE = [CANCELED, REPLACED, TRADE, TRADE, REPLACED, NEW]


def test_a_group_for_each_command(shard: Shard) -> None:
    assert whole_life(shard, [[command] for command in life(FIRST)]) == LIFE
    assert chain(order_named("buys")) == chain(order_named("sells")) == [TRADE, NEW]


def test_all_in_one_group(shard: Shard) -> None:
    assert whole_life(shard, [life(FIRST)]) == LIFE
    assert chain(order_named("buys")) == chain(order_named("sells")) == [TRADE, NEW]


def test_over_restarts(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.order("rests", 50, 5))
    for command in life(FIRST + 1):
        shard.carry_out(command)
        shard.restart()
    shard.carry_out(commands.CancelOrder(*TAKER, order_named("rests").pk))
    assert chain(quote_named("one")) == LIFE
    assert chain(order_named("rests")) == [CANCELED, NEW]
    assert shard.verdict().differences == []


def test_what_expires(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.quote("one", valid_for_ms=1_000), trading.hit(1))
    shard.now += 1_001
    shard.carry_out(trading.nothing())
    assert chain(quote_named("one")) == [EXPIRED, TRADE, NEW]
    assert shard.verdict().differences == []


def test_several_trades_of_one_order_in_one_command(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.quote("one"), trading.quote("two"), trading.order("sweeps", trading.ASK, 25))
    assert chain(order_named("sweeps")) == [TRADE, TRADE, NEW]
    assert [chain(quote_named(name)) for name in ("one", "two")] == [[TRADE, NEW]] * 2
    assert shard.verdict().differences == []


def test_a_batch_that_replaces_places_and_cancels(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.quote("one"), trading.quote("two"))
    terms = (98, 10, 102, 10, 60_000)
    quotes = (commands.BatchQuote(*terms, client_id="one"), commands.BatchQuote(*terms, client_id="three"))
    gone = (commands.Target(client_id="two", kind=Kind.QUOTE),)
    part = commands.MarketBatch(trading.MARKET, targets=gone, quotes=quotes)
    shard.carry_out(
        commands.Batch(*MAKER, Atomicity.BATCH, (part,), dry_run=True), commands.Batch(*MAKER, Atomicity.BATCH, (part,))
    )
    expected = {"one": [REPLACED, NEW], "two": [CANCELED, NEW], "three": [NEW]}
    assert {name: chain(quote_named(name)) for name in expected} == expected
    assert shard.verdict().differences == []


def test_size_given_up_to_self_trade_prevention(shard: Shard) -> None:
    trading.open_market(shard)
    own = commands.PlaceOrder(
        *(*MAKER, trading.MARKET),
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=trading.ASK,
        size=14,
        self_trade_prevention=SelfTradePrevention.DECREMENT,
        client_id="own",
    )
    shard.carry_out(trading.quote("one"), own)
    assert chain(quote_named("one")) == [REPLACED, NEW]
    assert chain(order_named("own")) == [REPLACED, NEW]
    assert shard.verdict().differences == []


def test_refusals_stand_beside_the_chain(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.quote("one"))
    quote_id = quote_named("one").pk
    refused: list[Command] = [moved(quote_id, bid_price=200), commands.CancelQuote(*TAKER, quote_id)]
    shard.carry_out(*refused, moved(quote_id, bid_price=98), *refused, commands.CancelQuote(*MAKER, quote_id), *refused)
    assert chain(quote_named("one")) == [CANCELED, REPLACED, NEW]
    beside = ExecutionReport.objects.filter(entity_id=quote_id, exec_type=REJECTED)
    assert list(beside.values_list("previous_id", flat=True)) == [0] * 6
    assert shard.verdict().differences == []


def test_an_order_that_is_refused_has_no_chain(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(commands.SetMarketStatus(trading.MARKET, MarketStatus.HALTED), trading.order("late", 50, 5))
    assert order_named("late").status == OrdStatus.REJECTED
    assert chain(order_named("late")) == []
    assert shard.verdict().differences == []


def test_what_is_closed_is_forgotten(shard: Shard) -> None:
    """Or a shard's memory would grow with everything it ever saw."""
    trading.open_market(shard)
    shard.carry_out(trading.quote("one"), trading.order("rests", 50, 5), trading.hit(10), trading.cancel_all())
    shard.carry_out(trading.nothing())
    assert shard.matcher._journal._numbers.of_entities == {}


def test_rows_from_before_there_were_chains(shard: Shard) -> None:
    """What the migrations do to a journal that has none yet."""
    trading.open_market(shard)
    shard.carry_out(*life(FIRST), trading.quote("two"), trading.order("rests", 50, 5))
    shard.carry_out(commands.CancelQuote(*TAKER, FIRST))
    _run("UPDATE venue_executionreport SET previous_id = 0")
    for table in ("venue_order", "quotes_quote"):
        _run(f"UPDATE {table} SET last_report_id = 0")
    assert shard.verdict().differences
    for migration in ("venue.migrations.0013_reports_in_chains", "quotes.migrations.0005_last_report"):
        for operation in import_module(migration).Migration.operations:
            if isinstance(operation, RunSQL):
                _run(str(operation.sql))
    assert shard.verdict().differences == []
    assert chain(quote_named("one")) == LIFE


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
