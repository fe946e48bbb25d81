"""A batch may name one quote more than once; what one entry lifts out of the book another may end."""

from venue.engine.commands import Batch, BatchQuote, MarketBatch
from venue.engine.events import BatchApplied
from venue.engine.rejects import RejectCode
from venue.engine.terms import Atomicity
from venue.tests.engine.cast import BETA, GAMMA
from venue.tests.engine.floor import MARKET, Floor, placed


def test_an_entry_ends_a_leg_that_another_has_lifted(floor: Floor) -> None:
    """The quote has sold all and bought 3 of 5. The first entry leaves it nothing; the second would move its bid; the
    third meets the firm's own order, for which the batch is tried again with what moves out of the way."""
    quote = placed(floor.quote(GAMMA, (5, 96), (3, 100)))
    floor.sell(BETA, 3, 96)
    floor.buy(BETA, 3, 100)
    floor.buy(BETA, 1, 100)
    floor.sell(GAMMA, 1, 103)
    entries = (
        BatchQuote(96, 2, 100, 1, 5_000, quote),
        BatchQuote(99, 4, 102, 6, 5_000, quote),
        BatchQuote(103, 1, 105, 1, 5_000),
    )
    told = floor.apply(Batch(GAMMA.account, GAMMA.firm, Atomicity.ENTRY, (MarketBatch(MARKET, quotes=entries),)))
    (applied,) = [event for event in told if isinstance(event, BatchApplied)]
    codes = [one.reject.code if one.reject else None for one in applied.results[0].quotes]
    assert codes == [None, RejectCode.UNKNOWN_QUOTE, RejectCode.QUOTE_WOULD_SELF_TRADE]
    assert quote not in floor.engine.state.quotes
