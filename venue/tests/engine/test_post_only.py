"""Post-only orders rest or are rejected; a post-only market takes nothing that would trade."""

from venue.engine import commands
from venue.engine.rejects import RejectCode
from venue.engine.terms import MarketStatus
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import MARKET, Floor, placed, rejected


def test_a_post_only_order_that_would_trade_is_rejected(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 2")
    assert rejected(floor.buy(BETA, 1, 100, post_only=True)) is RejectCode.POST_ONLY_WOULD_CROSS
    assert rejected(floor.buy(BETA, 1, 99, post_only=True)) is None
    assert floor.book() == tidy("""
               | 100 | Alpha 2
        Beta 1 |  99 |
    """)


def test_even_its_own_firm_it_would_meet(floor: Floor) -> None:
    floor.lay_out("| 100 | Beta 2")
    assert rejected(floor.buy(BETA, 1, 100, post_only=True)) is RejectCode.POST_ONLY_WOULD_CROSS


def test_in_a_post_only_market_orders_must_be_post_only(floor: Floor) -> None:
    floor.apply(commands.SetMarketStatus(MARKET, MarketStatus.POST_ONLY))
    assert rejected(floor.buy(BETA, 1, 99)) is RejectCode.MARKET_POST_ONLY
    assert rejected(floor.buy(BETA, 1)) is RejectCode.MARKET_POST_ONLY
    assert rejected(floor.buy(BETA, 1, 99, post_only=True)) is None


def test_in_a_post_only_market_quotes_must_not_cross(floor: Floor) -> None:
    floor.lay_out("| 100 | Beta 2")
    floor.apply(commands.SetMarketStatus(MARKET, MarketStatus.POST_ONLY))
    assert rejected(floor.quote(ALPHA, (1, 100), (1, 102))) is RejectCode.MARKET_POST_ONLY
    quote = placed(floor.quote(ALPHA, (1, 98), (1, 102)))
    assert rejected(floor.update(ALPHA, quote, bid_price=101)) is RejectCode.MARKET_POST_ONLY
    assert rejected(floor.update(ALPHA, quote, bid_price=99)) is None
