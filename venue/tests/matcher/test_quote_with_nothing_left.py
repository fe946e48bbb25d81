"""A quote whose sizes come down to what was filled is at its end, in the rows as in memory."""

from quotes.models import Quote
from venue.engine import commands
from venue.engine.records import state_hash
from venue.engine.terms import OrdStatus, Side
from venue.replies import Applied
from venue.tests.matcher import trading
from venue.tests.matcher.shard import Shard


def test_sizes_down_to_what_was_filled(shard: Shard) -> None:
    trading.open_market(shard)
    (reply,) = shard.carry_out(trading.quote("hit on both sides"))
    assert isinstance(reply, Applied)
    quote_id = reply.events[0].id  # type: ignore[union-attr]
    shard.carry_out(trading.order("", trading.ASK, 4), trading.order("", trading.BID, 3, Side.SELL))
    smaller = commands.QuoteUpdate(quote_id, bid_size=1, ask_size=2)
    shard.carry_out(commands.UpdateQuotes(account=trading.MAKER.account, firm=trading.MAKER.firm, updates=(smaller,)))
    assert Quote.objects.get(pk=quote_id).status == OrdStatus.FILLED
    before = state_hash(shard.in_memory())
    shard.restart()
    assert state_hash(shard.in_memory()) == before
    assert shard.matcher.engine.state.quotes == {}
    assert shard.verdict().differences == []
