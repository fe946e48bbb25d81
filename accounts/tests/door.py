"""A small API behind signatures, for tests: what a signed view is given, it gives back. And the desk beside it."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import msgspec
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from rest_framework.exceptions import APIException

from accounts.bodies import Fields, Number
from accounts.refusals import Refusal
from accounts.scopes import Scope
from accounts.views import SignedView


class Side(Enum):
    BUY = "buy"
    SELL = "sell"


class Level(Fields, frozen=True):
    price: Number
    size: Number | None = None


class NewOrder(Fields, frozen=True):
    side: Side
    price: Number
    client_order_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    levels: list[Level] = []
    metadata: dict[str, Any] = {}


class Listing(Fields, frozen=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    side: Side | None = None
    price: Number | None = None
    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    open: bool | None = None


class DoorView(SignedView):
    """Answers refusals as plain JSON; the venue renders them as problem documents."""

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], HttpResponse | None]:
        return plain_refusal


def plain_refusal(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    if not isinstance(error, APIException):
        return None
    extensions = error.extensions if isinstance(error, Refusal) else {}
    headers = error.headers if isinstance(error, Refusal) else {}
    code = error.code if isinstance(error, Refusal) else error.default_code
    answer = {"code": code, "detail": str(error.detail), **extensions}
    return HttpResponse(msgspec.json.encode(answer), "application/json", error.status_code, headers=headers)


def answer_json(answer: Any) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(answer, enc_hook=str), "application/json")


class OrdersView(DoorView):
    scopes = {"GET": Scope.READ, "POST": Scope.TRADE, "DELETE": Scope.TRADE}
    bodies = {"POST": NewOrder}
    queries = {"GET": Listing}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer_json({"query": self.query, "account": self.credential.account_name})

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer_json({"body": self.body})

    def delete(self, request: HttpRequest) -> HttpResponse:
        return answer_json({"operationsLeft": self.admission.operations_left})


class BatchView(DoorView):
    scopes = {"POST": Scope.MARKET_MAKING}
    bodies = {"POST": list[Level]}

    def operations(self) -> int:
        return len(self.body)

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer_json(
            {"operationsLeft": self.admission.operations_left, "requestsLeft": self.admission.requests_left}
        )


class AnyPathView(DoorView):
    scopes = {"GET": Scope.READ, "PUT": Scope.READ}
    bodies = {"PUT": bytes}

    def read_query(self, http: HttpRequest, method: str) -> Any:
        return http.GET.dict()

    def get(self, request: HttpRequest, rest: str) -> HttpResponse:
        return answer_json({"path": rest, "query": self.query})

    def put(self, request: HttpRequest, rest: str) -> HttpResponse:
        return answer_json({"length": len(self.body)})


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


admin.autodiscover()

urlpatterns = [
    path("admin/", admin.site.urls),
    path("orders", OrdersView.as_view()),
    path("batch", BatchView.as_view()),
    path("public", public),
    re_path(r"^any/(?P<rest>.*)\Z", AnyPathView.as_view()),
]
