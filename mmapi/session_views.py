"""The operations on market-making sessions, below /api/v1/mm/."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi import disconnects, sessions
from mmapi.disconnects import DrillScope, NewSetting, UnlockScope
from venue.api import ApiView, Nothing, answer


class SessionsView(ApiView):
    scopes = {"GET": Scope.READ, "DELETE": Scope.MARKET_MAKING}
    bodies = {"DELETE": Nothing}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(sessions.listed(self.credential))

    def delete(self, request: HttpRequest) -> HttpResponse:
        closed = disconnects.close(self.credential, self.session)
        return answer(sessions.one(self.credential, closed.pk))


class SessionView(ApiView):
    """What is asked of the session of the call; it enters no order."""

    scopes = {"POST": Scope.MARKET_MAKING}

    def operations(self) -> int:
        return 0


class HeartbeatView(SessionView):
    bodies = {"POST": Nothing}

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(sessions.heartbeat(self.credential, self.session))


class CancelOnDisconnectView(SessionView):
    bodies = {"POST": NewSetting}

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(disconnects.configure(self.credential, self.session, self.body, self.admission.now_ms))


class DrillView(SessionView):
    bodies = {"POST": DrillScope}

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(disconnects.drill(self.credential, self.session, self.body, self.admission.now_ms))


class UnlockView(SessionView):
    bodies = {"POST": UnlockScope}

    def post(self, request: HttpRequest) -> HttpResponse:
        disconnects.unlock(self.credential, self.body, self.admission.now_ms)
        return answer(sessions.one(self.credential, self.credential.session))
