"""A fee programme with a schedule of its own: --tier NAME:VOLUME:MAKER:TAKER, rates in basis points, once for each."""

from argparse import ArgumentParser
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from accounts.management.json_command import JsonCommand
from mmapi.incentives.models import FeeSchedule, FeeTier, Programme
from staff import audit


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("--currency", required=True, help="The quote currency in which volume counts.")
        parser.add_argument("--tier", action="append", required=True, metavar="NAME:VOLUME:MAKER:TAKER")
        parser.add_argument("--cut", default="00:00", help="HH:00, UTC.")

    @transaction.atomic
    def answer(self, options: dict[str, Any]) -> Any:
        schedule = FeeSchedule(name=options["name"])
        schedule.full_clean()
        schedule.save()
        for text in options["tier"]:
            tier = tier_of(schedule, text)
            tier.full_clean()
            tier.save()
        terms = {"quote_currency": options["currency"], "cut_at": time.fromisoformat(options["cut"])}
        programme = Programme(name=options["name"], schedule=schedule, **terms)
        programme.full_clean()
        programme.save()
        audit.record(None, "add_programme", programme, after={"tiers": options["tier"], "cut": options["cut"]})
        return {"programme": programme.name, "currency": programme.quote_currency, "tiers": options["tier"]}


def tier_of(schedule: FeeSchedule, text: str) -> FeeTier:
    try:
        name, volume, maker, taker = text.split(":")
        rates = {"maker_bps": Decimal(maker), "taker_bps": Decimal(taker)}
        return FeeTier(schedule=schedule, name=name, min_volume=Decimal(volume), **rates)
    except (ValueError, InvalidOperation):
        raise CommandError(f"{text} is no tier: NAME:VOLUME:MAKER:TAKER.") from None
