"""Checks the audit trail's chain: nothing changed, nothing missing, nothing added by the side; exits 1 if it is not so.

Keep the head it prints somewhere else: a chain that was made anew as a whole has another.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from staff import audit


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the answer as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        verdict = audit.verify()
        self.stdout.write(json.dumps(verdict, indent=2) if options["json"] else in_words(verdict))
        if verdict["faults"]:
            raise SystemExit(1)


def in_words(verdict: dict[str, Any]) -> str:
    entries = f"{verdict['entries']} entries, head {verdict['head'] or 'none'}"
    return "\n".join([f"{entries}: {'broken' if verdict['faults'] else 'whole'}", *verdict["faults"]])
