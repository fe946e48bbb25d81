"""What operations staff do to markets and accounts, by command like everything else."""

from collections.abc import Callable
from typing import Any, Final

from venue.engine import commands, events
from venue.engine.matching import cancel_all
from venue.engine.rejects import Reject, RejectCode, above
from venue.engine.snapshots import account_changed, market_changed
from venue.engine.state import EngineState, MarketState
from venue.engine.terms import CancelReason, Kind

NOBODY: Final = (0, 0)  # commands of operations have no account and no firm


def create_market(state: EngineState, command: commands.CreateMarket) -> None:
    if command.market in state.markets:
        state.refuse(Kind.ANY, 0, command.market, NOBODY, "", Reject(RejectCode.MARKET_EXISTS))
        return
    market = state.markets[command.market] = MarketState(command)
    state.events.append(market_changed(market))


def configure_market(state: EngineState, command: commands.ConfigureMarket) -> None:
    market = known(state, command.market)
    if market is None:
        return
    if not charges(state, market, market.chargeable(command)):
        return
    market.configure(command)
    for account in state.accounts.values():
        if market.number in account.positions:
            account.positions[market.number].settle_limits()
            account.positions[market.number].settle_fees()
    state.events.append(market_changed(market))


def charges(state: EngineState, market: MarketState, chargeable: int) -> bool:
    """Whether what rests could be charged at new rates, which reach so many ticks x lots; else they are refused."""
    if chargeable >= market.most_worth:
        return True
    legs = [leg for side in (market.book.bids, market.book.asks) for level in side for leg in level]
    largest = max((leg.price * leg.leaves for leg in legs), default=0)
    if largest > chargeable:
        reject = above(RejectCode.NOTIONAL_ABOVE_LIMIT, chargeable, largest)
        state.refuse(Kind.ANY, 0, market.number, NOBODY, "", reject)
    return largest <= chargeable


def set_market_status(state: EngineState, command: commands.SetMarketStatus) -> None:
    market = known(state, command.market)
    if market is not None:
        market.set_status(command.status, command.reason)
        state.events.append(market_changed(market))


def set_reference_price(state: EngineState, command: commands.SetReferencePrice) -> None:
    market = known(state, command.market)
    if market is not None:
        market.move_reference(command.price, state.now)
        state.events.append(market_changed(market))


def set_risk_limits(state: EngineState, command: commands.SetRiskLimits) -> None:
    account = state.account(command.account, command.firm)
    account.limit(command.max_open_orders, command.max_exposure)
    state.events.append(account_changed(account))


def set_position_limit(state: EngineState, command: commands.SetPositionLimit) -> None:
    market = known(state, command.market)
    if market is not None:
        position = state.account(command.account, command.firm).position_in(market)
        position.max_position = command.max_position
        position.settle_limits()
        limits = (command.account, command.firm, command.market, command.max_position)
        state.events.append(events.PositionLimitChanged(*limits))


def suspend_firm(state: EngineState, command: commands.SuspendFirm) -> None:
    state.suspended_firms.add(command.firm)
    state.events.append(events.FirmChanged(command.firm, True))
    chosen = [
        one for account in state.accounts.values() if account.firm == command.firm for one in account.open.values()
    ]
    cancel_all(state, chosen, CancelReason.FIRM_SUSPENDED)


def reinstate_firm(state: EngineState, command: commands.ReinstateFirm) -> None:
    state.suspended_firms.discard(command.firm)
    state.events.append(events.FirmChanged(command.firm, False))


def suspend_account(state: EngineState, command: commands.SuspendAccount) -> None:
    account = state.account(command.account, command.firm)
    account.suspended = True
    state.events.append(account_changed(account))
    cancel_all(state, list(account.open.values()), CancelReason.ACCOUNT_SUSPENDED)


def reinstate_account(state: EngineState, command: commands.ReinstateAccount) -> None:
    account = state.account(command.account, command.firm)
    account.suspended = False
    state.events.append(account_changed(account))


def known(state: EngineState, number: int) -> MarketState | None:
    """The market, or a refusal."""
    market = state.markets.get(number)
    if market is None:
        state.refuse(Kind.ANY, 0, number, NOBODY, "", Reject(RejectCode.UNKNOWN_MARKET))
    return market


OPERATIONS: Final[dict[type, Callable[[EngineState, Any], None]]] = {
    commands.CreateMarket: create_market,
    commands.ConfigureMarket: configure_market,
    commands.SetMarketStatus: set_market_status,
    commands.SetReferencePrice: set_reference_price,
    commands.SetRiskLimits: set_risk_limits,
    commands.SetPositionLimit: set_position_limit,
    commands.SuspendFirm: suspend_firm,
    commands.ReinstateFirm: reinstate_firm,
    commands.SuspendAccount: suspend_account,
    commands.ReinstateAccount: reinstate_account,
}
