"""Verifies the signature of a report of technical conformance, and shows what it says."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from accounts.onboarding import conformance
from accounts.onboarding.conformance import ReportRefused
from accounts.onboarding.models import ConformanceReport


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("report", nargs="?", type=int, help="The report's number.")
        chosen.add_argument("--file", help="One that --export has written.")
        parser.add_argument("--export", help="Write the report with its signature into this file.")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            content = from_file(options["file"]) if options["file"] else from_rows(options)
        except ReportRefused as refused:
            raise CommandError(str(refused)) from None
        return {"verified": True, **content}

    def text_of(self, answer: Any) -> str:
        result = "passed" if answer["passed"] else "FAILED"
        lines = [f"{'passed' if one['passed'] else 'FAILED'}  {one['name']}" for one in answer["scenarios"]]
        return "\n".join([f"The signature is good: {answer['application']} {result} at {answer['startedAt']}.", *lines])


def from_rows(options: dict[str, Any]) -> dict[str, Any]:
    report = ConformanceReport.objects.filter(pk=options["report"]).select_related("application").first()
    if report is None:
        raise CommandError(f"There is no report {options['report']}.")
    content = conformance.verify(report)
    if options["export"]:
        Path(options["export"]).write_text(json.dumps(conformance.exported(report)))
    return content


def from_file(name: str) -> dict[str, Any]:
    try:
        kept = json.loads(Path(name).read_text())
        conformance.verify_signature(kept["content"], kept["signature"], kept["publicKey"])
        content: dict[str, Any] = json.loads(kept["content"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{name} holds no report ({type(error).__name__}).") from None
    return content
