"""Who may open the stream: whoever signs well with the scope DROP_COPY, from the right place, or has a ticket."""

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from accounts import firms, keys
from accounts.tests.cast import Caller
from mmapi.tests.stream import PATH, StreamProcess, following, opening, serving
from venue.tests.cast import Trader


def refused(process: StreamProcess, trader: Trader | None, query: str = "", **options: Any) -> dict[str, Any]:
    """The problem document that came in place of a stream."""
    with pytest.raises(InvalidStatus) as raised, opening(process, trader, query, **options):
        pass
    response = raised.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.body or b"")
    assert problem["status"] == response.status_code
    return problem


def code(process: StreamProcess, trader: Trader | None, query: str = "", **options: Any) -> str:
    return str(refused(process, trader, query, **options)["code"])


def test_nobody_comes_in_without_a_signature(stream: StreamProcess, alpha: Trader) -> None:
    assert code(stream, None) == "MISSING_CREDENTIALS"
    assert code(stream, alpha, headers={"X-API-Signature": "00" * 32}) == "INVALID_SIGNATURE"
    assert code(stream, alpha, headers={"X-API-Key": "ak_nobody"}) == "INVALID_API_KEY"


def test_the_query_is_signed(stream: StreamProcess, alpha: Trader) -> None:
    signed = alpha.caller.sign("GET", f"{PATH}?from=1", timestamp_ms=alpha.caller.next_ms())
    assert code(stream, None, "?from=0", headers=signed) == "INVALID_SIGNATURE"


def test_a_signature_is_good_once(stream: StreamProcess, alpha: Trader) -> None:
    signed = alpha.caller.sign("GET", PATH, timestamp_ms=alpha.caller.next_ms())
    with opening(stream, None, headers=signed):
        pass
    assert code(stream, None, headers=signed) == "REPLAYED_SIGNATURE"


def test_an_old_signature_is_none(stream: StreamProcess, alpha: Trader) -> None:
    signed = alpha.caller.sign("GET", PATH, timestamp_ms=alpha.caller.next_ms() - 10_000)
    assert code(stream, None, headers=signed) == "TIMESTAMP_OUTSIDE_WINDOW"


def test_the_scope_is_drop_copy(stream: StreamProcess, alpha: Trader) -> None:
    reader = alpha.another(scopes=("READ", "MARKET_MAKING", "TRADE"))
    assert refused(stream, reader)["required"] == "DROP_COPY"
    for target in ("dropcopy", "dropcopy/reports"):
        assert reader.get(f"/api/v1/mm/{target}").code == "INSUFFICIENT_SCOPE"
    assert reader.post("/api/v1/mm/dropcopy/tickets", {}).code == "INSUFFICIENT_SCOPE"


def test_the_keys_networks_hold_and_a_forged_header_changes_nothing(stream: StreamProcess, alpha: Trader) -> None:
    elsewhere = alpha.another(networks=("10.0.0.0/8",))
    assert code(stream, elsewhere) == "NETWORK_NOT_ALLOWED"
    assert refused(stream, elsewhere, headers={"X-Forwarded-For": "10.1.2.3"})["observed"] == "127.0.0.1"


def test_behind_a_trusted_proxy_the_client_counts(alpha: Trader) -> None:
    elsewhere = alpha.another(networks=("10.0.0.0/8",))
    with serving(TRUSTED_PROXIES="127.0.0.1/32") as process:
        with opening(process, elsewhere, headers={"X-Forwarded-For": "10.1.2.3"}):
            pass
        assert code(process, elsewhere, headers={"X-Forwarded-For": "10.1.2.3, 192.0.2.1"}) == "NETWORK_NOT_ALLOWED"


def test_parameters_at_fault(stream: StreamProcess, alpha: Trader) -> None:
    faults = {
        "from=latest": ("from", "WRONG_FORMAT"),
        "from=2": ("from", "OUT_OF_RANGE"),
        "types=Filled": ("types", "INVALID_VALUE"),
        "accounts=beta-1": ("accounts", "INVALID_VALUE"),
        "consumer=a/b": ("consumer", "WRONG_FORMAT"),
        "shard=999": ("shard", "INVALID_VALUE"),
        "since=1": ("since", "UNKNOWN_FIELD"),
    }
    for query, fault in faults.items():
        (found,) = refused(stream, alpha, f"?{query}")["errors"]
        assert (found["field"], found["code"]) == fault, query


def test_a_firm_has_so_many_places_and_no_more(alpha: Trader, beta: Trader) -> None:
    with serving(DROPCOPY_CONNECTION_LIMIT="2") as process:
        with following(process, alpha) as first, following(process, alpha) as second:
            first.until("live")
            second.until("live")
            assert refused(process, alpha)["limit"] == 2
            assert code(process, alpha) == "TOO_MANY_CONSUMERS"
            with following(process, beta) as another:
                another.until("live")
        with following(process, alpha) as again:
            again.until("live")


def test_there_is_nothing_at_another_address(stream: StreamProcess, alpha: Trader) -> None:
    with pytest.raises(InvalidStatus) as raised, opening(stream, alpha, "/nothing"):
        pass
    assert raised.value.response.status_code == 404


def ticket_of(trader: Trader) -> str:
    answer = trader.post("/api/v1/mm/dropcopy/tickets", {})
    assert answer.status == 201, answer.text
    assert answer.body["url"].startswith("ws://")
    return str(answer.body["ticket"])


def test_a_ticket_is_good_once(stream: StreamProcess, alpha: Trader) -> None:
    ticket = ticket_of(alpha)
    alpha.quote()
    with following(stream, None, f"?ticket={ticket}&from=0") as follower:
        follower.until_report(1)
    assert code(stream, None, f"?ticket={ticket}&from=0") == "INVALID_TICKET"
    assert code(stream, None, "?ticket=guessed") == "INVALID_TICKET"


def test_a_ticket_is_no_better_than_its_key(stream: StreamProcess, alpha: Trader) -> None:
    elsewhere = alpha.another(networks=("127.0.0.2/32",))
    ticket = elsewhere.call("POST", "/api/v1/mm/dropcopy/tickets", {}, peer="127.0.0.2").body["ticket"]
    assert code(stream, None, f"?ticket={ticket}") == "NETWORK_NOT_ALLOWED"
    ticket = ticket_of(alpha)
    keys.revoke(alpha.caller.key, "lost", "tests")
    assert code(stream, None, f"?ticket={ticket}") == "KEY_REVOKED"


def test_who_is_connected_is_cut_off_with_the_key(stream: StreamProcess, alpha: Trader) -> None:
    other = alpha.another()
    with following(stream, alpha) as revoked, following(stream, other) as staying:
        revoked.until("live")
        staying.until("live")
        keys.revoke(alpha.caller.key, "lost", "tests")
        assert revoked.until_closed(3) == (4401, "KEY_REVOKED")
        other.quote()
        staying.until_report(1)


def test_who_is_connected_is_cut_off_with_the_firm(stream: StreamProcess, alpha: Trader) -> None:
    with following(stream, alpha) as follower:
        follower.until("live")
        firms.suspend(alpha.party.firm)
        assert follower.until_closed(3) == (4403, "FIRM_SUSPENDED")


def test_with_an_ed25519_key(stream: StreamProcess, alpha: Trader) -> None:
    trader = alpha.another(algorithm="ed25519")
    assert isinstance(trader.caller, Caller)
    with following(stream, trader) as follower:
        assert follower.next()["type"] == "welcome"
