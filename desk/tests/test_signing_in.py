"""Signing in with a real browser: the second factor from the picture to the page, the lock-out, the search box."""

import re

from django.conf import settings
from django.contrib.auth.models import User
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from staff.tests.people import PASSWORD, code_of, device_of, member
from venue.tests.browser import Visit, photograph
from venue.tests.cast import Trader


def somebody(name: str) -> User:
    """A new viewer, known to no test before."""
    User.objects.filter(username=name).update(username=f"{name}-{User.objects.count()}")
    user = member("viewer")
    User.objects.filter(pk=user.pk).update(username=name)
    user.refresh_from_db()
    user.set_password(PASSWORD)
    user.save()
    TOTPDevice.objects.filter(user=user).delete()
    return user


def by_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("#login-form button[type=submit]")


def test_the_first_sign_in_and_the_next(visit: Visit) -> None:
    somebody("newcomer")
    page = visit("/admin/venue/market/")
    photograph(page, "sign-in")
    by_password(page, "newcomer")
    expect(page.locator("#qr-code svg")).to_be_visible()
    photograph(page, "enrol")
    secret = TOTPDevice.objects.get(user__username="newcomer")
    page.fill("input[name=code]", f"{totp(secret.bin_key):06d}")
    page.click("#code-form button[type=submit]")
    codes = page.locator("#recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    photograph(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/admin/venue/market/")

    page = visit("/admin/")
    by_password(page, "newcomer")
    photograph(page, "second-factor")
    page.fill("input[name=code]", "000000")
    page.click("#code-form button[type=submit]")
    expect(page.get_by_text("This code is not right")).to_be_visible()
    for device in (TOTPDevice, StaticDevice):  # that one has to wait a moment is not what this is about
        device.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    page.fill("input[name=code]", codes[0])
    page.click("#code-form button[type=submit]")
    page.wait_for_url("**/admin/")


def test_locked_out(visit: Visit) -> None:
    somebody("hasty")
    page = visit("/admin/")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        by_password(page, "hasty", "wrong")
        page.wait_for_load_state()
    expect(page.get_by_text("Too many failed attempts")).to_be_visible()
    photograph(page, "locked-out")
    page.goto("/admin/")
    by_password(page, "hasty")
    expect(page.get_by_text("Too many failed attempts")).to_be_visible()


def test_the_search_box(visit: Visit, alpha: Trader) -> None:
    user = somebody("seeker")
    quote = alpha.quote(clientQuoteId=f"Mine-{alpha.market.number}")["quoteId"]
    page = visit("/admin/")
    device = device_of(user)
    by_password(page, "seeker")
    page.fill("input[name=code]", code_of(device))
    page.click("#code-form button[type=submit]")
    page.wait_for_url("**/admin/")
    page.wait_for_load_state("networkidle")  # the box listens when its scripts are there
    page.click("#desk-search")
    page.locator("#search-input-command").press_sequentially(f"Mine-{alpha.market.number}")
    found = page.locator("#command-results-list a")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(quote)
    found.click()
    page.wait_for_url(re.compile(r"/admin/quotes/quote/\d+/change/"))


def test_roles_see_their_own_desk(browse_as: Visit, alpha: Trader) -> None:
    address = f"/admin/venue/market/{alpha.market.number}/change/"
    operator = browse_as("market operations", address)
    expect(operator.get_by_role("link", name="Halt")).to_be_visible()
    onlooker = browse_as("viewer", address)
    expect(onlooker.get_by_role("link", name="Live")).to_be_visible()
    expect(onlooker.get_by_role("link", name="Halt")).to_have_count(0)
    expect(onlooker.get_by_role("link", name="Users")).to_have_count(0)
    expect(browse_as("administrator", "/admin/").get_by_role("link", name="Audit trail")).to_be_visible()
