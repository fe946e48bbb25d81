"""GET /mm/sessions: what the maker's desk must know of each session."""

import time

from accounts import firms
from accounts.scopes import Scope
from accounts.tests.cast import Party
from mmapi.tests.desk import HEARTBEAT, SESSIONS, arm, await_firing, millis, named, order, post, sessions
from venue.tests.cast import Trader


def test_a_session_as_it_is_opened(alpha: Trader) -> None:
    assert sessions(alpha) == {}
    post(alpha, HEARTBEAT, session="desk-1")
    found = sessions(alpha)["desk-1"]
    assert abs(millis(found.pop("openedAt")) - millis(found.pop("lastHeartbeatAt"))) < 1_000
    assert found == {
        "session": "desk-1",
        "apiKey": alpha.caller.key.key_id,
        "state": "active",
        "deadline": None,
        "cancelOnDisconnect": [],
        "connectedStreams": 0,
        "openOrders": 0,
        "openQuotes": 0,
        "lastFiring": None,
    }


def test_its_settings_and_the_nearest_deadline(alpha: Trader) -> None:
    arm(alpha, 60_000, session="s", onFire="cancel_and_lock")
    arm(alpha, 20_000, "market", "s", market=alpha.market.symbol)
    found = sessions(alpha)["s"]
    account, market = found["cancelOnDisconnect"]
    assert (account["scope"], account["timeoutMs"], account["onFire"]) == ("account", 60_000, "cancel_and_lock")
    assert (market["scope"], market["market"], market["onFire"]) == ("market", alpha.market.symbol, "cancel")
    assert "market" not in account
    heard_at = millis(found["lastHeartbeatAt"])
    assert millis(account["triggerAt"]) == heard_at + 60_000
    assert found["deadline"] == market["triggerAt"]
    assert millis(market["triggerAt"]) == heard_at + 20_000


def test_what_is_open_by_each_session(alpha: Trader) -> None:
    order(alpha, session="a")
    order(alpha, session="a")
    alpha.call("POST", "/api/sdk/quotes", alpha.quote_body(), **named("b"))
    found = sessions(alpha)
    assert (found["a"]["openOrders"], found["a"]["openQuotes"]) == (2, 0)
    assert (found["b"]["openOrders"], found["b"]["openQuotes"]) == (0, 1)


def test_the_state_tells_what_happened(alpha: Trader) -> None:
    arm(alpha, 300, session="s")
    assert sessions(alpha)["s"]["state"] == "active"
    await_firing(alpha, "s")
    found = sessions(alpha)["s"]
    assert (found["state"], found["deadline"], found["cancelOnDisconnect"][0]["triggerAt"]) == ("fired", None, None)
    post(alpha, HEARTBEAT, session="s")
    time.sleep(0.15)
    found = sessions(alpha)["s"]
    assert found["state"] == "active"
    assert found["deadline"] is not None


def test_a_receipt_names_no_fill_from_before_the_deadline(alpha: Trader, beta: Trader) -> None:
    order(alpha, 49_900, session="s")
    arm(alpha, 300, session="s")
    beta.order("sell", 0.5, 49_900)
    firing = await_firing(alpha, "s")
    assert firing["fillsBetween"] == []
    assert firing["cancelled"] == 1


def test_nobody_sees_anothers(alpha: Trader, gamma: Trader) -> None:
    arm(alpha, 60_000)
    assert sessions(gamma) == {}


def test_a_firm_wide_key_sees_all_accounts(alpha: Trader) -> None:
    second = firms.open_account(alpha.party.firm, f"second-{alpha.market.number}")
    other = Trader(Party(alpha.party.firm, second), alpha.market)
    post(other, HEARTBEAT, session="second")
    wide = alpha.another()
    wide.caller.key.firm_wide = True
    wide.caller.key.save()
    assert sessions(wide)["second"]["account"] == second.name
    assert sessions(alpha) == {}


def test_reading_needs_the_scope(alpha: Trader) -> None:
    answer = alpha.another(scopes=(Scope.MARKET_MAKING,)).get(SESSIONS)
    assert (answer.status, answer.code) == (403, "INSUFFICIENT_SCOPE")
