"""Where a page of receipts ends in each shard, and the cursor that says so outside."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from accounts.bodies import fault
from accounts.refusals import InvalidParameters

# By shard, the first place that was not looked at yet. A shard that is not here has been read to its end.
Positions = Mapping[int, int]

_CURSOR: Final = re.compile(r"\d{1,5}-\d{1,15}(\.\d{1,5}-\d{1,15})*", re.ASCII)


def cursor(positions: Positions) -> str | None:
    """None where there is nothing more."""
    return ".".join(f"{shard}-{place}" for shard, place in sorted(positions.items())) or None


def read(text: str, shards: Collection[int]) -> dict[int, int]:
    """A cursor that names other shards than those that are searched is none of such an answer."""
    pairs = [one.split("-") for one in text.split(".")] if _CURSOR.fullmatch(text) else []
    found = {int(shard): int(place) for shard, place in pairs}
    if not found or not found.keys() <= set(shards):
        raise InvalidParameters(errors=[fault("cursor", "WRONG_FORMAT", "This is no cursor of an earlier answer.")])
    return found
