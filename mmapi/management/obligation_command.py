"""The base of commands about one market's obligation programme; all answer with the programme as it is then."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from accounts.models import TradingAccount
from accounts.refusals import Refusal
from mmapi.obligations import asked, shaping
from mmapi.obligations.models import DeclaredState, ObligationMembership, ObligationProgramme
from mmapi.obligations.programmes import millis
from mmapi.obligations.shapes import TermsShape
from venue import markets
from venue.fields import to_millis
from venue.markets import Terms
from venue.notation import moment


class ObligationCommand(JsonCommand):
    """`operate()` does it."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("market", help="The market's symbol, such as BTC-USD.")

    def answer(self, options: dict[str, Any]) -> Any:
        market = markets.by_symbol(options["market"])
        if market is None:
            raise CommandError(f"There is no market {options['market']}.")
        try:
            self.operate(market, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        return described(existing(market), market)

    def operate(self, market: Terms, options: dict[str, Any]) -> None:
        """What is done before the programme is told."""

    def text_of(self, answer: Any) -> str:
        """A line for each version, member and state."""
        lines = [answer["market"]]
        for name in ("terms", "members", "states"):
            lines += [f"{name}: {text(one)}" for one in answer[name]] or [f"{name}: none"]
        return "\n".join(lines)


def text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {text(inner)}" for name, inner in value.items() if inner is not None)
    return " ".join(value) if isinstance(value, list) else str(value)


def existing(market: Terms) -> ObligationProgramme:
    programme = ObligationProgramme.objects.filter(market_id=market.number).first()
    if programme is None:
        raise CommandError(f"{market.symbol} has no obligation programme; setobligations makes one.")
    return programme


def account_named(name: str) -> TradingAccount:
    account = TradingAccount.objects.filter(name=name).select_related("firm").first()
    if account is None:
        raise CommandError(f"There is no account {name}.")
    return account


def moment_given(text: str) -> int:
    """An ISO 8601 time; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no ISO 8601 time.") from None
    return to_millis(at if at.tzinfo else at.replace(tzinfo=UTC))


def described(programme: ObligationProgramme, market: Terms) -> dict[str, Any]:
    terms = asked.of_markets([market.number]).programmes[market.number].terms
    return {
        "market": market.symbol,
        "terms": [plain(shaping.terms_shape(one, market)) for one in terms],
        "members": [member(row) for row in programme.members.select_related("account", "firm")],
        "states": [state(row) for row in programme.states.all()[:20]],
    }


def plain(shape: TermsShape) -> Any:
    """Numbers as exact decimal text."""
    return json.loads(msgspec.json.encode(shape), parse_float=str)


def member(row: ObligationMembership) -> dict[str, Any]:
    left = millis(row.left_at)
    return {
        "account": row.account.name,
        "firm": row.firm.code,
        "joinedAt": moment(millis(row.joined_at)),
        "leftAt": moment(left) if left else None,
    }


def state(row: DeclaredState) -> dict[str, Any]:
    planned, ended = millis(row.planned_end), millis(row.ended_at)
    return {
        "state": row.get_condition_display(),
        "reason": row.reason,
        "startsAt": moment(millis(row.starts_at)),
        "plannedEnd": moment(planned) if planned else None,
        "endedAt": moment(ended) if ended else None,
        "declaredBy": row.declared_by,
    }
