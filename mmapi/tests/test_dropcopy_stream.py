"""/ws/mm/dropcopy: from any sequence kept, then live, without a seam, the firm's own and nobody else's."""

import threading
from typing import Any

from django.db import connection

from mmapi.tests.stream import Follower, StreamProcess, following
from venue.engine.terms import MarketStatus
from venue.tests.cast import Trader, set_status


def rest_reports(trader: Trader, query: str = "") -> list[dict[str, Any]]:
    answer = trader.get(f"/api/v1/mm/dropcopy/reports{query}")
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.body["reports"]
    return found


def words(follower: Follower) -> list[str]:
    return [report["execType"] for report in follower.reports]


def test_what_happened_before_and_then_live(stream: StreamProcess, alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(clientQuoteId="q-1")
    with following(stream, alpha, "?from=0") as follower:
        welcome = follower.next()
        assert (welcome["type"], welcome["firm"], welcome["next"]) == ("welcome", alpha.party.firm.code, 1)
        assert follower.until("live")["sequence"] == 1
        beta.order("buy", 1, 50100)
        alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
        follower.until_report(3)
        assert words(follower) == ["New", "Trade", "Canceled"]
        assert {report["clientQuoteId"] for report in follower.reports} == {"q-1"}
        assert follower.reports == rest_reports(alpha)


def test_without_from_only_what_comes_now(stream: StreamProcess, alpha: Trader) -> None:
    alpha.quote()
    with following(stream, alpha) as follower:
        assert follower.until("live")["sequence"] == 1
        alpha.quote()
        follower.until_report(2)
    assert [report["sequence"] for report in follower.reports] == [2]


def test_refusals_are_told_too(stream: StreamProcess, alpha: Trader) -> None:
    set_status(alpha.market, MarketStatus.HALTED)
    with following(stream, alpha) as follower:
        follower.until("live")
        alpha.post("/api/sdk/quotes", alpha.quote_body(clientQuoteId="no"))
        follower.until_report(1)
    (report,) = follower.reports
    assert (report["execType"], report["rejectCode"], report["clientQuoteId"]) == ("Rejected", "MARKET_HALTED", "no")


def test_gamma_hears_nothing_of_alphas(stream: StreamProcess, alpha: Trader, gamma: Trader) -> None:
    with following(stream, gamma, "?from=0") as follower:
        follower.until("live")
        alpha.quote()
        gamma.order("buy", 1, 49000)
        follower.until_report(1)
    assert [report["account"] for report in follower.reports] == [gamma.party.account.name]


def test_the_whole_firm_whatever_the_keys_account(stream: StreamProcess, alpha: Trader) -> None:
    other = alpha.party.firm.accounts.create(name=f"{alpha.party.account.name}b")
    desk = Trader(type(alpha.party)(alpha.party.firm, other), alpha.market)
    with following(stream, desk, "?from=0") as follower:
        follower.until("live")
        alpha.quote()
        desk.quote()
        follower.until_report(2)
    assert [report["account"] for report in follower.reports] == [alpha.party.account.name, other.name]


def test_chosen_accounts_and_kinds(stream: StreamProcess, alpha: Trader, beta: Trader) -> None:
    other = alpha.party.firm.accounts.create(name=f"{alpha.party.account.name}b")
    desk = Trader(type(alpha.party)(alpha.party.firm, other), alpha.market)
    with (
        following(stream, alpha, f"?from=0&accounts={other.name}") as of_account,
        following(stream, alpha, "?from=0&types=Trade,Canceled") as of_kind,
    ):
        of_account.until("live")
        of_kind.until("live")
        alpha.quote()
        beta.order("buy", 1, 50100)
        desk.quote()
        of_account.until_report(3)
        assert of_kind.next()["through"] >= 2
    assert [report["account"] for report in of_account.reports] == [other.name]
    assert words(of_kind) == ["Trade"]


def test_a_heartbeat_says_how_far_everything_was_delivered(stream: StreamProcess, alpha: Trader) -> None:
    with following(stream, alpha, "?types=Trade") as follower:
        follower.until("live")
        alpha.quote()
        heartbeat = follower.until("heartbeat")
    assert (heartbeat["sequence"], heartbeat["last"]) == (1, 1)


def test_what_is_open_first_and_then_what_follows(stream: StreamProcess, alpha: Trader, beta: Trader) -> None:
    alpha.quote(clientQuoteId="open")
    alpha.delete(f"/api/sdk/quotes/{alpha.quote()['quoteId']}")
    order = alpha.order("buy", 2, 49000)
    beta.order("buy", 1, 50100)
    with following(stream, alpha, "?snapshot=true") as follower:
        begin = follower.until("snapshotBegin")
        entries = follower.until("snapshot")["orders"]
        end = follower.until("snapshotEnd")
        alpha.quote()
        follower.until_report(6)
    assert (begin["sequence"], begin["count"], end["sequence"]) == (5, 2, 5)
    quote, resting = entries
    assert (quote["execType"], quote["ordStatus"], quote["clientQuoteId"]) == ("OrderStatus", "PartiallyFilled", "open")
    assert (quote["askCumQty"], quote["askLeavesQty"], quote["bidLeavesQty"]) == (1, 4, 5)
    assert (resting["orderId"], resting["ordStatus"], resting["leavesQty"]) == (order["orderId"], "New", 2)
    assert [report["sequence"] for report in follower.reports] == [6]


def test_resumed_again_and_again_under_load_without_a_seam(stream: StreamProcess, alpha: Trader) -> None:
    """The consumer leaves wherever it is, and goes on with the next sequence, while reports pour in."""
    quotes = [alpha.quote()["quoteId"] for _ in range(40)]
    done = threading.Event()

    def refresh() -> None:
        maker = alpha.another()
        for step in range(60):
            body = [{"quoteId": one, "bidPrice": 49000 + step} for one in quotes]
            assert maker.patch("/api/sdk/quotes/batch/update", body).status == 200
        connection.close()
        done.set()

    load = threading.Thread(target=refresh)
    load.start()
    seen: list[int] = []
    while not (done.is_set() and len(seen) == 40 * 61):
        with following(stream, alpha, f"?from={len(seen) + 1}") as follower:
            for _ in range(3):
                if len(seen) + len(follower.reports) < 40 * 61:
                    follower.next()
            seen += [report["sequence"] for report in follower.reports]
    load.join()
    assert seen == list(range(1, 40 * 61 + 1))


def test_a_new_process_goes_on_where_the_old_one_ended(stream: StreamProcess, alpha: Trader) -> None:
    alpha.quote()
    with following(stream, alpha, "?from=1") as follower:
        follower.until_report(1)
        stream.stop()
        assert follower.until_closed()[0] == 1012
    alpha.quote()
    stream.start()
    with following(stream, alpha, "?from=2") as follower:
        follower.until_report(2)
    assert [report["sequence"] for report in follower.reports] == [2]
