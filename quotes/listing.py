"""Quotes as they are read back: a page of them, or one."""

from msgspec import UNSET

from accounts.credentials import Credential
from quotes import queries
from quotes.queries import QuoteRow
from quotes.quoting import known_quote, markets_of
from quotes.serializers import STATUSES, QuoteFilter, QuoteShape, QuotesShape, quote_shape
from venue import markets
from venue.engine.rejects import RejectCode
from venue.queries import Selection, Span, accounts_of
from venue.rejections import rejected
from venue.serializers import pagination


def page(credential: Credential, wanted: QuoteFilter) -> QuotesShape:
    accounts = accounts_of(credential)
    selection = Selection(
        list(accounts),
        [terms.number for terms in markets_of(wanted.asset)] if wanted.asset is not None else None,
        STATUSES[wanted.status] if wanted.status is not None else None,
        wanted.client_quote_id,
    )
    span = Span(wanted.limit, wanted.offset)
    shapes = [shape(credential, row, accounts) for row in queries.quotes(selection, span)]
    return QuotesShape(shapes, pagination(span, queries.count(selection)))


def one(credential: Credential, quote_id: str) -> QuoteShape:
    accounts = accounts_of(credential)
    row = queries.quote(known_quote(quote_id)[0], list(accounts))
    if row is None:
        raise rejected(RejectCode.UNKNOWN_QUOTE)
    return shape(credential, row, accounts)


def shape(credential: Credential, row: QuoteRow, accounts: dict[int, str]) -> QuoteShape:
    account = accounts[row.account] if credential.firm_wide else UNSET
    return quote_shape(row, markets.existing(row.market), row.updated_at, account)
