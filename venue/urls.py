"""Every address the venue answers."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/sdk/", include("quotes.urls")),
    path("api/v1/", include("venue.api_urls")),
    path("admin/desk/", include("desk.urls")),
    path("admin/", admin.site.urls),
    path("apply/", include("accounts.onboarding.urls")),
]

handler400 = "venue.errors.bad_request"
handler403 = "venue.errors.permission_denied"
handler404 = "venue.errors.page_not_found"
handler500 = "venue.errors.server_error"
