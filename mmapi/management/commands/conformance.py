"""Plays the API's main scenarios with a firm's key and keeps a signed report on its application."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from accounts.onboarding import conformance
from accounts.onboarding.models import Application
from accounts.onboarding.states import StepRefused
from mmapi.conformance import playing
from mmapi.conformance.client import Client, Failed

SECRET = "VENUE_API_SECRET"  # noqa: S105 - the variable's name


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--key", required=True, help="The API key's id.")
        parser.add_argument(
            "--secret-file", help=f"A file with the key's secret; - reads it from standard input. Without: ${SECRET}."
        )
        parser.add_argument("--url", help="The sandbox; without it this installation's own REST port.")
        parser.add_argument("--market", default="", help="As BTC-USD; without it the first one that is open.")
        parser.add_argument("--application", help="Its reference; without it the one whose key it is.")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        application = application_of(options)
        key, url = options["key"], options["url"] or f"http://127.0.0.1:{settings.REST_PORT}"
        try:
            conformance.demand_own_key(application, key)
            run = playing.play(Client(url, key, secret_of(options)), key, url, options["market"])
            report = conformance.store(application, run)
        except (Failed, StepRefused) as refused:
            raise CommandError(str(refused)) from None
        self.passed = report.passed
        return {"application": application.reference, "report": report.pk, **run, **conformance.seal(report)}

    def handle(self, *arguments: Any, **options: Any) -> None:
        super().handle(*arguments, **options)
        if not self.passed:
            sys.exit(1)

    def text_of(self, answer: Any) -> str:
        lines = [
            f"{'passed' if one['passed'] else 'FAILED'}  {one['title']}: {one['detail']}" for one in answer["scenarios"]
        ]
        result = "passed" if answer["passed"] else "FAILED"
        return "\n".join([*lines, f"{result}: report {answer['report']} is kept on {answer['application']}."])


def application_of(options: dict[str, Any]) -> Application:
    reference = options["application"]
    found = (
        Application.objects.filter(reference=reference).first()
        if reference
        else conformance.application_of(options["key"])
    )
    if found is None:
        raise CommandError(
            f"There is no application {reference}." if reference else "Whose key is it? Name it with --application."
        )
    return found


def secret_of(options: dict[str, Any]) -> str:
    """Never from the command line, where every process of the machine could read it."""
    source = options["secret_file"]
    if source == "-":
        secret = sys.stdin.read()
    elif source:
        secret = Path(source).read_text()
    else:
        secret = os.environ.get(SECRET, "")
    if not secret.strip():
        raise CommandError(f"The key's secret is needed: --secret-file FILE, --secret-file -, or ${SECRET}.")
    return secret.strip()
