"""What every page for people passes: its session may have ended, and the database is told who acts."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse

from staff import audit, sessions

GetResponse = Callable[[HttpRequest], HttpResponse]
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionEndMiddleware:
    """Signs out whose session has ended."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            session = sessions.of_request(request)
            because = sessions.why_ended(session)
            if because:
                self.sign_out(request, because)
            elif session is not None:
                sessions.touch(session, request)
        return self.get_response(request)

    def sign_out(self, request: HttpRequest, because: str) -> None:
        session = sessions.of_request(request)
        if session is not None:
            session.end(because)
        logout(request)
        messages.info(request, f"Your session has ended: {because}.")


class ActingMiddleware:
    """Where something may be changed, the rows that change are recorded as changed by who asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READING or SESSION_KEY not in request.session:
            return self.get_response(request)
        with audit.acting(request):
            return self.get_response(request)
