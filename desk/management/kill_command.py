"""The base of commands on kill switches: what is stopped, who is responsible, and why."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from desk.kill import switches, targets
from desk.kill.targets import Target
from desk.models import KillSwitch


class KillCommand(JsonCommand):
    """`act()` does it; the answer is the switch as it is then."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=KillSwitch.Kind.values)
        parser.add_argument("name", nargs="?", default="", help="Key id, account, firm or symbol; none: the venue.")
        parser.add_argument("--by", required=True, help="Who is responsible: a member of staff who may do this.")
        parser.add_argument("--reason", required=True)

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        target = targets.named(options["kind"], options["name"])
        if target is None:
            raise CommandError(f"There is no {options['kind']} {options['name']}.")
        person = User.objects.filter(username=options["by"]).first()
        if person is None:
            raise CommandError(f"There is nobody called {options['by']}.")
        try:
            return described(self.act(target, person, options["reason"]))
        except switches.FAILURES as failure:
            raise CommandError(str(failure)) from None

    def act(self, target: Target, person: User, reason: str) -> KillSwitch:
        raise NotImplementedError


def described(switch: KillSwitch) -> dict[str, Any]:
    return {
        "kind": switch.kind,
        "subject": switch.subject,
        "state": switch.state,
        "reason": switch.reason,
        "engagedAt": switch.engaged_at.isoformat(),
        "engagedBy": switch.engaged_by.get_username(),
        "confirmedAt": switch.confirmed_at.isoformat() if switch.confirmed_at else None,
        "cancelled": switch.cancelled,
        "liftedAt": switch.lifted_at.isoformat() if switch.lifted_at else None,
        "liftedBy": switch.lifted_by.get_username() if switch.lifted_by else None,
    }
