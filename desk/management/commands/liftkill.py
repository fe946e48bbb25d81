"""Lifts a kill switch; who is named must not be who engaged it."""

from django.contrib.auth.models import User

from desk.kill import switches
from desk.kill.refusals import NotEngaged
from desk.kill.targets import Target
from desk.management.kill_command import KillCommand
from desk.models import KillSwitch


class Command(KillCommand):
    help = __doc__

    def act(self, target: Target, person: User, reason: str) -> KillSwitch:
        switch = switches.engaged(target)
        if switch is None:
            raise NotEngaged
        return switches.lift(switch, person, reason)
