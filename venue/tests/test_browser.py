"""Staff sign in with a real browser and see what they may."""

from playwright.sync_api import expect

from venue.tests.browser import Visit, photograph


def test_staff_see_the_pages_they_may(sign_in: Visit) -> None:
    page = sign_in("visitor", "venue.view_market")
    expect(page.get_by_role("link", name="Markets").first).to_be_visible()
    expect(page.get_by_role("link", name="API keys")).to_have_count(0)
    photograph(page, "admin")
    assert "Forbidden" in page.request.get("/admin/accounts/apikey/").text()


def test_nobody_is_signed_in_by_another_visit(sign_in: Visit, visit: Visit) -> None:
    sign_in("visitor", "venue.view_market")
    assert "/login/" in visit("/admin/").url
