"""The WSGI handler: the API's requests pass a short chain of middleware, the pages for people the whole one."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils.module_loading import import_string

from venue.errors import API

_LONGEST_REMEMBERED: Final = 128  # characters


class VenueHandler(WSGIHandler):
    """Sessions, cookies and messages would be a quarter of a quote's whole cost, and the API has none of them."""

    _middleware_chain: Any
    _get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Of what Django does before and after each request the API needs that broken connections are given up."""
        if not environ["PATH_INFO"].startswith(API):
            return super().__call__(environ, start_response)
        connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
        response: Any = self.get_response(self.request_class(environ))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response if response.streaming else (response.content,)

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Asking the patterns would be another twelfth: an address of the API means the same each time. Long ones,
        which nobody needs, are not remembered: anybody may send them."""
        if not request.path_info.startswith(API) or len(request.path_info) > _LONGEST_REMEMBERED:
            return super().resolve_request(request)
        match = request.resolver_match = _meaning(request.path_info)
        return match

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async)
        pages = self._middleware_chain
        api: Any = convert_exception_to_response(self._get_response)
        for name in reversed(settings.API_MIDDLEWARE):
            api = convert_exception_to_response(import_string(name)(api))

        def chain(request: HttpRequest) -> Any:
            return (api if request.path_info.startswith(API) else pages)(request)

        self._middleware_chain = chain


@lru_cache(maxsize=4_096)
def _meaning(path: str) -> ResolverMatch:
    return resolve(path)
