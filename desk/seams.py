"""What other parts of the venue know of an account and a firm, asked in one place each; nothing where none is known."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.board.shapes import Obligation


class Rebate(NamedTuple):
    """One line of what a firm earns by its programmes, as it is shown."""

    title: str
    amount: str
    text: str = ""
    link: str = ""


def obligations_today(accounts: Sequence[int]) -> dict[int, Obligation]:
    """Of those accounts that have obligations."""
    return {}


def rebates_of(firm: int) -> list[Rebate]:
    """This month's, the newest programme first."""
    return []
