"""Shows a market's obligation programme: terms, members, and the last declared states."""

from mmapi.management.obligation_command import ObligationCommand


class Command(ObligationCommand):
    help = __doc__
