"""The Quotes API's seven operations."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from quotes import batch, listing, quoting
from quotes.serializers import Batch, NewQuote, QuoteChange, QuoteFilter, QuoteScope
from venue.api import ApiView, Nothing, answer, created


class QuotesView(ApiView):
    scopes = {"GET": Scope.READ, "POST": Scope.MARKET_MAKING, "DELETE": Scope.MARKET_MAKING}
    bodies = {"POST": NewQuote, "DELETE": QuoteScope}
    queries = {"GET": QuoteFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(listing.page(self.credential, self.query))

    def post(self, request: HttpRequest) -> HttpResponse:
        return created(*quoting.place(self.credential, self.body))

    def delete(self, request: HttpRequest) -> HttpResponse:
        return answer(quoting.cancel_all(self.credential, self.body))


class QuoteView(ApiView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.MARKET_MAKING, "DELETE": Scope.MARKET_MAKING}
    bodies = {"PATCH": QuoteChange, "DELETE": Nothing}

    def get(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        return answer(listing.one(self.credential, quote_id))

    def patch(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        return answer(quoting.update(self.credential, quote_id, self.body))

    def delete(self, request: HttpRequest, quote_id: str) -> HttpResponse:
        return answer(quoting.cancel(self.credential, quote_id))


class QuoteBatchView(ApiView):
    scopes = {"PATCH": Scope.MARKET_MAKING}
    bodies = {"PATCH": Batch}

    def operations(self) -> int:
        return len(self.body)

    def patch(self, request: HttpRequest) -> HttpResponse:
        return answer(batch.update_batch(self.credential, self.body))
