"""No price outside the band round the reference; a reference that is too old takes no new interest at all."""

import pytest

from venue.engine import commands
from venue.engine.events import MarketChanged, ReferencePriceMoved
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import ReferenceSource
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.floor import MARKET, Floor, names, placed, rejected, rejection, rules


@pytest.fixture
def banded(floor: Floor) -> Floor:
    floor.apply(rules(band_bps=1000))
    floor.apply(commands.SetReferencePrice(MARKET, 105))
    return floor


@pytest.mark.parametrize(("price", "inside"), [(94, False), (95, True), (115, True), (116, False)])
def test_the_band_is_rounded_inwards(banded: Floor, price: int, inside: bool) -> None:
    """10% of 105 is 94.5 to 115.5."""
    assert (rejected(banded.buy(BETA, 1, price)) is None) is inside


def test_the_refusal_tells_limit_observed_and_headroom(banded: Floor) -> None:
    assert rejection(banded.buy(BETA, 1, 120)) == Reject(RejectCode.PRICE_OUTSIDE_BAND, 115, 120, -5)
    assert rejection(banded.buy(BETA, 1, 90)) == Reject(RejectCode.PRICE_OUTSIDE_BAND, 95, 90, -5)


def test_both_sides_of_a_quote_are_held_to_it(banded: Floor) -> None:
    assert rejected(banded.quote(ALPHA, (1, 94), (1, 110))) is RejectCode.PRICE_OUTSIDE_BAND
    assert rejected(banded.quote(ALPHA, (1, 95), (1, 116))) is RejectCode.PRICE_OUTSIDE_BAND
    quote = placed(banded.quote(ALPHA, (1, 95), (1, 115)))
    assert rejected(banded.update(ALPHA, quote, ask_price=116)) is RejectCode.PRICE_OUTSIDE_BAND


def test_what_rests_stays_when_the_band_moves_away(banded: Floor) -> None:
    banded.buy(ALPHA, 1, 95)
    before = banded.book()
    banded.apply(commands.SetReferencePrice(MARKET, 200))
    assert banded.book() == before
    assert rejected(banded.buy(ALPHA, 1, 95)) is RejectCode.PRICE_OUTSIDE_BAND


def test_the_reference_follows_the_last_trade_where_the_market_says_so(banded: Floor) -> None:
    banded.apply(rules(band_bps=1000, reference_source=ReferenceSource.LAST_TRADE))
    banded.lay_out("| 115 | Alpha 1")
    told = banded.buy(BETA, 1, 115)
    assert told[-1] == ReferencePriceMoved(MARKET, 115, banded.now)
    assert rejected(banded.buy(BETA, 1, 126)) is None
    assert rejected(banded.buy(BETA, 1, 127)) is RejectCode.PRICE_OUTSIDE_BAND


def test_the_rest_of_a_batch_is_held_to_the_band_as_its_trades_moved_it(banded: Floor) -> None:
    banded.apply(rules(band_bps=1000, reference_source=ReferenceSource.LAST_TRADE))
    first = placed(banded.quote(ALPHA, (1, 100), (1, 114)))
    second = placed(banded.quote(ALPHA, (1, 96), (1, 115)))
    third = placed(banded.quote(ALPHA, (1, 95), (1, 115)))
    banded.lay_out("| 112 | Beta 1")
    updates = (
        commands.QuoteUpdate(third, bid_price=97),
        commands.QuoteUpdate(first, bid_price=112),
        commands.QuoteUpdate(second, bid_price=97),
    )
    told = banded.apply(commands.UpdateQuotes(ALPHA.account, ALPHA.firm, updates))
    assert names(told) == ["QuoteReplaced", "QuoteReplaced", "Traded", "ReferencePriceMoved", "CommandRejected"]
    assert rejected(told) is RejectCode.PRICE_OUTSIDE_BAND


def test_a_stale_reference_takes_no_new_interest_and_widens_nothing(floor: Floor) -> None:
    floor.apply(rules(band_bps=1000, reference_max_age_ms=500))
    floor.apply(commands.SetReferencePrice(MARKET, 100))
    quote = placed(floor.quote(ALPHA, (1, 99), (1, 101)))
    floor.now += 500
    assert rejected(floor.update(ALPHA, quote, bid_price=98)) is None
    floor.now += 1
    assert rejection(floor.buy(BETA, 1, 100)) == Reject(RejectCode.REFERENCE_PRICE_STALE, 500, 501, -1)
    assert rejected(floor.update(ALPHA, quote, bid_price=97)) is RejectCode.REFERENCE_PRICE_STALE
    assert rejected(floor.cancel_quote(ALPHA, quote)) is None
    (changed,) = floor.apply(commands.SetReferencePrice(MARKET, 100))
    assert isinstance(changed, MarketChanged)
    assert rejected(floor.buy(BETA, 1, 100)) is None
