"""What the engine no longer knows: it keeps what is open; an account's own closed orders and quotes are in the rows."""

from collections.abc import Collection

from accounts.refusals import Refusal
from quotes import queries as quote_queries
from quotes.quoting import QuoteNotOpen
from quotes.serializers import STATUS_WORDS as QUOTE_STATUS_WORDS
from venue import queries
from venue.engine.rejects import RejectCode
from venue.engine.terms import OPEN_STATUSES
from venue.rejections import OrderNotOpen
from venue.serializers import STATUS_WORDS as ORDER_STATUS_WORDS

UNKNOWN = frozenset({RejectCode.UNKNOWN_ORDER, RejectCode.UNKNOWN_QUOTE})


def closed(account: int, numbers: Collection[int]) -> dict[int, Refusal]:
    """Those of the orders and quotes that are the account's and closed, each with the refusal that says so."""
    wanted = list(numbers)
    orders = queries.statuses("venue_order", wanted, account)
    quotes = quote_queries.statuses(wanted, account)
    found: dict[int, Refusal] = {
        number: OrderNotOpen(orderStatus=ORDER_STATUS_WORDS[status])
        for number, status in orders.items()
        if status not in OPEN_STATUSES
    }
    found |= {
        number: QuoteNotOpen(quoteStatus=QUOTE_STATUS_WORDS[status])
        for number, status in quotes.items()
        if status not in OPEN_STATUSES
    }
    return found
