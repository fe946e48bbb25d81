"""Sets the next terms of a market's obligation programme, and makes the programme where there is none."""

import re
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from mmapi.management.obligation_command import ObligationCommand, moment_given
from mmapi.obligations import programmes
from mmapi.obligations.integration.terms import Bounds
from mmapi.obligations.programmes import NewTerms
from mmapi.obligations.shaping import DAYS
from venue.markets import OffGrid, Terms, TooLarge, to_units

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_BOUNDS = {
    "presence": "percent of the trading hours",
    "spread": "bps",
    "size": "base asset, each side",
    "ratio": "to 1",
}


class Command(ObligationCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        for name, unit in _BOUNDS.items():
            parser.add_argument(f"--{name}", required=True, help=f"Of normal times: {unit}.")
        for name in _BOUNDS:
            parser.add_argument(f"--stressed-{name}", default="", help="Of stressed times; else as in normal ones.")
        parser.add_argument("--opens", default="00:00")
        parser.add_argument("--closes", default="00:00", help="No later than it opens: on the day after.")
        parser.add_argument("--days", default=",".join(DAYS), help="Such as mon,tue,wed,thu,fri.")
        parser.add_argument("--time-zone", default="UTC")
        parser.add_argument("--starts", default="", help="ISO 8601; without it: now.")
        parser.add_argument("--reason", default="", help="Kept in the record.")

    def operate(self, market: Terms, options: dict[str, Any]) -> None:
        normal = {name: options[name] for name in _BOUNDS}
        stressed = {name: options[f"stressed_{name}"] or options[name] for name in _BOUNDS}
        new = NewTerms(
            minutes(options["opens"]),
            minutes(options["closes"]),
            weekdays(options["days"]),
            options["time_zone"],
            bounds(market, normal),
            bounds(market, stressed),
            moment_given(options["starts"]) if options["starts"] else 0,
        )
        with transaction.atomic():
            programmes.set_terms(programmes.of_market(market.number), new, reason=options["reason"])


def bounds(market: Terms, words: dict[str, str]) -> Bounds:
    steps = {"size": market.lot_size}
    return Bounds(*(units(name, word, steps.get(name, Decimal("0.01"))) for name, word in words.items()))


def units(name: str, word: str, step: Decimal) -> int:
    try:
        return to_units(Decimal(word), step)
    except (InvalidOperation, OffGrid, TooLarge):
        raise CommandError(f"--{name} {word}: a multiple of {step:f} is needed.") from None


def minutes(text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise CommandError(f"{text} is no time of the day such as 08:30.")
    return int(found[1]) * 60 + int(found[2])


def weekdays(text: str) -> tuple[int, ...]:
    words = text.lower().split(",")
    if not set(words) <= set(DAYS):
        raise CommandError(f"Days are of {', '.join(DAYS)}.")
    return tuple(sorted({DAYS.index(word) + 1 for word in words}))
