"""How the desk's pages are entered: signed in, with a permission, and with the theme round them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from redis.exceptions import RedisError

View = Callable[..., HttpResponse]

BOARD: Final = "desk.view_board"
_AWAY: Final = "Redis does not answer, so nothing is known of the venue's present state, and nothing is admitted."


def needs(permission: str) -> Callable[[View], View]:
    """Who is not signed in is led to the sign-in, who may not is refused; nothing comes from a cache."""

    def decorated(view: View) -> View:
        @wraps(view)
        def permitted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except RedisError:
                return HttpResponse(_AWAY, status=503, content_type="text/plain; charset=utf-8")

        return wraps(view)(admin.site.admin_view(permitted))

    return decorated


def page(request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
