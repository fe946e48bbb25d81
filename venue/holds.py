"""What a kill switch holds, nothing gives free but its lifting. The switches lie above the market, so the settings name
the function that knows of them."""

from collections.abc import Callable
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.refusals import Refusal


class Holdable(StrEnum):
    FIRM = "firm"
    ACCOUNT = "account"
    MARKET = "market"


class Held(Refusal):
    """A second person has to lift a kill switch first."""

    status_code = 409
    code = "HELD"


def holder_of(kind: Holdable, number: int) -> str:
    """What holds it, in words; empty where nothing does."""
    find: Callable[[str, int], str] = import_string(settings.HOLDS)
    return find(kind, number)


def refuse_release(kind: Holdable, number: int) -> None:
    if holder := holder_of(kind, number):
        raise Held(f"{holder} is engaged. Lifting it gives this free.")
