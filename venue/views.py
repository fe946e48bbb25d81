"""Orders and trades for whoever signs, markets and the time for everybody."""

import time

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from venue import listing, ordering
from venue.api import ApiView, Nothing, PublicView, answer, created
from venue.listing import BookDepth, OrderFilter, TradeCount, TradeFilter
from venue.notation import moment
from venue.ordering import NewOrder, OrderScope


class OrdersView(ApiView):
    scopes = {"GET": Scope.READ, "POST": Scope.TRADE, "DELETE": Scope.TRADE}
    bodies = {"POST": NewOrder, "DELETE": OrderScope}
    queries = {"GET": OrderFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(listing.orders(self.credential, self.query))

    def post(self, request: HttpRequest) -> HttpResponse:
        return created(*ordering.place(self.credential, self.body))

    def delete(self, request: HttpRequest) -> HttpResponse:
        return answer(ordering.cancel_all(self.credential, self.body))


class OrderView(ApiView):
    scopes = {"GET": Scope.READ, "DELETE": Scope.TRADE}
    bodies = {"DELETE": Nothing}

    def get(self, request: HttpRequest, order_id: str) -> HttpResponse:
        return answer(listing.order(self.credential, order_id))

    def delete(self, request: HttpRequest, order_id: str) -> HttpResponse:
        return answer(ordering.cancel(self.credential, order_id))


class OwnTradesView(ApiView):
    scopes = {"GET": Scope.READ}
    queries = {"GET": TradeFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(listing.own_trades(self.credential, self.query))


class MarketsView(PublicView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(listing.every_market())


class BookView(PublicView):
    query_kind = BookDepth

    def get(self, request: HttpRequest, symbol: str) -> HttpResponse:
        return answer(listing.book(symbol, self.query))


class MarketTradesView(PublicView):
    query_kind = TradeCount

    def get(self, request: HttpRequest, symbol: str) -> HttpResponse:
        return answer(listing.trades(symbol, self.query))


class TimeView(PublicView):
    def get(self, request: HttpRequest) -> HttpResponse:
        now = time.time_ns() // 1_000_000
        return answer({"serverTime": now, "time": moment(now)})
