"""GET /api/v1/mm/dropcopy and consumers' marks: who follows, how far each has come, and where it goes on."""

import json
from typing import Any

import pytest
from django.db import connection
from websockets.exceptions import InvalidStatus

from mmapi.tests.stream import StreamProcess, following, opening
from venue.tests.cast import Trader, wait_until


def described(trader: Trader) -> dict[str, Any]:
    answer = trader.get("/api/v1/mm/dropcopy")
    assert answer.status == 200, answer.text
    assert answer.body["retentionDays"] is None
    (found,) = answer.body["streams"]
    stream: dict[str, Any] = found
    return stream


def consumer(trader: Trader, name: str) -> dict[str, Any]:
    """Nothing where it is not known."""
    return next((one for one in described(trader)["consumers"] if one["consumer"] == name), {})


def wait_for(trader: Trader, name: str, **expected: Any) -> dict[str, Any]:
    wait_until(lambda: expected.items() <= consumer(trader, name).items())
    return consumer(trader, name)


def test_the_streams_extent(alpha: Trader) -> None:
    assert described(alpha) == {"shard": 1, "first": 1, "last": 0, "consumers": []}
    alpha.quote()
    alpha.quote()
    assert (described(alpha)["first"], described(alpha)["last"]) == (1, 2)


def test_where_the_stream_is(alpha: Trader) -> None:
    answer = alpha.get("/api/v1/mm/dropcopy").body
    assert answer["url"].startswith("ws://localhost:")
    assert answer["url"].endswith("/ws/mm/dropcopy")
    assert (answer["heartbeatSeconds"], answer["ticketSeconds"]) == (5, 30)


def test_how_far_a_consumer_is(stream: StreamProcess, alpha: Trader) -> None:
    for _ in range(3):
        alpha.quote()
    with following(stream, alpha, "?from=0&consumer=oms") as follower:
        follower.until("live")
        wait_for(alpha, "oms", connected=True, acked=0, behind=3)
        follower.ack(2)
        found = wait_for(alpha, "oms", acked=2, behind=1)
        assert found["ackedAt"] is not None
        wait_until(lambda: [one["sent"] for one in consumer(alpha, "oms")["connections"]] == [3])
        (found,) = consumer(alpha, "oms")["connections"]
        assert (found["behind"], found["live"], found["address"]) == (0, True, "127.0.0.1")
        assert found["apiKey"] == alpha.caller.credentials["apiKey"]
    wait_for(alpha, "oms", connected=False, acked=2, connections=[])


def test_a_consumer_goes_on_after_its_mark(stream: StreamProcess, alpha: Trader) -> None:
    for _ in range(3):
        alpha.quote()
    with following(stream, alpha, "?from=ack&consumer=risk") as follower:
        assert follower.next()["next"] == 1
        follower.until("live")
        follower.ack(2)
        assert follower.until("acked")["sequence"] == 2
        follower.ack(1)  # a mark never goes back
    with following(stream, alpha, "?from=ack&consumer=risk") as follower:
        welcome = follower.next()
        assert (welcome["acked"], welcome["next"]) == (2, 3)
        follower.until_report(3)
    assert [report["sequence"] for report in follower.reports] == [3]
    with following(stream, alpha, "?from=ack&consumer=another") as follower:
        assert follower.next()["next"] == 1


def test_a_mark_before_what_is_kept_is_no_place_to_go_on(stream: StreamProcess, alpha: Trader) -> None:
    for _ in range(4):
        alpha.quote()
    with following(stream, alpha, "?from=0&consumer=late") as follower:
        follower.until_report(4)
        follower.ack(1)
        follower.until("acked")
    with connection.cursor() as cursor:
        firm = alpha.party.firm.pk
        cursor.execute("DELETE FROM venue_executionreport WHERE firm_id = %s AND firm_sequence < 4", [firm])
    with pytest.raises(InvalidStatus) as refused, opening(stream, alpha, "?from=ack&consumer=late"):
        pass
    assert refused.value.response.status_code == 410


def test_without_a_name_the_mark_is_the_keys(stream: StreamProcess, alpha: Trader) -> None:
    alpha.quote()
    with following(stream, alpha, "?from=1") as follower:
        follower.until_report(1)
        follower.ack(1)
    wait_for(alpha, alpha.caller.credentials["apiKey"], acked=1)


def test_gamma_does_not_see_alphas_consumers(stream: StreamProcess, alpha: Trader, gamma: Trader) -> None:
    with following(stream, alpha, "?consumer=oms") as follower:
        follower.until("live")
        wait_for(alpha, "oms", connected=True)
        assert described(gamma)["consumers"] == []


def test_messages_at_fault_end_the_stream(stream: StreamProcess, alpha: Trader) -> None:
    faults = {
        "hello": "INVALID_MESSAGE",
        json.dumps({"type": "ack"}): "INVALID_MESSAGE",
        json.dumps({"type": "ack", "sequence": -1}): "INVALID_MESSAGE",
        json.dumps({"type": "replay", "sequence": 1}): "INVALID_MESSAGE",
        json.dumps({"type": "ack", "sequence": 7}): "ACK_AHEAD_OF_DELIVERY",
    }
    for message, reason in faults.items():
        with following(stream, alpha) as follower:
            follower.until("live")
            follower.socket.send(message)
            assert follower.until_closed() == (4400, reason)
