"""`make run` has four demo firms that trade on every market through the API, like anybody else."""

from pathlib import Path

from venue.launch import data
from venue.tests.demo.open_venue import SYMBOLS, OpenVenue


def test_every_market_is_quoted_on_both_sides(lively_venue: OpenVenue) -> None:
    lively_venue.await_true(lambda: all(len(side) >= 4 for symbol in SYMBOLS for side in lively_venue.sides(symbol)))


def test_trades_happen(lively_venue: OpenVenue) -> None:
    lively_venue.await_true(
        lambda: sum(len(lively_venue.get(f"/api/v1/markets/{symbol}/trades")["trades"]) for symbol in SYMBOLS) >= 3
    )


def test_prices_move(lively_venue: OpenVenue) -> None:
    def best_bid() -> float:
        bids, _ = lively_venue.sides("BTC-USD")
        return bids[0][0] if bids else 0

    before = best_bid()
    lively_venue.await_true(lambda: best_bid() not in (0, before))


def test_keys_are_kept_and_shown_to_nobody(lively_venue: OpenVenue) -> None:
    file = Path(lively_venue.environment["VENUE_DATA"]) / "demo-keys.json"
    lively_venue.await_true(file.exists)
    assert file.stat().st_mode & 0o777 == 0o600
    for _, secret in data.read(file).values():
        assert secret not in lively_venue.output
