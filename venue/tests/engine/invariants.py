"""What must hold after every command, recomputed from the book alone."""

from collections import Counter

import msgspec

from venue.engine import events
from venue.engine.accounts import Account
from venue.engine.book import BookSide
from venue.engine.events import Event
from venue.engine.market import MarketEngine
from venue.engine.orders import Leg, Order, Quote
from venue.engine.state import MarketState
from venue.engine.terms import OPEN_STATUSES, TRANSITIONS, OrdStatus, Side

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Event).decode
_LARGEST = (1 << 63) - 1


def check_state(engine: MarketEngine) -> None:
    state = engine.state
    for market in state.markets.values():
        _check_book(market)
        positions = [account.positions.get(market.number) for account in state.accounts.values()]
        assert sum(position.net for position in positions if position) == 0, "what one bought another sold"
    for account in state.accounts.values():
        _check_account(engine, account)
    for entity in state.everything_open():
        _check_open(entity)


def check_events(engine: MarketEngine, told: list[Event]) -> None:
    for event in told:
        assert _decode(_encode(event)) == event
        _check_integers(event)
        if isinstance(event, events.OrderEvent):
            assert event.size - event.filled == event.leaves or event.status is OrdStatus.REJECTED
        if isinstance(event, events.QuoteEvent):
            assert event.bid_size - event.bid_filled == event.bid_leaves
            assert event.ask_size - event.ask_filled == event.ask_leaves


def check_transitions(told: list[Event]) -> None:
    """Each order and quote goes from status to status as the table allows, from the first event on."""
    statuses: dict[int, OrdStatus] = {}
    for event in told:
        if isinstance(event, events.OrderEvent | events.QuoteEvent):
            _step(statuses, event.id, event.status)
        elif isinstance(event, events.Traded):
            _step(statuses, event.maker.id, event.maker.status)
            _step(statuses, event.taker.id, event.taker.status)


def _step(statuses: dict[int, OrdStatus], entity_id: int, status: OrdStatus) -> None:
    before = statuses.get(entity_id)
    if before is None:
        assert status in (OrdStatus.NEW, OrdStatus.REJECTED)
    else:
        assert status in TRANSITIONS[before] or (status is before and status in OPEN_STATUSES)
    statuses[entity_id] = status


def _check_integers(value: object) -> None:
    if isinstance(value, int):
        assert -_LARGEST <= value <= _LARGEST, value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            _check_integers(getattr(value, field))


def _check_book(market: MarketState) -> None:
    bids = _check_side(market.book.bids, Side.BUY)
    asks = _check_side(market.book.asks, Side.SELL)
    assert not bids or not asks or bids[0] < asks[0], "crossed"


def _check_side(side: BookSide, expected: Side) -> list[int]:
    """The prices of the side, best first."""
    prices = []
    for level in side:
        legs = list(level)
        assert legs
        assert level.quantity == sum(leg.leaves for leg in legs)
        assert level.price * side.sign == level.rank
        for leg in legs:
            assert (leg.side, leg.price, leg.level) == (expected, level.price, level)
            assert leg.leaves > 0
        priorities = [leg.priority for leg in legs]
        assert priorities == sorted(set(priorities)), "first come, first served"
        prices.append(legs[0].price)
    assert [price * side.sign for price in prices] == sorted({price * side.sign for price in prices}, reverse=True)
    depth = [(price, sum(leg.leaves for leg in side.levels[price])) for price in prices]
    assert side.depth(1_000_000) == depth
    return prices


def _check_open(entity: Order | Quote) -> None:
    assert entity.status in OPEN_STATUSES
    resting = resting_legs(entity)
    for leg in entity.legs:
        assert leg.leaves == leg.size - leg.filled >= 0
        assert (leg in resting) == (leg.leaves > 0)
    assert resting, "what is open has something in the book"
    filled = any(leg.filled for leg in entity.legs)
    assert entity.status is (OrdStatus.PARTIALLY_FILLED if filled else OrdStatus.NEW)


def resting_legs(entity: Order | Quote) -> list[Leg]:
    """The legs of the entity that are found in the book."""
    book = entity.market.book
    sides = ((book.bids, Side.BUY), (book.asks, Side.SELL))
    found = []
    for leg in entity.legs:
        for side, name in sides:
            level = side.levels.get(leg.price)
            if leg.side is name and level is not None and any(one is leg for one in level):
                found.append(leg)
    return found


def _check_account(engine: MarketEngine, account: Account) -> None:
    state = engine.state
    own = [one for one in state.everything_open() if one.account is account]
    assert account.open == {one.id: one for one in own}
    if account.suspended or account.firm in state.suspended_firms:
        assert not own
    for lock in account.locks:
        assert not any(lock.covers(one.market.number, one.session) for one in own)
    working: Counter[tuple[int, Side]] = Counter()
    exposure = 0
    for leg in (leg for one in own for leg in one.legs):
        market = leg.owner.market
        working[market.number, leg.side] += leg.leaves
        exposure += leg.price * leg.leaves * market.value_scale
    for number, position in account.positions.items():
        assert position.open_buy == working[number, Side.BUY]
        assert position.open_sell == working[number, Side.SELL]
        exposure += abs(position.net) * position.last_price * state.markets[number].value_scale
    assert account.exposure == exposure
    _check_protections(engine, account)


def _check_protections(engine: MarketEngine, account: Account) -> None:
    for key, protection in account.protections.items():
        assert (protection.key, protection.account) == (key, account)
        assert all(account.positions[number].protection is protection for number in protection.terms.markets)
        if engine.state.now < protection.frozen_until:
            assert not protection.covered(), "frozen, so nothing of it is open"
    for number, position in account.positions.items():
        found = position.protection
        assert found is None or (number in found.terms.markets and found in account.protections.values())
