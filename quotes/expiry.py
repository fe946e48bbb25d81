"""The clock's beat for what is idle: whatever is due expires, whether or not another command comes."""

import logging
from typing import Final

from celery import shared_task

from accounts.refusals import Refusal
from venue import gateway, markets
from venue.engine.commands import ExpireDue

logger = logging.getLogger(__name__)

# Shorter than the beat: a tick that a shard could not take in time is refused there, and the next one does its work.
_TIMEOUT_MS: Final = 800
_silent: set[int] = set()  # the shards whose silence has been told


@shared_task(name="quotes.expiry.expire_due")
def expire_due() -> None:
    """Tells every shard the time."""
    shards = sorted(markets.shards())
    outcomes = gateway.submit_each([(shard, ExpireDue()) for shard in shards], timeout_ms=_TIMEOUT_MS)
    for shard, outcome in zip(shards, outcomes, strict=True):
        _tell_change(shard, outcome.code if isinstance(outcome, Refusal) else "")


def _tell_change(shard: int, refusal: str) -> None:
    """Once when a shard falls silent, and once when it is back: the beat comes every second."""
    if refusal and shard not in _silent:
        _silent.add(shard)
        logger.warning("shard %s does not take the beat: %s", shard, refusal)
    elif not refusal and shard in _silent:
        _silent.remove(shard)
        logger.info("shard %s takes the beat again", shard)
