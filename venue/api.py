"""What every view of the API is made from: signed and public ones, and answers in JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import msgspec
from django.http import HttpRequest, HttpResponse

from accounts import bodies
from accounts.refusals import InvalidParameters
from accounts.rest import RestView
from accounts.views import SignedView

encode: Final = msgspec.json.Encoder().encode
METHODS: Final = ["get", "head", "post", "put", "patch", "delete"]


class Nothing(bodies.Fields, frozen=True):
    """The body of an operation that takes none: absent or empty."""


class ApiView(SignedView):
    http_method_names = METHODS


class PublicView(RestView):
    """Handlers find `query`; nobody is asked who they are."""

    http_method_names = METHODS
    query_kind: ClassVar[Any] = None
    query: Any = None

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        parameters = request.GET
        if self.query_kind is not None:
            self.query = bodies.decode_query(parameters, self.query_kind)
        elif parameters:
            message = "This operation takes no such parameter."
            raise InvalidParameters(errors=[bodies.fault(name, "UNKNOWN_FIELD", message) for name in parameters])


def answer(shape: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return respond(encode(shape), "application/json", status, headers or {})


def respond(content: bytes, content_type: str, status: int, headers: Mapping[str, str]) -> HttpResponse:
    standing = {"Content-Type": content_type, "Content-Length": str(len(content)), "Cache-Control": "no-store"}
    return HttpResponse(content, status=status, headers={**standing, **headers})


def created(shape: Any, replayed: bool) -> HttpResponse:
    """201, and whether it is the answer to an earlier request with the same client id."""
    return answer(shape, 201, {"Idempotent-Replayed": "true"} if replayed else None)
