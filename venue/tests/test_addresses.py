"""The API's addresses are remembered, but never more of them than fits a bound."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from venue import handler
from venue.handler import VenueHandler


@pytest.fixture(scope="module")
def application() -> VenueHandler:
    return VenueHandler()


def test_an_address_is_asked_for_once(application: VenueHandler) -> None:
    first, again = (application.resolve_request(RequestFactory().get("/api/v1/orders/one")) for _ in range(2))
    assert first is again
    assert first.kwargs == {"order_id": "one"}


def test_a_long_address_is_not_remembered(application: VenueHandler) -> None:
    before = handler._meaning.cache_info().currsize
    match = application.resolve_request(RequestFactory().get(f"/api/v1/orders/{'x' * 1_000}"))
    assert match.kwargs == {"order_id": "x" * 1_000}
    assert handler._meaning.cache_info().currsize == before


def test_nothing_at_an_address_is_told_each_time(application: VenueHandler) -> None:
    for _ in range(2):
        with pytest.raises(Http404):
            application.resolve_request(RequestFactory().get("/api/v1/nowhere"))
