"""The admin's site: nobody is in before the second factor, and what signing in needs has its pages here."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget

from staff import members, sessions, sign_in, two_factor

Page = Callable[[HttpRequest], HttpResponse]
FOUND_AT_MOST: Final = 100


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=16,
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).lower().split())


class StaffSite(UnfoldAdminSite):
    """Where a password has been shown but no second factor, only the pages of the second factor open."""

    login_template = "staff/login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and two_factor.is_passed(request)

    def extra_urls(self) -> list[URLPattern]:
        return [
            path("two-factor/", half_signed_in(self.check_code), name="two_factor"),
            path("two-factor/enrol/", half_signed_in(self.enrol), name="enrol"),
            path("sign-in/", self.admin_view(self.own_sign_in), name="own_sign_in"),
            path("sign-in/codes/", self.admin_view(self.recovery_codes), name="recovery_codes"),
            path("sign-in/everywhere/", self.admin_view(self.sign_out_everywhere), name="sign_out_everywhere"),
        ]

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The box in the sidebar finds pages; the command palette, what they hold. Nothing is kept between two
        searches, since rights may have changed, and words are taken as they are written."""
        begin, words = time.monotonic(), request.GET.get("s", "")
        if not words.strip():
            return HttpResponse()
        extended = "extended" in request.GET
        found = self._search_apps(self.get_app_list(request), words.strip().lower())
        finder = self._get_config("COMMAND")["search_callback"]
        if extended and finder:
            found = [*import_string(finder)(request, words), *found]
        pages = Paginator(found, FOUND_AT_MOST)
        took = time.monotonic() - begin
        context = {"page_obj": pages, "results": pages.page(1), "page_counter": 0, "execution_time": took}
        template = "unfold/helpers/command_results.html" if extended else "unfold/helpers/search_results.html"
        return TemplateResponse(request, template, context, headers={"HX-Trigger": "search"})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and is_half_signed_in(request):
            return redirect(f"{reverse('admin:two_factor')}?{urlencode({REDIRECT_FIELD_NAME: goal(request)})}")
        return super().login(request, extra_context)

    def check_code(self, request: HttpRequest) -> HttpResponse:
        """The second step of signing in."""
        user = request.user
        assert isinstance(user, User)
        if not two_factor.has_device(user):
            return redirect(f"{reverse('admin:enrol')}?{urlencode({REDIRECT_FIELD_NAME: goal(request)})}")
        if not two_factor.may_try(request):
            return sign_in.locked_out_page(request)
        form = CodeForm(request.POST or None)
        if form.is_valid():
            if two_factor.check(request, form.cleaned_data["code"]):
                return HttpResponseRedirect(goal(request))
            if not two_factor.may_try(request):
                return sign_in.locked_out_page(request)
            form.add_error("code", "This code is not right, or was used before. After a few of them wait a moment.")
        return TemplateResponse(
            request, "staff/two_factor.html", {**unauthenticated_context(request, "Second factor"), "form": form}
        )

    def enrol(self, request: HttpRequest) -> HttpResponse:
        """The first sign-in: an authenticator app is told the secret, and proves that it has it."""
        user = request.user
        assert isinstance(user, User)
        if two_factor.has_device(user):
            return redirect("admin:two_factor")
        form = CodeForm(request.POST or None)
        if form.is_valid():
            codes = two_factor.enrol(request, form.cleaned_data["code"])
            if codes is not None:
                return self.codes_page(request, codes, goal(request))
            form.add_error("code", "This code is not right. Is the clock of your device set by the network?")
        device = two_factor.pending_device(request)
        context = {
            **unauthenticated_context(request, "Set up your second factor"),
            "form": form,
            "picture": two_factor.picture_of(device),
            "secret": two_factor.secret_of(device),
        }
        return TemplateResponse(request, "staff/enrol.html", context)

    def codes_page(self, request: HttpRequest, codes: list[str], onward: str) -> HttpResponse:
        context = {**unauthenticated_context(request, "Recovery codes"), "codes": codes, "onward": onward}
        return TemplateResponse(request, "staff/recovery_codes.html", context)

    def own_sign_in(self, request: HttpRequest) -> HttpResponse:
        """One's own sessions, and what one may do about them."""
        user = request.user
        assert isinstance(user, User)
        context = {
            **self.each_context(request),
            "title": "Your sign-in",
            "sessions": user.staff_sessions.filter(ended_at=None),
            "here": request.session.get(sessions.KEY),
            "roles": members.roles_of(user),
            "verified": two_factor.has_device(user),
        }
        return TemplateResponse(request, "staff/own_sign_in.html", context)

    def recovery_codes(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("admin:own_sign_in")
        return self.codes_page(request, two_factor.draw_recovery_codes(request), reverse("admin:own_sign_in"))

    def sign_out_everywhere(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        if request.method == "POST":
            members.sign_out_everywhere(request, user)
            messages.info(request, "You are signed out everywhere.")
        return redirect("admin:index")


def is_half_signed_in(request: HttpRequest) -> bool:
    """By password, and nothing more yet."""
    user = request.user
    return user.is_active and isinstance(user, User) and user.is_staff and not two_factor.is_passed(request)


def half_signed_in(page: Page) -> Page:
    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        return page(request) if is_half_signed_in(request) else redirect("admin:index")

    return never_cache(csrf_protect(guarded))


def goal(request: HttpRequest) -> str:
    """Where the one who signs in wanted to go, if that is here."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else reverse(settings.LOGIN_REDIRECT_URL)


def unauthenticated_context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, "goal": goal(request), "goal_name": REDIRECT_FIELD_NAME}
