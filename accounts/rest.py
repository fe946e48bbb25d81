"""The view beneath all of the API's."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.views import APIView


class RestView(APIView):
    """The REST framework's view with Django's own request: wrapping it, negotiating what to render and the parsers and
    authenticators for that would be a tenth of a quote's cost at the door, and nothing here uses them."""

    authentication_classes = ()
    permission_classes = ()
    request: HttpRequest  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request, self.args, self.kwargs = request, args, kwargs
        method = (request.method or "").lower()
        try:
            self.initial(request, *args, **kwargs)
            handler: Any = self.http_method_not_allowed
            if method in self.http_method_names:
                handler = getattr(self, method, handler)
            return handler(request, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response["Allow"] = ", ".join(self.allowed_methods)
            return response

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """What comes before the handler; raises what refuses the request."""
