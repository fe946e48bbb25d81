"""Failures that no view expects, and addresses and methods that are not there, as problem documents too."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from venue import errors, listing
from venue.tests.cast import Answer, Trader, read


def test_an_unknown_address_below_api() -> None:
    for path in ("/api/", "/api/nothing", "/api/sdk/quotes/", "/api/v1/orders/a/b"):
        answer = read(Client().get(path))
        assert (answer.status, answer.code) == (404, "NOT_FOUND")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_unknown_address_elsewhere_is_a_page() -> None:
    response = Client().get("/nothing")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_method_that_is_not_offered(alpha: Trader) -> None:
    answer = alpha.call("PUT", "/api/sdk/quotes", {})
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD, POST, DELETE"


def test_options_names_what_is_offered() -> None:
    for path, allowed in (("/api/v1/time", "GET, HEAD"), ("/api/sdk/quotes/batch/update", "PATCH")):
        response = Client().options(path)
        assert (response.status_code, response["Allow"]) == (405, allowed)


def test_head_is_get_without_the_body(alpha: Trader) -> None:
    alpha.quote()
    for path in ("/api/v1/time", f"/api/v1/markets/{alpha.market.symbol}/trades"):
        response = Client().head(path)
        assert (response.status_code, response.content) == (200, b"")
    assert alpha.call("HEAD", "/api/sdk/quotes?limit=1").status == 200


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Answer:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(listing, "every_market", fail)
    return read(Client().get("/api/v1/markets"))


def test_a_failure_of_ours_tells_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    answer = failing(monkeypatch, ValueError("the password is hunter2"))
    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert "hunter2" not in answer.text
    assert answer.body["requestId"] == answer.headers["X-Request-Id"]
    assert "outcome" not in answer.body


def test_of_a_write_that_failed_the_outcome_is_unknown(alpha: Trader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr("quotes.quoting.last_state", fail)
    answer = alpha.post("/api/sdk/quotes", alpha.quote_body())
    assert (answer.status, answer.code, answer.body["outcome"]) == (500, "INTERNAL_ERROR", "unknown")


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = failing(monkeypatch, OperationalError("connection to server at 10.0.0.1 failed"))
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "UNAVAILABLE", "1")
    assert "10.0.0.1" not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/time", "/elsewhere"])
def test_djangos_own_handlers(path: str) -> None:
    request: HttpRequest = RequestFactory().get(path)
    kind = "application/problem+json" if path.startswith("/api/") else "text/html"
    for response, status in (
        (errors.bad_request(request, SuspiciousOperation()), 400),
        (errors.permission_denied(request, PermissionDenied()), 403),
        (errors.page_not_found(request, Exception()), 404),
        (errors.server_error(request), 500),
    ):
        assert (response.status_code, response["Content-Type"].partition(";")[0]) == (status, kind)
