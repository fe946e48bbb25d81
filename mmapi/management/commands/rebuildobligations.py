"""Works the figures of quote obligations out once more from the first report on, and says what was other than kept."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from mmapi.obligations.rebuilding import Rebuilt, rebuild
from venue import markets


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--market", default="", help="Only this market's; without it all.")
        parser.add_argument("--check", action="store_true", help="Only compare; keep what is there.")

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        keep = not options["check"]
        if not options["market"]:
            return [described(rebuild(shard, keep=keep)) for shard in sorted(markets.shards())]
        market = markets.by_symbol(options["market"])
        if market is None:
            raise CommandError(f"There is no market {options['market']}.")
        return [described(rebuild(market.shard, market, keep=keep))]


def described(done: Rebuilt) -> dict[str, Any]:
    return {
        "shard": done.shard,
        "reports": done.reports,
        "days": done.days,
        "intervals": done.intervals,
        "differingDays": done.changed_days,
        "differingIntervals": done.changed_intervals,
        "seconds": done.seconds,
    }
