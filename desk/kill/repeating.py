"""Switches that an engine did not confirm are carried out again until it does."""

import logging
from datetime import timedelta
from typing import Final

from celery import shared_task
from django.utils import timezone

from accounts.connections import redis_client, redis_name
from desk.kill import switches
from desk.kill.refusals import KillUnfinished
from desk.models import KillSwitch

logger = logging.getLogger(__name__)

_LEFT_TO_THE_CLICK: Final = timedelta(seconds=2)
_LONGEST_MS: Final = 30_000


@shared_task(name="desk.kill.repeating.finish_switches")
def finish_switches() -> None:
    """One at a time: the next tick comes while a silent matcher is waited for."""
    since = timezone.now() - _LEFT_TO_THE_CLICK
    unfinished = list(KillSwitch.objects.filter(lifted_at=None, confirmed_at=None, engaged_at__lt=since))
    if not unfinished or not redis_client().set(redis_name("finishing-switches"), 1, nx=True, px=_LONGEST_MS):
        return
    try:
        for switch in unfinished:
            repeat(switch)
    finally:
        redis_client().delete(redis_name("finishing-switches"))


def repeat(switch: KillSwitch) -> None:
    try:
        switches.carry_out(switch)
    except KillUnfinished as failure:
        logger.warning("%s", failure)
    else:
        logger.info("%s is confirmed", switch)
