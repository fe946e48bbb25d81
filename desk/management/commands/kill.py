"""Engages a kill switch: the doors are closed and what rests is cancelled."""

from django.contrib.auth.models import User

from desk.kill import switches
from desk.kill.targets import Target
from desk.management.kill_command import KillCommand
from desk.models import KillSwitch


class Command(KillCommand):
    help = __doc__

    def act(self, target: Target, person: User, reason: str) -> KillSwitch:
        return switches.engage(target, person, reason)
