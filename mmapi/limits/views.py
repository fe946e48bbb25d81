"""GET /api/v1/mm/limits."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi.limits import envelope
from mmapi.limits.envelope import LimitsFilter
from venue.api import ApiView, answer


class LimitsView(ApiView):
    """The key's own limits and its account's; looking costs one request, as any read."""

    scopes = {"GET": Scope.READ}
    queries = {"GET": LimitsFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(envelope.limits(self.credential, self.query))
