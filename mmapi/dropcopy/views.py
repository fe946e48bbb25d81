"""The doors of drop copy over REST. All of them tell of the whole firm, so they take the scope DROP_COPY."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi.dropcopy import listing, tickets
from mmapi.dropcopy.subscription import ReportsQuery
from venue.api import ApiView, Nothing, answer


class DropCopyView(ApiView):
    scopes = {"GET": Scope.DROP_COPY}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(listing.describe(self.credential, listing.stream_url(request)))


class ReportsView(ApiView):
    scopes = {"GET": Scope.DROP_COPY}
    queries = {"GET": ReportsQuery}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(listing.reports(self.credential, self.query))


class TicketsView(ApiView):
    scopes = {"POST": Scope.DROP_COPY}
    bodies = {"POST": Nothing}

    def operations(self) -> int:
        return 0

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(tickets.issue(self.credential, listing.stream_url(request)), 201)
