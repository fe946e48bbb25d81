"""Every refusal and every failure as a problem document (RFC 9457). The codes are listed in docs/errors.md."""

import logging
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from redis.exceptions import RedisError
from rest_framework import exceptions

from accounts.refusals import Refusal
from accounts.views import READS
from venue.api import encode, respond

logger = logging.getLogger(__name__)

API: Final = "/api/"


class BadRequest(Refusal):
    code = "BAD_REQUEST"
    default_detail = "The request cannot be read."


class Forbidden(Refusal):
    status_code = 403
    code = "FORBIDDEN"
    default_detail = "The request is not permitted."


class NotFound(Refusal):
    status_code = 404
    code = "NOT_FOUND"
    default_detail = "There is nothing at this address."


class MethodNotAllowed(Refusal):
    status_code = 405
    code = "METHOD_NOT_ALLOWED"
    default_detail = "This address does not take the method; Allow names those it does."


class InternalError(Refusal):
    """Of a write nobody knows how far it came."""

    status_code = 500
    code = "INTERNAL_ERROR"
    default_detail = "The venue failed on this request. Quote the requestId when you report it."


class Unavailable(Refusal):
    """What is needed to answer does not respond. A write that gets here was refused or carried out before."""

    status_code = 503
    code = "UNAVAILABLE"
    default_detail = "The venue cannot answer at the moment. Nothing was changed by this request; try again."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"}, outcome="not_applied")


_AWAY: Final = (RedisError, OperationalError, InterfaceError)
_TRANSLATIONS: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[Refusal]], ...]] = (
    (exceptions.MethodNotAllowed, MethodNotAllowed),
    ((Http404, exceptions.NotFound), NotFound),
    ((PermissionDenied, exceptions.PermissionDenied), Forbidden),
    (exceptions.APIException, BadRequest),
    (_AWAY, Unavailable),
)


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The REST framework's exception handler."""
    return problem(refusal_for(error, context["request"]), context["request"])


def refusal_for(error: Exception, request: HttpRequest) -> Refusal:
    if isinstance(error, Refusal):
        return error
    for kind, refusal in _TRANSLATIONS:
        if isinstance(error, kind):
            if kind is _AWAY:
                logger.warning("%s %s: %s", request.method, request.path, error)
            return refusal()
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return internal_error(request)


def internal_error(request: HttpRequest) -> InternalError:
    return InternalError() if request.method in READS else InternalError(outcome="unknown")


def problem(refusal: Refusal, request: HttpRequest) -> HttpResponse:
    body = document(refusal, getattr(request, "request_id", ""))
    return respond(body, "application/problem+json", refusal.status_code, refusal.headers)


def document(refusal: Refusal, request_id: str) -> bytes:
    """The problem as JSON."""
    return encode(
        {
            "type": f"urn:venue:problem:{refusal.code.lower().replace('_', '-')}",
            "title": refusal.code.replace("_", " ").capitalize(),
            "status": refusal.status_code,
            "detail": str(refusal.detail),
            "code": refusal.code,
            "requestId": request_id,
            **refusal.extensions,
        }
    )


# Django's own handlers: under /api/ a problem, elsewhere the page for people.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(BadRequest(), request)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(Forbidden(), request)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(NotFound(), request)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return problem(internal_error(request), request)
    return defaults.server_error(request)
