"""The sandbox every new venue starts with: four markets and three firms."""

from decimal import Decimal
from typing import Final, NamedTuple

from accounts import firms
from accounts.models import Firm
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.terms import VALUE_EXPONENT, MarketStatus, ReferenceSource
from venue.matcher import process
from venue.models import Market

SHARD: Final = 1
BAND_BPS: Final = 2_500
MAKER_FEE_PPM: Final = 100
TAKER_FEE_PPM: Final = 500
FIRMS: Final = {"ALPHA": "alpha-1", "BETA": "beta-1", "GAMMA": "gamma-1"}


class SandboxMarket(NamedTuple):
    number: int
    asset: str
    tick_size: str
    lot_size: str
    reference: str


MARKETS: Final = (
    SandboxMarket(1, "BTC", "0.01", "0.0001", "50000"),
    SandboxMarket(2, "ETH", "0.01", "0.001", "3000"),
    SandboxMarket(3, "SOL", "0.01", "0.01", "150"),
    SandboxMarket(4, "XRP", "0.0001", "1", "0.6"),
)


def seed() -> None:
    """Whatever of the sandbox is not there yet."""
    for code, account in FIRMS.items():
        if not Firm.objects.filter(code=code).exists():
            firms.create(code, accounts=(account,))
    known = set(Market.objects.values_list("number", flat=True))
    missing = [command for market in MARKETS if market.number not in known for command in opening(market)]
    if missing:
        process.carry_out(SHARD, missing)


def opening(market: SandboxMarket) -> list[Command]:
    """The commands that create a market and open it."""
    number = market.number
    symbol = f"{market.asset}-USD"
    tick, lot = Decimal(market.tick_size), Decimal(market.lot_size)
    scale = int((tick * lot).scaleb(-VALUE_EXPONENT))
    return [
        commands.CreateMarket(number, symbol, market.asset, "USD", market.tick_size, market.lot_size, scale, SHARD),
        commands.ConfigureMarket(
            market=number,
            band_bps=BAND_BPS,
            max_order_size=0,
            min_notional=0,
            max_notional=0,
            max_position=0,
            maker_fee_ppm=MAKER_FEE_PPM,
            taker_fee_ppm=TAKER_FEE_PPM,
            reference_source=ReferenceSource.OPS,
        ),
        commands.SetReferencePrice(number, int(Decimal(market.reference) / tick)),
        commands.SetMarketStatus(number, MarketStatus.OPEN),
    ]
