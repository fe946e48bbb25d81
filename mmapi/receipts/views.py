"""The door of receipts."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi.receipts import search
from mmapi.receipts.selection import ReceiptFilter
from venue.api import ApiView, answer


class ReceiptsView(ApiView):
    scopes = {"GET": Scope.READ}
    queries = {"GET": ReceiptFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(search.receipts(self.credential, self.query))
