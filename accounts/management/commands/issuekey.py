"""Issues an API key and prints its secret, this once."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts import keys
from accounts.management.json_command import JsonCommand
from accounts.models import ApiKey, ColocationProfile, Tier, TradingAccount
from accounts.scopes import Scope


class Command(JsonCommand):
    help = "Issues an API key and prints its secret, this once."
    action = "issue_api_key"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--firm", required=True, help="The firm's code.")
        parser.add_argument("--account", required=True, help="The trading account the key acts for.")
        parser.add_argument("--scope", action="append", required=True, choices=Scope.values, dest="scopes")
        parser.add_argument("--network", action="append", default=[], dest="networks", help="CIDR; none: anywhere.")
        parser.add_argument("--tier", default="standard")
        parser.add_argument("--colocation", help="The name of a co-location profile.")
        parser.add_argument("--expires", type=moment, help="ISO 8601; without an offset it is UTC.")
        parser.add_argument("--algorithm", default=ApiKey.Algorithm.HMAC_SHA256, choices=ApiKey.Algorithm.values)
        parser.add_argument("--public-key", default="", help="Ed25519, PEM or base64; none: the venue makes the pair.")
        parser.add_argument("--firm-wide", action="store_true", help="May read and mass-cancel for the whole firm.")
        parser.add_argument("--label", default="")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        issued = keys.issue(draft_of(options), by="issuekey")
        self.subject = issued.key
        return {"apiSecret": issued.secret, "publicKey": issued.key.public_key or None, **keys.describe(issued.key)}


def draft_of(options: dict[str, Any]) -> ApiKey:
    accounts = TradingAccount.objects.select_related("firm").filter(firm__code=options["firm"])
    profile = options["colocation"]
    return ApiKey(
        account=named(accounts, options["account"], f"trading account of {options['firm']}"),
        tier=named(Tier.objects.all(), options["tier"], "tier"),
        colocation=named(ColocationProfile.objects.all(), profile, "co-location profile") if profile else None,
        scopes=options["scopes"],
        networks=options["networks"],
        expires_at=options["expires"],
        algorithm=options["algorithm"],
        public_key=options["public_key"],
        firm_wide=options["firm_wide"],
        label=options["label"],
    )


def named(rows: QuerySet[Any], name: str, what: str) -> Any:
    row = rows.filter(name=name).first()
    if row is None:
        raise CommandError(f"There is no {what} named {name}.")
    return row


def moment(text: str) -> datetime:
    parsed = parse_datetime(text)
    if parsed is None:
        raise ValueError(text)
    return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)
