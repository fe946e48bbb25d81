"""Market-maker protection: terms, standing, reset."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi import protection
from mmapi.protection import ProtectionFilter, ProtectionName, ProtectionTerms, TriggerFilter
from venue.api import ApiView, answer


class ProtectionView(ApiView):
    scopes = {"GET": Scope.READ, "PUT": Scope.MARKET_MAKING, "DELETE": Scope.MARKET_MAKING}
    bodies = {"PUT": ProtectionTerms, "DELETE": ProtectionName}
    queries = {"GET": ProtectionFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(protection.standing(self.credential, self.query))

    def put(self, request: HttpRequest) -> HttpResponse:
        return answer(protection.configure(self.credential, self.body))

    def delete(self, request: HttpRequest) -> HttpResponse:
        return answer(protection.remove(self.credential, self.body))


class ProtectionResetView(ApiView):
    scopes = {"POST": Scope.MARKET_MAKING}
    bodies = {"POST": ProtectionName}

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(protection.reset(self.credential, self.body))


class ProtectionTriggersView(ApiView):
    scopes = {"GET": Scope.READ}
    queries = {"GET": TriggerFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(protection.triggers(self.credential, self.query))
