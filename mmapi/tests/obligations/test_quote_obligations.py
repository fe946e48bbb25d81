"""GET /api/v1/mm/markets/{id}/quote-obligations."""

import csv
import io
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts import firms, keys
from mmapi.obligations import programmes
from mmapi.obligations.integration.terms import Bounds, Condition
from mmapi.obligations.models import ObligationDay, ObligationProgramme
from mmapi.obligations.programmes import NewTerms
from venue.engine.terms import MarketStatus
from venue.markets import Terms
from venue.tests.cast import Trader, set_status

# 50% of the time, at most 100 bp, at least 1.0000 a side, at most 2 to 1.
BOUNDS = Bounds(5_000, 10_000, 10_000, 200)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
REASONS = ["no_quote", "one_sided", "too_wide", "too_small", "size_ratio", "protection_frozen", "disconnected"]


@pytest.fixture
def programme(market: Terms) -> ObligationProgramme:
    """Round the clock."""
    made = programmes.of_market(market.number)
    programmes.set_terms(made, NewTerms(0, 0, EVERY_DAY, "UTC", BOUNDS, BOUNDS))
    return made


@pytest.fixture
def obliged(programme: ObligationProgramme, alpha: Trader) -> Trader:
    programmes.join(programme, alpha.party.account)
    return alpha


def address(market: Terms, query: str = "") -> str:
    return f"/api/v1/mm/markets/{market.symbol}/quote-obligations{query}"


def told(trader: Trader, query: str = "") -> Any:
    answer = trader.get(address(trader.market, query))
    assert answer.status == 200, answer.text
    return answer.body


def own(trader: Trader, query: str = "") -> Any:
    (account,) = told(trader, query)["accounts"]
    return account


def test_a_member_is_told_how_it_stands(obliged: Trader, follow: Callable[[], None]) -> None:
    follow()
    assert own(obliged)["now"]["reason"] == "no_quote"
    obliged.quote()
    follow()
    account = own(obliged)
    assert (account["now"]["status"], account["now"]["reason"]) == ("compliant", None)
    assert account["now"]["since"] is not None
    assert list(account["today"]["secondsByReason"]) == REASONS
    assert "account" not in account


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"askPrice": 50500.0}, "too_wide"),
        ({"askSize": 0.5}, "too_small"),
        ({"askSize": 1.0}, "size_ratio"),
    ],
)
def test_the_reason_is_told(
    obliged: Trader, follow: Callable[[], None], changes: dict[str, float], reason: str
) -> None:
    obliged.quote(**changes)
    follow()
    now = own(obliged)["now"]
    assert (now["status"], now["reason"]) == ("non_compliant", reason)


def test_one_side_is_none(obliged: Trader, follow: Callable[[], None]) -> None:
    obliged.order("buy", 2, 49900)
    follow()
    assert own(obliged)["now"]["reason"] == "one_sided"


def test_live_figures_include_the_time_since_the_last_event(obliged: Trader, follow: Callable[[], None]) -> None:
    obliged.quote()
    follow()
    before = own(obliged)["today"]
    time.sleep(0.3)
    after = own(obliged)["today"]
    assert after["compliantSeconds"] - before["compliantSeconds"] >= Decimal("0.3")
    sums = sum(after["secondsByReason"].values()) + after["compliantSeconds"]
    assert sums == after["countedSeconds"]
    weighted = after["timeWeighted"]
    assert (weighted["spreadBps"], weighted["bidSize"]) == (Decimal("40.0000"), Decimal("5.000000"))
    assert weighted["seconds"] == after["compliantSeconds"]


def test_a_halt_is_excluded(obliged: Trader, follow: Callable[[], None]) -> None:
    obliged.quote()
    set_status(obliged.market, MarketStatus.HALTED)
    follow()
    time.sleep(0.1)
    account = own(obliged)
    assert (account["now"]["status"], account["now"]["reason"]) == ("excluded", "halted")
    assert account["today"]["excludedSeconds"]["halted"] > 0


def test_a_declared_state_is_told(obliged: Trader, programme: ObligationProgramme, follow: Callable[[], None]) -> None:
    programmes.declare(programme, Condition.EXCEPTIONAL, "the index is away")
    follow()
    time.sleep(0.05)
    body = told(obliged)
    assert (body["marketState"]["state"], body["marketState"]["reason"]) == ("exceptional", "the index is away")
    assert body["accounts"][0]["now"]["reason"] == "exceptional"
    programmes.end_state(programme)
    time.sleep(0.05)
    body = told(obliged)
    assert body["marketState"]["state"] == "normal"
    assert body["accounts"][0]["now"]["reason"] == "no_quote"


def test_terms_are_told_in_the_markets_units(obliged: Trader) -> None:
    terms = told(obliged)["terms"]
    assert terms["normal"] == {
        "minPresencePercent": Decimal("50.00"),
        "maxSpreadBps": Decimal("100.00"),
        "minSize": Decimal("1.0000"),
        "maxSizeRatio": Decimal("2.00"),
    }
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert terms["schedule"] == {"opens": "00:00", "closes": "00:00", "days": days, "timeZone": "UTC"}


