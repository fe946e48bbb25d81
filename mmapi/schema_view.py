"""The schema of the binary messages, for everybody."""

from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from mmapi.codec.schema import XML
from venue.api import PublicView, respond

ETAG: Final = f'"{sha256(XML).hexdigest()}"'


class SchemaView(PublicView):
    def get(self, request: HttpRequest) -> HttpResponseBase | None:
        return get_conditional_response(request, ETAG, response=document())


def document() -> HttpResponse:
    return respond(XML, "application/xml", 200, {"ETag": ETAG, "Cache-Control": "no-cache"})
