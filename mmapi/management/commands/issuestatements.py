"""Issue the statements of a month: of every account and firm that traded, or of one, corrections included."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.management.json_command import JsonCommand
from accounts.models import Firm, TradingAccount
from accounts.refusals import Refusal
from mmapi.incentives import statements
from mmapi.incentives.models import Statement
from mmapi.incentives.statements import Subject
from staff import audit


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", help="YYYY-MM; with --account or --firm.")
        parser.add_argument("--account", help="The name of an account.")
        parser.add_argument("--firm", help="The code of a firm, for the statement of all its accounts.")
        parser.add_argument("--reason", default="", help="Why an issued statement is corrected.")

    def answer(self, options: dict[str, Any]) -> Any:
        try:
            return [told(one) for one in self.issued(options)]
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None

    def issued(self, options: dict[str, Any]) -> list[Statement]:
        subject = subject_of(options)
        if subject is None:
            return statements.issue_due(timezone.now())
        try:
            month = date.fromisoformat(f"{options['month']}-01")
        except ValueError:
            raise CommandError("--month is YYYY-MM.") from None
        issued = statements.issue(subject, month, "command", options["reason"])
        audit.record(None, "issue_statement", issued, reason=options["reason"], after={"number": issued.number})
        return [issued]


def subject_of(options: dict[str, Any]) -> Subject | None:
    try:
        if options["account"]:
            account = TradingAccount.objects.select_related("firm").get(name=options["account"])
            return Subject(account.firm, account)
        if options["firm"]:
            return Subject(Firm.objects.get(code=options["firm"]), None)
    except (Firm.DoesNotExist, TradingAccount.DoesNotExist):
        raise CommandError("There is no such account or firm.") from None
    return None


def told(statement: Statement) -> dict[str, Any]:
    return {"statement": statement.number, "fills": statement.fills, "totals": statement.totals}
