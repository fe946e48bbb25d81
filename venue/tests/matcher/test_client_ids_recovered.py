"""Retries are answered across restarts, of what is open and of what was closed, the last closed ones first."""

import pytest

from venue.engine.terms import Kind
from venue.replies import Applied, Replayed, Reply
from venue.tests.matcher import trading
from venue.tests.matcher.shard import Shard


def first_sequence(reply: Reply) -> int:
    assert isinstance(reply, Applied | Replayed)
    return reply.first_sequence if isinstance(reply, Replayed) else reply.sequence


def test_open_and_closed_ids_are_answered(shard: Shard) -> None:
    trading.open_market(shard)
    (first,) = shard.carry_out(trading.quote("closed"))
    shard.carry_out(trading.cancel_all())
    (second,) = shard.carry_out(trading.quote("open"))
    shard.restart()
    replayed = shard.carry_out(trading.quote("closed"), trading.quote("open"))
    assert [type(reply) for reply in replayed] == [Replayed, Replayed]
    assert [first_sequence(reply) for reply in replayed] == [first.sequence, second.sequence]


def test_an_id_used_again_means_its_last_bearer(shard: Shard) -> None:
    """A closed id with another body is free; after a restart the newer one must answer, not the older."""
    trading.open_market(shard)
    shard.carry_out(trading.quote("again", digest=1))
    shard.carry_out(trading.cancel_all())
    (newer,) = shard.carry_out(trading.quote("again", digest=2))
    shard.carry_out(trading.cancel_all())
    shard.restart()
    (reply,) = shard.carry_out(trading.quote("again", digest=2))
    assert isinstance(reply, Replayed)
    assert reply.first_sequence == newer.sequence


def test_orders_and_quotes_have_ids_of_their_own(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.quote("same"), trading.order("same", trading.BID - 1, 1))
    shard.restart()
    replies = shard.carry_out(trading.quote("same"), trading.order("same", trading.BID - 1, 1))
    assert [type(reply) for reply in replies] == [Replayed, Replayed]
    assert len({first_sequence(reply) for reply in replies}) == 2


def test_closed_ids_come_back_in_the_order_of_closing(shard: Shard, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the oldest is forgotten first, after a restart as before it."""
    for module in ("venue.engine.accounts", "venue.projections"):
        monkeypatch.setattr(f"{module}.CLOSED_CLIENT_IDS_KEPT", 3)
    trading.open_market(shard)
    for number in range(5):
        shard.carry_out(trading.order(f"order {number}", 50 + number, 1))
    for number in (3, 1, 0, 4, 2):
        shard.carry_out(cancel(shard, f"order {number}"))
    before = remembered(shard)
    shard.restart()
    assert remembered(shard) == before == ["order 0", "order 4", "order 2"]


def cancel(shard: Shard, client_id: str) -> trading.commands.CancelOrder:
    found = next(one for one in shard.matcher.engine.state.orders.values() if one.client_id == client_id)
    return trading.commands.CancelOrder(account=trading.TAKER.account, firm=trading.TAKER.firm, order_id=found.id)


def remembered(shard: Shard) -> list[str]:
    ids = shard.matcher.engine.state.accounts[trading.TAKER.account].client_ids[Kind.ORDER]
    return [client_id for client_id, _ in ids.closed]
