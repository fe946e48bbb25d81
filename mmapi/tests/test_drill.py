"""POST /mm/sessions/cancel-on-disconnect/drill tells what would be cancelled, and cancels nothing."""

from mmapi.tests.desk import DRILL, arm, order, post, status_of
from venue.tests.cast import Trader, open_market


def test_what_the_settings_would_cancel(alpha: Trader, beta: Trader) -> None:
    mine, other = order(alpha, session="s"), order(alpha, session="t")
    quote = alpha.quote()
    order(beta)
    assert post(alpha, DRILL, session="s").body["count"] == 0
    arm(alpha, 60_000, "session", "s")
    told = post(alpha, DRILL, session="s").body
    assert (told["wouldCancel"], told["count"]) == ({"orders": [mine], "quotes": []}, 1)
    arm(alpha, 60_000, "account", "s")
    told = post(alpha, DRILL, {}, "s").body
    assert told["wouldCancel"] == {"orders": [mine, other], "quotes": [quote["quoteId"]]}
    assert status_of(alpha, mine) == ("open", None)


def test_any_scope_may_be_tried(alpha: Trader) -> None:
    elsewhere = open_market()
    here, there = order(alpha, session="s"), order(alpha, session="s", market=elsewhere.symbol)
    told = post(alpha, DRILL, {"scope": "market", "market": elsewhere.symbol}).body
    assert told["wouldCancel"]["orders"] == [there]
    told = post(alpha, DRILL, {"scope": "session"}, "s").body
    assert told["wouldCancel"]["orders"] == [here, there]
    assert post(alpha, DRILL, {"scope": "market"}).faults == [("market", "REQUIRED")]
