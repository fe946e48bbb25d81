"""A maker quotes a ladder on what is open, replaces what is gone, and trusts nothing after an unknown outcome."""

import random
from decimal import Decimal
from typing import Any

from venue.demo.client import Answer, NotNow
from venue.demo.makers import Maker
from venue.demo.walk import Walk

MARKET = {
    "market": "BTC-USD",
    "baseAsset": "BTC",
    "tickSize": Decimal("0.01"),
    "lotSize": Decimal("0.0001"),
    "referencePrice": Decimal(50_000),
    "status": "open",
}


class ScriptedVenue:
    """Stands in for the client: takes every quote, unless a method of it is replaced."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.gone: set[str] = set()
        self.markets = [MARKET]
        self.traded: list[dict[str, Any]] = []
        self.away = False
        self.quotes = 0

    def get(self, target: str) -> Answer:
        return self.answer("GET", target, {"markets": self.markets, "quotes": self.traded})

    def post(self, target: str, content: Any) -> Answer:
        self.quotes += 1
        return self.answer("POST", content, {"quoteId": f"quote_{self.quotes}"}, 201)

    def patch(self, target: str, content: Any) -> Answer:
        results = [self.result(update["quoteId"]) for update in content]
        return self.answer("PATCH", content, {"results": results})

    def delete(self, target: str) -> Answer:
        return self.answer("DELETE", target, {})

    def answer(self, method: str, said: Any, content: Any, status: int = 200) -> Answer:
        if self.away:
            raise NotNow("503 OUTCOME_UNKNOWN", 1.0)
        self.calls.append((method, said))
        return Answer(status, content)

    def result(self, quote_id: str) -> dict[str, Any]:
        if quote_id in self.gone:
            return {"success": False, "quoteId": quote_id, "error": {"code": "QUOTE_NOT_OPEN"}}
        return {"success": True, "quoteId": quote_id}

    def said(self, method: str) -> list[Any]:
        said = [what for name, what in self.calls if name == method]
        self.calls = [call for call in self.calls if call[0] != method]
        return said


class Jumping(Walk):
    """Moves by a thousandth at each look."""

    def price(self, reference: Decimal) -> Decimal:
        self._distance += 0.001
        return reference * Decimal(1 + self._distance)


def maker_at(venue: ScriptedVenue) -> Maker:
    walk = Jumping(random.Random(1))
    return Maker("DEMO_MAKER_A", venue, {"BTC": walk}, Decimal("0.0004"))  # type: ignore[arg-type]


def test_a_ladder_on_the_grid_around_the_walk() -> None:
    venue = ScriptedVenue()
    maker_at(venue).take_turn()
    quotes = venue.said("POST")
    assert len(quotes) == 4
    bids = [quote["bidPrice"] for quote in quotes]
    asks = [quote["askPrice"] for quote in quotes]
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < 50_050 < asks[0]
    assert all(price % Decimal("0.01") == 0 for price in bids + asks)
    assert all(1 <= quote["validForSeconds"] <= 300 for quote in quotes)


def test_one_request_moves_all_and_what_is_gone_is_quoted_anew() -> None:
    venue = ScriptedVenue()
    maker = maker_at(venue)
    maker.take_turn()
    venue.said("POST")
    venue.gone = {"quote_2"}
    maker.take_turn()
    (updates,) = venue.said("PATCH")
    assert {update["quoteId"] for update in updates} == {f"quote_{n}" for n in range(1, 5)}
    assert len(venue.said("POST")) == 1
    maker.take_turn()
    (updates,) = venue.said("PATCH")
    assert {update["quoteId"] for update in updates} == {"quote_1", "quote_5", "quote_3", "quote_4"}


def test_what_was_taken_is_put_back() -> None:
    venue = ScriptedVenue()
    maker = maker_at(venue)
    maker.take_turn()
    size = venue.said("POST")[0]["bidSize"]
    venue.traded = [{"quoteId": "quote_1", "bidFilled": Decimal("0.01"), "askFilled": 0}]
    maker.take_turn()
    (updates,) = venue.said("PATCH")
    (refilled,) = [update for update in updates if update["quoteId"] == "quote_1"]
    assert (refilled["bidSize"], refilled["askSize"]) == (size + Decimal("0.01"), size)


def test_a_halted_market_is_left_alone() -> None:
    venue = ScriptedVenue()
    venue.markets = [MARKET | {"status": "halted"}]
    maker_at(venue).take_turn()
    assert venue.said("POST") == venue.said("PATCH") == []


def test_after_an_unknown_outcome_it_starts_over() -> None:
    venue = ScriptedVenue()
    maker = maker_at(venue)
    maker.take_turn()
    venue.away = True
    maker.take_turn()
    venue.away = False
    venue.calls = []
    maker.take_turn()
    assert venue.calls[0] == ("DELETE", "/api/sdk/quotes")
    assert len(venue.said("POST")) == 4
    assert venue.said("PATCH") == []


def test_it_takes_its_quotes_along() -> None:
    venue = ScriptedVenue()
    maker = maker_at(venue)
    maker.client.close = lambda: None  # type: ignore[method-assign]
    maker.leave()
    assert venue.calls == [("DELETE", "/api/sdk/quotes")]
