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


@shared_task(name="quotes.expiry.expire_due")
def expire_due() -> None:
    """Tells every shard the time."""
    shards = sorted(markets.shards())
    outcomes = gateway.submit_each([(shard, ExpireDue()) for shard in shards], timeout_ms=_TIMEOUT_MS)
    for shard, outcome in zip(shards, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            logger.warning("shard %s did not take the beat: %s", shard, outcome.code)
