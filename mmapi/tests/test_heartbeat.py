"""POST /mm/sessions/heartbeat moves the deadline."""

import time

from mmapi.tests.desk import HEARTBEAT, arm, millis, named, order, post, status_of
from venue.tests.cast import Trader


def test_without_a_setting_there_is_no_deadline(alpha: Trader) -> None:
    answer = post(alpha, HEARTBEAT, session="desk")
    assert answer.status == 200
    assert (answer.body["session"], answer.body["deadline"]) == ("desk", None)
    assert abs(millis(answer.body["serverTime"]) - millis(answer.body["lastHeartbeatAt"])) < 1_000


def test_it_answers_the_deadline_that_it_has_moved(alpha: Trader) -> None:
    armed = arm(alpha, 5_000)
    arm(alpha, 9_000, "session")
    time.sleep(0.05)
    told = post(alpha, HEARTBEAT, {}).body
    assert millis(told["deadline"]) == millis(told["lastHeartbeatAt"]) + 5_000
    assert millis(told["deadline"]) > millis(armed["triggerAt"])


def test_heartbeats_keep_orders_alive(alpha: Trader) -> None:
    mine = order(alpha, session="s")
    arm(alpha, 500, session="s")
    for _ in range(6):
        time.sleep(0.2)
        assert post(alpha, HEARTBEAT, session="s").status == 200
    assert status_of(alpha, mine) == ("open", None)


def test_it_takes_no_body(alpha: Trader) -> None:
    assert post(alpha, HEARTBEAT, {"a": 1}).status == 400
    assert alpha.call("PUT", HEARTBEAT, **named("s")).status == 405
