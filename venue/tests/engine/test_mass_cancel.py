"""A mass cancel ends all that every selector matches, and says how many that were."""

from typing import Any

import pytest

from venue.engine import commands, events
from venue.engine.terms import CancelReason, Kind
from venue.tests.engine.cast import ALPHA, ALPHA_2, BETA
from venue.tests.engine.floor import MARKET, OTHER_MARKET, Floor, names, placed


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ({}, "quote order other second beta"),
        ({"account": ALPHA.account}, "quote order other"),
        ({"firm": ALPHA.firm}, "quote order other second"),
        ({"account": ALPHA.account, "market": MARKET}, "quote order"),
        ({"account": ALPHA.account, "kind": Kind.QUOTE}, "quote"),
        ({"firm": ALPHA.firm, "kind": Kind.ORDER}, "order other second"),
        ({"account": ALPHA.account, "firm": BETA.firm}, ""),
        ({"account": 99}, ""),
        ({"market": OTHER_MARKET}, "other"),
    ],
)
def test_all_selectors_must_match(floor: Floor, selectors: dict[str, Any], expected: str) -> None:
    ids = {
        placed(floor.quote(ALPHA, (5, 99), (5, 101))): "quote",
        placed(floor.buy(ALPHA, 5, 98)): "order",
        placed(floor.buy(ALPHA, 5, 98, market=OTHER_MARKET)): "other",
        placed(floor.buy(ALPHA_2, 5, 98)): "second",
        placed(floor.buy(BETA, 5, 98)): "beta",
    }
    told = floor.apply(commands.MassCancel(**selectors))
    cancelled = {ids[event.id] for event in told if isinstance(event, events.OrderCancelled | events.QuoteCancelled)}
    assert cancelled == set(expected.split())
    assert told[-1] == events.MassCancelled(len(cancelled))


def test_the_reason_is_the_commands(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 98)
    told = floor.apply(commands.MassCancel(reason=CancelReason.OPERATIONS))
    assert names(told) == ["OrderCancelled", "MassCancelled"]
    assert isinstance(told[0], events.OrderCancelled)
    assert told[0].reason is CancelReason.OPERATIONS
