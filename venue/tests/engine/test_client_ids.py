"""Client ids are idempotency keys: the same body gets the first outcome again, another one is refused meanwhile."""

from typing import Any

import pytest

from venue.engine import accounts, commands
from venue.engine.events import CommandRejected, CommandReplayed
from venue.engine.rejects import RejectCode
from venue.tests.engine.cast import ALPHA, ALPHA_2, BETA, GAMMA
from venue.tests.engine.floor import IOC, Floor, names, placed, rejected

KEY: dict[str, Any] = {"client_id": "mine", "digest": 7}


def test_the_same_again_is_answered_with_the_first(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 99, **KEY)
    first = floor.sequence
    assert floor.buy(ALPHA, 5, 99, **KEY) == [CommandReplayed(first)]


def test_also_after_it_closed(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), **KEY))
    first = floor.sequence
    floor.cancel_quote(ALPHA, quote)
    assert floor.quote(ALPHA, (5, 99), (5, 101), **KEY) == [CommandReplayed(first)]


def test_also_if_it_never_rested(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 99, time_in_force=IOC, **KEY)
    first = floor.sequence
    assert floor.buy(ALPHA, 5, 99, time_in_force=IOC, **KEY) == [CommandReplayed(first)]
    floor.lay_out("| 100 | Gamma 5")
    floor.buy(ALPHA, 5, 100, client_id="filled", digest=1)
    first = floor.sequence
    assert floor.buy(ALPHA, 5, 100, client_id="filled", digest=1) == [CommandReplayed(first)]


def test_another_body_is_refused_while_the_first_is_open(floor: Floor) -> None:
    order = placed(floor.buy(ALPHA, 5, 99, **KEY))
    (refusal,) = floor.buy(ALPHA, 6, 99, client_id="mine", digest=8)
    assert isinstance(refusal, CommandRejected)
    assert (refusal.reject.code, refusal.id) == (RejectCode.CLIENT_ID_IN_USE, order)


def test_another_body_is_welcome_after_it_closed(floor: Floor) -> None:
    order = placed(floor.buy(ALPHA, 5, 99, **KEY))
    floor.cancel_order(ALPHA, order)
    assert names(floor.buy(ALPHA, 6, 99, client_id="mine", digest=8)) == ["OrderPlaced"]


def test_a_refused_command_binds_nothing(floor: Floor) -> None:
    assert rejected(floor.quote(ALPHA, (5, 101), (5, 99), **KEY)) is RejectCode.BID_NOT_BELOW_ASK
    assert names(floor.quote(ALPHA, (5, 99), (5, 101), **KEY)) == ["QuotePlaced"]
    floor.lay_out("| 100 | Gamma 5")
    assert rejected(floor.buy(BETA, 5, 100, post_only=True, **KEY)) is RejectCode.POST_ONLY_WOULD_CROSS
    assert names(floor.buy(BETA, 5, 99, post_only=True, **KEY)) == ["OrderPlaced"]


def test_accounts_and_kinds_have_ids_of_their_own(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 99, **KEY)
    assert names(floor.buy(ALPHA_2, 5, 99, **KEY)) == ["OrderPlaced"]
    assert names(floor.quote(ALPHA, (5, 98), (5, 101), **KEY)) == ["QuotePlaced"]


def test_a_retry_is_answered_even_where_a_new_one_would_be_refused(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 99, **KEY)
    first = floor.sequence
    floor.apply(commands.SuspendFirm(ALPHA.firm))
    assert floor.buy(ALPHA, 5, 99, **KEY) == [CommandReplayed(first)]


def test_only_the_last_closed_ones_are_remembered(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CLOSED_CLIENT_IDS_KEPT", 2)
    for client_id in ("first", "second", "third"):
        floor.buy(GAMMA, 1, 99, time_in_force=IOC, client_id=client_id, digest=1)
    again = [names(floor.buy(GAMMA, 1, 99, time_in_force=IOC, client_id=one, digest=1)) for one in ("third", "first")]
    assert again == [["CommandReplayed"], ["OrderPlaced", "OrderCancelled"]]


def test_forgetting_an_old_use_keeps_the_new_one(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CLOSED_CLIENT_IDS_KEPT", 1)
    floor.buy(GAMMA, 1, 99, time_in_force=IOC, client_id="twice", digest=1)
    order = placed(floor.buy(GAMMA, 1, 99, client_id="twice", digest=2))
    floor.buy(GAMMA, 1, 99, time_in_force=IOC, client_id="other", digest=1)
    assert rejected(floor.buy(GAMMA, 1, 99, client_id="twice", digest=3)) is RejectCode.CLIENT_ID_IN_USE
    floor.cancel_order(GAMMA, order)
    assert names(floor.buy(GAMMA, 1, 99, client_id="twice", digest=2)) == ["CommandReplayed"]
