"""The cast of all tests: Alpha makes markets, Beta takes, Gamma must notice nothing of either."""

from typing import NamedTuple


class Member(NamedTuple):
    """A trading account and its firm. `Alpha` and `ALPHA_2` are two accounts of one firm."""

    name: str
    account: int
    firm: int


ALPHA = Member("Alpha", 11, 1)
ALPHA_2 = Member("Alpha2", 12, 1)
BETA = Member("Beta", 21, 2)
GAMMA = Member("Gamma", 31, 3)
CAST = (ALPHA, ALPHA_2, BETA, GAMMA)

NAMES = {member.account: member.name for member in CAST}
MEMBERS = {member.name: member for member in CAST}
