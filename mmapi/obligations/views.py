"""The door of quote obligations."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi.obligations import spreadsheet, telling
from mmapi.obligations.telling import ObligationFilter
from venue.api import ApiView, answer, respond


class QuoteObligationsView(ApiView):
    """Those of the key's account, or of all accounts of its firm with a firm-wide key."""

    scopes = {"GET": Scope.READ}
    queries = {"GET": ObligationFilter}

    def get(self, request: HttpRequest, symbol: str) -> HttpResponse:
        told = telling.tell(self.credential, symbol, self.query)
        if self.query.format == "csv":
            return respond(spreadsheet.write(told, self.query), spreadsheet.CONTENT_TYPE, 200, {})
        return answer(telling.shape(told, self.query))
