"""The example in docs/limits.md has the fields of a real answer, and no others."""

import json
import re
from typing import Any

from venue.launch.data import PROJECT
from venue.tests.cast import Trader, set_rules

EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fields(value: Any) -> Any:
    """The names alone; of a list the different shapes of its members."""
    if isinstance(value, dict):
        return {name: fields(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(fields(member)) for member in value})
    return None


def test_the_example_is_real(alpha: Trader) -> None:
    (printed,) = EXAMPLE.findall((PROJECT / "docs" / "limits.md").read_text())
    set_rules(alpha.market, max_position=100_000)
    assert fields(json.loads(printed)) == fields(alpha.get(f"/api/v1/mm/limits?market={alpha.market.symbol}").body)
