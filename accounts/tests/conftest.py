"""The cast, and the door they knock at."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from accounts.credentials import cache
from accounts.tests.cast import Party, party

MIDDLEWARE = ["accounts.middleware.RequestIdMiddleware", "accounts.middleware.RateLimitMiddleware"]
DESK_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staff.middleware.SessionEndMiddleware",
    "staff.middleware.ActingMiddleware",
]


@pytest.fixture(autouse=True)
def _door(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests of this app knock at accounts.tests.door. No market listens: suspending changes the rows alone."""
    middleware = [*MIDDLEWARE, *DESK_MIDDLEWARE] if "desk" in request.fixturenames else MIDDLEWARE
    cache.clear()
    with override_settings(
        ROOT_URLCONF="accounts.tests.door",
        MIDDLEWARE=middleware,
        TRUSTED_PROXIES=[],
        PARTICIPANTS="accounts.standing",
    ):
        yield
    cache.clear()


@pytest.fixture
def alpha(db: None) -> Party:
    return party("ALPHA")


@pytest.fixture
def beta(db: None) -> Party:
    return party("BETA")


@pytest.fixture
def gamma(db: None) -> Party:
    return party("GAMMA")
