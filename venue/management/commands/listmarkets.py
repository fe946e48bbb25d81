"""Lists the markets: status, reference and last price."""

from typing import Any

from accounts.management.json_command import JsonCommand
from venue import markets
from venue.management.market_command import described
from venue.models import Market


class Command(JsonCommand):
    help = __doc__

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = [markets.by_number(number) for number in Market.objects.values_list("number", flat=True)]
        return [described(terms) for terms in found if terms]
