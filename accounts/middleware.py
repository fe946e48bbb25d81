"""Headers of every answer: its request id, and what is left of the key's budgets."""

import random
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts import admission

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Names each request, for its problem document and the logs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = f"{random.getrandbits(96):024x}"
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class RateLimitMiddleware:
    """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers) on answers to admitted requests."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        limits = getattr(request, "rate_limits", None)
        if limits is not None and admission.budgets(limits[0]):
            response["RateLimit-Policy"] = admission.rate_limit_policy(limits[0])
            response["RateLimit"] = admission.rate_limit(*limits)
        return response
