"""Durations, moments and outlooks in a sentence."""

from typing import Final

from mmapi.obligations.integration.forecast import Month, Outlook
from mmapi.obligations.integration.schedule import local_time

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE


def duration(millis: int) -> str:
    """Never less than it is: from an hour on in minutes, else in seconds."""
    if millis > _HOUR - _SECOND:
        hours, rest = divmod(-(-millis // _MINUTE), 60)
        return f"{hours} h {rest} m" if rest else f"{hours} h"
    minutes, rest = divmod(-(-millis // _SECOND), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} m {rest} s" if rest else f"{minutes} m"


def clock(time_zone: str, at: int) -> str:
    return f"{local_time(time_zone, at):%H:%M}"


def status_of(ahead: Outlook) -> str:
    if not ahead.counted:
        return "none"
    if ahead.is_secured:
        return "secured"
    return "possible" if ahead.is_possible else "missed"


def of_day(ahead: Outlook, time_zone: str) -> str:
    match status_of(ahead):
        case "none":
            return "Nothing is asked today."
        case "secured":
            return "Nothing more is needed today."
        case "possible":
            return f"{duration(ahead.needed)} more, possible until {clock(time_zone, ahead.latest)}."
    return f"{duration(ahead.needed)} more would be needed, {duration(ahead.left)} are left: today is missed."


def of_month(counts: Month) -> str:
    if not counts.days:
        return "No trading days this month."
    days = f"Met on {counts.met} of {counts.days} trading days"
    if counts.standing == "met":
        return f"{days}: half of them are {counts.needed}, and nothing more is needed this month."
    missing = counts.needed - counts.met
    if counts.standing == "open":
        return f"{days}: {missing} more needed, {counts.open} still open."
    return f"{days}: {missing} more would be needed, {counts.open} are still open: the month is missed."
