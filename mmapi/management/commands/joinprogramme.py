"""Make an account, or a firm with all its accounts, a member of a fee programme from the next cut on."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from accounts.management.json_command import JsonCommand
from mmapi.incentives import overlap
from mmapi.incentives.models import Membership, Programme
from mmapi.management.commands.issuestatements import subject_of
from staff import audit


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("programme")
        parser.add_argument("--account", help="The name of an account.")
        parser.add_argument("--firm", help="The code of a firm, with all its accounts.")
        parser.add_argument("--since", help="The first day, YYYY-MM-DD; else today.")

    @transaction.atomic
    def answer(self, options: dict[str, Any]) -> Any:
        programme = Programme.objects.filter(name=options["programme"]).first()
        subject = subject_of(options)
        if programme is None or subject is None:
            raise CommandError("Name a programme that exists, and an account or a firm.")
        since = date.fromisoformat(options["since"]) if options["since"] else timezone.now().date()
        joined = Membership(programme=programme, firm=subject.firm, account=subject.account, since=since)
        other = overlap.of(joined)
        if other is not None:
            raise CommandError(f"It has rates in these markets already: {other}.")
        joined.full_clean()
        joined.save()
        audit.record(None, "add_membership", joined, after={"since": str(since)})
        return {"member": str(joined), "since": str(since)}
