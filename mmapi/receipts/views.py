"""The door of receipts."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.scopes import Scope
from mmapi.receipts import search
from mmapi.receipts.selection import ReceiptFilter
from venue.api import ApiView, answer


class ReceiptsView(ApiView):
    scopes = {"GET": Scope.READ}
    queries = {"GET": ReceiptFilter}

    def get(self, request: Request) -> HttpResponse:
        return answer(search.receipts(self.credential, self.query))
