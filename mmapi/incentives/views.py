"""The doors of incentives: where a maker stands, and its statements."""

from django.http import HttpRequest, HttpResponse

from accounts.scopes import Scope
from mmapi.incentives import own_statements, standing
from mmapi.incentives.own_statements import StatementFilter
from mmapi.incentives.standing import IncentiveFilter
from venue.api import ApiView, answer, respond


class IncentivesView(ApiView):
    scopes = {"GET": Scope.READ}
    queries = {"GET": IncentiveFilter}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(standing.incentives(self.credential, self.query))


class StatementsView(ApiView):
    scopes = {"GET": Scope.READ}

    def get(self, request: HttpRequest) -> HttpResponse:
        return answer(own_statements.listed(self.credential))


class StatementView(ApiView):
    scopes = {"GET": Scope.READ}
    queries = {"GET": StatementFilter}

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        statement = own_statements.find(self.credential, month, self.query.version)
        if self.query.format == "csv":
            name = f'attachment; filename="{own_statements.file_name(statement)}.csv"'
            content = own_statements.as_csv(statement)
            return respond(content, "text/csv; charset=utf-8", 200, {"Content-Disposition": name})
        return answer(own_statements.whole(statement))
