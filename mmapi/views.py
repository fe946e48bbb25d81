"""The Market Maker API's order operations over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.refusals import Refusal, UnsupportedContentType
from accounts.scopes import Scope
from mmapi import batches, binary_batch, json_batch, mass_cancelling, replacing
from mmapi.binary_errors import error_reply
from mmapi.codec.malformations import CodecError
from mmapi.codec.replies import encode_error, encode_reply
from mmapi.codec.requests import BatchRequest, decode_request
from mmapi.codec.schema import MEDIA_TYPE
from mmapi.malformed import refusal
from venue.api import ApiView, answer, respond

REPLAYED = {"Idempotent-Replayed": "true"}


class MakerView(ApiView):
    scopes = {"POST": Scope.MARKET_MAKING}


class BatchView(MakerView):
    bodies = {"POST": json_batch.BatchBody}

    def operations(self) -> int:
        return json_batch.entry_count(self.body)

    def only_cancels(self, http: HttpRequest) -> bool:
        return self.body is not None and json_batch.only_cancels(self.body)

    def post(self, request: HttpRequest) -> HttpResponse:
        answered = batches.carry_out(self.credential, json_batch.asked(self.credential, self.body))
        return answer(json_batch.shape(answered), headers=REPLAYED if answered.replayed else None)


class BinaryBatchView(MakerView):
    """The same in SBE; the answer is SBE, too, unless JSON is asked for."""

    bodies = {"POST": bytes}
    body: BatchRequest

    def decode_body(self, raw: bytes, kind: Any) -> BatchRequest:
        content_type = (self.request.META.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
        if content_type != MEDIA_TYPE:
            raise UnsupportedContentType(f"Send the body as {MEDIA_TYPE}.", observed=content_type)
        try:
            return decode_request(raw)
        except CodecError as error:
            raise refusal(error) from None

    def operations(self) -> int:
        return binary_batch.entry_count(self.body)

    def only_cancels(self, http: HttpRequest) -> bool:
        return isinstance(self.body, BatchRequest) and binary_batch.only_cancels(self.body)

    def post(self, request: HttpRequest) -> HttpResponse:
        answered = batches.carry_out(self.credential, binary_batch.asked(self.credential, self.body))
        headers = REPLAYED if answered.replayed else {}
        if self.wants_json():
            return answer(json_batch.shape(answered), headers=headers)
        return respond(encode_reply(binary_batch.reply(self.body, answered)), MEDIA_TYPE, 200, headers)

    def wants_json(self) -> bool:
        return "application/json" in (self.request.META.get("HTTP_ACCEPT") or "")

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, Refusal) or self.wants_json():
            return super().handle_exception(exc)
        request_id = getattr(self.request, "request_id", "")
        return respond(encode_error(error_reply(exc, request_id)), MEDIA_TYPE, exc.status_code, exc.headers)


class ReplaceView(MakerView):
    bodies = {"POST": replacing.Replacement}

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(replacing.replace(self.credential, self.body))


class CancelReplaceView(MakerView):
    bodies = {"POST": replacing.CancelReplace}

    def operations(self) -> int:
        return 2

    def post(self, request: HttpRequest) -> HttpResponse:
        done, replayed = replacing.cancel_replace(self.credential, self.body)
        return answer(done, headers=REPLAYED if replayed else None)


class MassCancelView(MakerView):
    bodies = {"POST": mass_cancelling.MassCancelBody}
    never_refused = frozenset({"POST"})

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(mass_cancelling.mass_cancel(self.credential, self.body))


class LockResetView(MakerView):
    bodies = {"POST": mass_cancelling.ResetBody}
    never_refused = frozenset({"POST"})

    def post(self, request: HttpRequest) -> HttpResponse:
        return answer(mass_cancelling.reset(self.credential, self.body))
