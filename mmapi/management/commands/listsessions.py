"""Lists an account's market-making sessions, as its makers see them."""

from mmapi.management.account_command import AccountCommand


class Command(AccountCommand):
    help = __doc__
