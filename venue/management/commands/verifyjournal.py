"""Replay a shard's journal from its first command on and compare the outcome with the rows; exits 1 if they differ."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from venue.matcher.verification import Verdict, verify


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shard", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="Print the verdict as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(options["shard"])
        self.stdout.write(as_json(verdict) if options["json"] else in_words(verdict))
        if verdict.differences:
            raise SystemExit(1)


def as_json(verdict: Verdict) -> str:
    return json.dumps(
        {
            "shard": verdict.shard,
            "commands": verdict.commands,
            "reports": verdict.reports,
            "replayedHash": verdict.replayed_hash,
            "rowsHash": verdict.rows_hash,
            "differences": verdict.differences,
        },
        indent=2,
    )


def in_words(verdict: Verdict) -> str:
    replayed = f"shard {verdict.shard}: {verdict.commands} commands and {verdict.reports} reports replayed"
    if not verdict.differences:
        return f"{replayed}; the rows agree (state {verdict.rows_hash})"
    return "\n".join([f"{replayed}; the rows differ:", *(f"  {difference}" for difference in verdict.differences)])
