"""Middleware of the pages for people. The API's requests carry no cookies and pass these by, which they feel."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from venue.errors import API


class ForPages(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(API):
            return self.get_response(request)
        return super().__call__(request)


class PageSessionMiddleware(ForPages, SessionMiddleware):
    pass


class PageAuthenticationMiddleware(ForPages, AuthenticationMiddleware):
    pass


class PageMessageMiddleware(ForPages, MessageMiddleware):
    pass
