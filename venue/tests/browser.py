"""A real browser before the served venue, as a pytest plugin: `visit` opens pages, `sign_in` is the staff's door.

Debian's Chromium drives; CHROMIUM names another. Where there is none these tests are skipped and say so, unless
BROWSER_REQUIRED=1, as in the gate. With SCREENSHOTS=<folder>, `photograph` leaves a picture of each page there.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from staff.tests.people import SignedIn, code_of, device_of
from venue.tests.cast import MatcherProcess
from venue.tests.rest import RestProcess

CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
MISSING: Final = (
    f"There is no browser at {CHROMIUM}: apt-get install chromium, or name one in the environment variable CHROMIUM."
)
PASSWORD: Final = "correct horse battery staple"
PHONE: Final = {"width": 390, "height": 844}
DESKTOP: Final = {"width": 1280, "height": 900}
QUIET: Final = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]

# The admin's own theme, as its menu sets it; other pages go by the reader's scheme alone.
THEME: Final = "scheme => { if (window.Alpine) Alpine.$data(document.documentElement).adminTheme = scheme }"

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def _browser() -> Iterator[Browser]:
    """Ended with its module: its event loop would be in the way of tests that run one of their own."""
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("BROWSER_REQUIRED") == "1" else pytest.skip)(MISSING)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # that loop waits while a test reads rows
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *QUIET])
        yield browser
        browser.close()
        connections.close_all()  # Django keeps others for a thread whose event loop runs
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="module")
def _rest(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestProcess]:
    process = RestProcess(tmp_path_factory.mktemp("served"))
    yield process
    process.stop()


@pytest.fixture
def rest(running_matcher: MatcherProcess, _rest: RestProcess) -> RestProcess:
    """The venue's HTTP door and a matcher behind it."""
    return _rest if _rest.process is not None else _rest.start()


@pytest.fixture
def visit(rest: RestProcess, _browser: Browser) -> Iterator[Visit]:
    """`visit("/apply/", **context)` opens the page in a browser of its own: nobody's cookies. A script's error fails
    the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(path: str = "/", **options: Any) -> Page:
        context = _browser.new_context(**{"base_url": rest.address, "viewport": DESKTOP, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def sign_in(visit: Visit) -> Visit:
    """`sign_in("ann", "accounts.view_firm", …)` opens the admin as staff who have these permissions and no others."""

    def signed_in(username: str, *permissions: str, **options: Any) -> Page:
        device = device_of(staff_member(username, *permissions))
        page = visit("/admin/", **options)
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.fill("input[name=code]", code_of(device))
        page.click("#code-form button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return signed_in


@pytest.fixture
def browse_as(visit: Visit, rest: RestProcess, signed_in: SignedIn) -> Visit:
    """`browse_as("risk", "/admin/…")` opens the page as one who has that role and has passed the second factor."""

    def opened(role: str, path: str = "/admin/", **options: Any) -> Page:
        page = visit("/api/v1/time", **options)
        name, value = signed_in.cookie(role)
        page.context.add_cookies([{"name": name, "value": value, "url": rest.address}])
        page.goto(path)
        return page

    return opened


def staff_member(username: str, *permissions: str) -> User:
    """One who signs in with the password: also where another test had made them without."""
    user, _ = User.objects.get_or_create(username=username, is_staff=True)
    if not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save()
    granted = [Permission.objects.get(content_type__app_label=app, codename=name) for app, name in split(permissions)]
    user.user_permissions.set(granted)
    return user


def split(permissions: tuple[str, ...]) -> list[list[str]]:
    return [permission.split(".") for permission in permissions]


def photograph(page: Page, name: str) -> None:
    """Light, dark and as wide as a phone, where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    size = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(THEME, scheme)
        for kind, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            page.wait_for_timeout(150)
            page.screenshot(path=Path(folder) / f"{name}-{scheme}-{kind}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.evaluate(THEME, "light")
    if size:
        page.set_viewport_size(size)
