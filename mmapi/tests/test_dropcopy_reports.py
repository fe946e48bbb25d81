"""GET /api/v1/mm/dropcopy/reports: the records of the stream, page by page."""

from typing import Any

from django.db import connection

from venue.tests.cast import Trader


def page(trader: Trader, query: str = "") -> dict[str, Any]:
    answer = trader.get(f"/api/v1/mm/dropcopy/reports{query}")
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.body
    return body


def test_page_by_page(alpha: Trader) -> None:
    for _ in range(5):
        alpha.quote()
    seen: list[int] = []
    asked = 0
    while True:
        found = page(alpha, f"?from={asked}&limit=2")
        if not found["reports"]:
            break
        seen += [report["sequence"] for report in found["reports"]]
        asked = found["next"]
    assert seen == [1, 2, 3, 4, 5]
    assert (found["first"], found["last"], found["through"], found["next"]) == (1, 5, 5, 6)


def test_chosen_kinds_and_accounts(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    beta.order("buy", 1, 50100)
    found = page(alpha, f"?types=Trade&accounts={alpha.party.account.name}")
    assert [report["execType"] for report in found["reports"]] == ["Trade"]
    assert found["through"] == 2


def test_a_firm_without_reports(gamma: Trader) -> None:
    assert page(gamma) == {"shard": 1, "first": 1, "last": 0, "through": 0, "next": 1, "reports": []}


def test_parameters_at_fault(alpha: Trader) -> None:
    for query, fault in {
        "from=2": ("from", "OUT_OF_RANGE"),
        "from=ack": ("from", "WRONG_TYPE"),
        "limit=1001": ("limit", "OUT_OF_RANGE"),
        "types=": ("types", "INVALID_VALUE"),
    }.items():
        answer = alpha.get(f"/api/v1/mm/dropcopy/reports?{query}")
        assert (answer.status, answer.faults) == (400, [fault]), query


def test_what_is_no_longer_kept_is_gone(alpha: Trader) -> None:
    for _ in range(3):
        alpha.quote()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM venue_executionreport WHERE firm_id = %s AND firm_sequence < 3", [alpha.party.firm.pk]
        )
    answer = alpha.get("/api/v1/mm/dropcopy/reports?from=2")
    assert (answer.status, answer.code, answer.body["first"]) == (410, "SEQUENCE_NOT_KEPT", 3)
    assert [report["sequence"] for report in page(alpha, "?from=0")["reports"]] == [3]
