"""Whatever prices and sizes come in, every number that goes out fits a signed 64-bit integer."""

from random import Random

from hypothesis import given, settings

from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.rejects import RejectCode
from venue.engine.terms import MarketStatus, OrderType, ReferenceSource, SelfTradePrevention, Side, TimeInForce
from venue.tests.engine.cast import ALPHA, BETA, CAST
from venue.tests.engine.floor import MARKET, NOON, Floor, create_market, placed, rejected, rejection, rules
from venue.tests.engine.invariants import check_events, check_state
from venue.tests.engine.random_commands import seeds

LARGEST = 2**53


class LargeCommands:
    """Random commands with numbers of any magnitude up to 2^53, in markets with no limits or absurd ones."""

    def __init__(self, seed: int, engine: MarketEngine) -> None:
        self._random = Random(seed)
        self._engine = engine

    def number(self) -> int:
        bits = self._random.choice((1, 4, 20, 40, 53))
        return min(LARGEST, self._random.randint(1, 2**bits))

    def draw(self) -> Command:
        choose = self._random.choice
        member = choose(CAST)
        bid = self.number()
        made: list[Command] = [
            commands.PlaceOrder(
                member.account,
                member.firm,
                MARKET,
                choose(list(Side)),
                OrderType.LIMIT,
                self.number(),
                self.number(),
                choose(list(TimeInForce)),
                0,
                False,
                choose(list(SelfTradePrevention)),
            ),
            commands.PlaceOrder(
                member.account, member.firm, MARKET, choose(list(Side)), OrderType.MARKET, 0, self.number()
            ),
            commands.PlaceQuote(
                member.account,
                member.firm,
                MARKET,
                bid,
                self.number(),
                bid + self.number(),
                self.number(),
                self.number(),
            ),
        ]
        if self._random.random() < 0.1:
            fees = (choose((0, -1000, 10**6, LARGEST)), choose((0, 50, 10**6, LARGEST)))
            source = choose(list(ReferenceSource))
            made = [
                commands.ConfigureMarket(MARKET, choose((0, 0, self.number())), 0, 0, 0, 0, *fees, source),
                commands.SetReferencePrice(MARKET, self.number()),
                commands.SetRiskLimits(member.account, member.firm, 0, choose((0, self.number()))),
                commands.SetFeeRates(member.account, member.firm, MARKET, *fees),
                commands.RemoveFeeRates(member.account, member.firm, MARKET),
            ]
        quotes = list(self._engine.state.quotes.values())
        if quotes and self._random.random() < 0.3:
            quote = choose(quotes)
            change = commands.QuoteUpdate(quote.id, *(choose((0, self.number())) for _ in range(5)))
            made = [commands.UpdateQuotes(quote.account.id, quote.firm, (change,))]
        return choose(made)


@given(seed=seeds)
@settings(max_examples=80)
def test_every_number_fits(seed: int) -> None:
    engine = MarketEngine()
    large = LargeCommands(seed, engine)
    scale = Random(seed).choice((1, 1, 1000, LARGEST))
    engine.apply(1, NOON, create_market(MARKET, scale))
    engine.apply(2, NOON, commands.SetMarketStatus(MARKET, MarketStatus.OPEN))
    for sequence in range(3, 150):
        check_events(engine, engine.apply(sequence, NOON, large.draw()))
    check_state(engine)


def fine_floor() -> Floor:
    """A market in which a lot at one tick is worth as little as can be said."""
    floor = Floor()
    floor.apply(create_market(7, value_scale=1))
    floor.apply(commands.SetMarketStatus(7, MarketStatus.OPEN))
    return floor


def test_a_position_that_cost_too_much_to_count_may_only_shrink() -> None:
    """Alpha sells low and buys back high until what it lost hardly fits: from there on it only closes positions."""
    floor, lots = fine_floor(), 10**6
    high = 10**18 // lots
    for _ in range(10):
        floor.buy(BETA, lots, 1, market=7)
        floor.sell(ALPHA, lots, 1, market=7)
        floor.sell(BETA, lots, high, market=7)
        if rejected(floor.buy(ALPHA, lots, high, market=7)) is not None:
            break
    position = floor.engine.state.accounts[ALPHA.account].positions[7]
    assert position.cost > 2**60
    assert rejected(floor.sell(ALPHA, 1, high, market=7)) is RejectCode.POSITION_ABOVE_LIMIT


def test_what_works_at_once_can_be_counted() -> None:
    floor = fine_floor()
    assert rejected(floor.sell(ALPHA, 1, 10**18, market=7)) is None
    refusal = rejection(floor.sell(ALPHA, 1, 10**18, market=7))
    assert (refusal.code, refusal.limit) == (RejectCode.EXPOSURE_ABOVE_LIMIT, 2**60)


def test_fees_may_not_rise_beyond_what_can_be_charged_for_what_rests(floor: Floor) -> None:
    order = placed(floor.sell(ALPHA, 10**9, 10**6))
    dear = rules(taker_fee_ppm=10_000)
    assert rejection(floor.apply(dear)).code is RejectCode.NOTIONAL_ABOVE_LIMIT
    floor.cancel_order(ALPHA, order)
    assert rejected(floor.apply(dear)) is None