def test_what_is_still_needed(obliged: Trader, follow: Callable[[], None]) -> None:
    obliged.quote()
    follow()
    today = own(obliged)["today"]
    needed = today["stillNeeded"]
    assert needed["status"] in ("possible", "secured")
    gap = needed["requiredByCloseSeconds"] - today["compliantSeconds"]
    assert abs(needed["neededSeconds"] - max(gap, 0)) <= Decimal("0.001")


def test_past_days(obliged: Trader, market: Terms, follow: Callable[[], None]) -> None:
    follow()
    kept = dict.fromkeys((*REASONS, "halted", "exceptional", "quoted", "spread", "bid", "ask"), 0)
    ObligationDay.objects.create(
        account=obliged.party.account,
        market_id=market.number,
        day="2026-03-02",
        compliant=1_800_000,
        required=36_000_000_000,
        **{**kept, "no_quote": 1_800_001},
    )
    days = own(obliged, "?from=2026-03-01&to=2026-03-03")["days"]
    assert [(one["day"], one["met"], one["presencePercent"]) for one in days] == [
        ("2026-03-02", False, Decimal("49.9999"))
    ]
    assert days[0]["countedSeconds"] == Decimal("3600.001")


def test_csv(obliged: Trader, market: Terms, follow: Callable[[], None]) -> None:
    obliged.quote()
    follow()
    answer = obliged.caller.get(address(market, "?format=csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    day = own(obliged)["today"]
    assert (row["market"], row["account"], row["day"]) == (market.symbol, obliged.party.account.name, day["day"])
    assert (row["spread_bps"], row["bid_size"]) == ("40.0000", "5.000000")
    parts = [Decimal(row[f"{name}_seconds"]) for name in ("compliant", *REASONS)]
    assert sum(parts) == Decimal(row["counted_seconds"]) > 0


def test_csv_of_no_days_is_its_head(obliged: Trader, market: Terms, follow: Callable[[], None]) -> None:
    follow()
    answer = obliged.caller.get(address(market, "?format=csv&from=2026-01-01&to=2026-01-02"))
    assert answer.content.startswith(b"market,account,day,met,counted_seconds,")
    assert answer.content.count(b"\r\n") == 1


def test_a_firm_wide_key_reads_all_accounts(
    obliged: Trader, programme: ObligationProgramme, follow: Callable[[], None]
) -> None:
    follow()
    second = firms.open_account(obliged.party.firm, f"sister{obliged.market.number}")
    programmes.join(programme, second)
    everything = obliged.another()
    everything.caller.key.firm_wide = True
    keys.amend(everything.caller.key)
    names = [one["account"] for one in told(everything)["accounts"]]
    assert names == [obliged.party.account.name, second.name]
    assert len(told(obliged)["accounts"]) == 1


def test_who_owes_nothing_is_told_so(obliged: Trader, gamma: Trader, market: Terms) -> None:
    assert (gamma.get(address(market)).status, gamma.get(address(market)).code) == (404, "NOT_OBLIGED")


def test_a_market_without_a_programme(alpha: Trader, market: Terms) -> None:
    assert alpha.get(address(market)).code == "NOT_OBLIGED"


def test_an_unknown_market(alpha: Trader) -> None:
    answer = alpha.get("/api/v1/mm/markets/NO-SUCH/quote-obligations")
    assert (answer.status, answer.code) == (404, "UNKNOWN_MARKET")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?from=2026-02-30", ("from", "WRONG_FORMAT")),
        ("?to=2026-03-01", ("from", "REQUIRED")),
        ("?from=2026-03-02&to=2026-03-01", ("to", "OUT_OF_RANGE")),
        ("?from=2020-01-01&to=2026-03-01", ("to", "OUT_OF_RANGE")),
        ("?format=xml", ("format", "INVALID_VALUE")),
        ("?day=2026-03-02", ("day", "UNKNOWN_FIELD")),
    ],
)
def test_bad_parameters(obliged: Trader, market: Terms, query: str, fault: tuple[str, str]) -> None:
    answer = obliged.get(address(market, query))
    assert (answer.status, answer.code, answer.faults) == (400, "INVALID_PARAMETERS", [fault])


def test_reading_needs_the_scope(obliged: Trader, market: Terms) -> None:
    answer = obliged.another(scopes=("MARKET_MAKING",)).get(address(market))
    assert (answer.status, answer.code) == (403, "INSUFFICIENT_SCOPE")


def test_who_has_left_reads_what_was(
    obliged: Trader, programme: ObligationProgramme, follow: Callable[[], None]
) -> None:
    obliged.quote()
    follow()
    programmes.leave(programme, obliged.party.account)
    follow()
    time.sleep(0.05)
    account = own(obliged)
    assert (account["now"]["status"], account["now"]["reason"]) == ("excluded", "not_obliged")
    assert account["leftAt"] is not None
    assert account["today"]["compliantSeconds"] > 0
