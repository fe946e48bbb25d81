"""Fee rates of an account in a market, instead of the market's own."""

from collections.abc import Callable
from typing import Any, Final

from venue.engine.accounts import FeeRates
from venue.engine.commands import RemoveFeeRates, SetFeeRates
from venue.engine.events import FeeRatesChanged, FeeRatesRemoved
from venue.engine.operations import charges, known
from venue.engine.state import EngineState, MarketState, largest_chargeable


def set_fee_rates(state: EngineState, command: SetFeeRates) -> None:
    """From the next fill on; refused where the fee of something that rests could not be counted any more."""
    market = known(state, command.market)
    rates = FeeRates(command.firm, command.maker_ppm, command.taker_ppm)
    if market is None or not charges(state, market, largest_chargeable(rates)):
        return
    state.account(command.account, command.firm)
    put(state, market, command.account, rates)
    state.events.append(FeeRatesChanged(command.account, command.firm, command.market, *rates[1:]))


def remove_fee_rates(state: EngineState, command: RemoveFeeRates) -> None:
    market = known(state, command.market)
    if market is not None and command.account in market.fee_rates:
        put(state, market, command.account, None)
        state.events.append(FeeRatesRemoved(command.account, command.firm, command.market))


def put(state: EngineState, market: MarketState, account: int, rates: FeeRates | None) -> None:
    """The rates and what follows from them; None: the market's own."""
    if rates is None:
        del market.fee_rates[account]
    else:
        market.fee_rates[account] = rates
    market.configure(market.rules)
    position = state.accounts[account].positions.get(market.number)
    if position is not None:
        position.settle_fees()


FEES: Final[dict[type, Callable[[EngineState, Any], None]]] = {
    SetFeeRates: set_fee_rates,
    RemoveFeeRates: remove_fee_rates,
}
