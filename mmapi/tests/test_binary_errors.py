"""Refusals in binary say what their problem documents say."""

from accounts.bodies import fault
from accounts.refusals import InvalidParameters, NetworkNotAllowed, Refusal, TimestampOutsideWindow
from accounts.views import rate_limited
from mmapi.binary_errors import error_reply
from mmapi.codec.malformations import CodecError, Malformation
from mmapi.codec.replies import ErrorReply, decode_reply, encode_error
from mmapi.codec.words import ErrorOutcome
from mmapi.malformed import refusal
from venue.gateway import OutcomeUnknown

REQUEST_ID = "0123456789abcdef01234567"


def sent(refused: Refusal) -> ErrorReply:
    """As the client reads it."""
    reply = decode_reply(encode_error(error_reply(refused, REQUEST_ID)))
    assert isinstance(reply, ErrorReply)
    return reply


def test_a_malformed_message() -> None:
    error = CodecError(Malformation.BAD_BLOCK_LENGTH, "43, not 44.", field="quotes", limit=43, observed=44)
    assert sent(refusal(error)) == ErrorReply(
        400, "BAD_BLOCK_LENGTH", "43, not 44.", request_id=REQUEST_ID, field="quotes", limit=43, observed=44
    )


def test_a_field_at_fault() -> None:
    faults = [fault("orders[3].side", "INVALID_VALUE", "Neither."), fault("markets", "REPEATED", "Twice.")]
    reply = sent(InvalidParameters(errors=faults))
    assert (reply.code, reply.field, reply.detail) == ("INVALID_PARAMETERS", "orders[3].side", "Neither.")


def test_too_fast() -> None:
    reply = sent(rate_limited("operations", 1_250))
    assert (reply.status, reply.code, reply.retry_after_ms) == (429, "RATE_LIMITED", 1_250)


def test_a_clock_that_is_off() -> None:
    reply = sent(TimestampOutsideWindow(serverTime=1_795_262_400_000, skewMs=-7_000, limit=5_000))
    assert (reply.status, reply.limit, reply.observed) == (401, 5_000, -7_000)


def test_figures_that_are_no_numbers_are_left_out() -> None:
    assert sent(NetworkNotAllowed(observed="192.0.2.1")).observed is None


def test_an_unknown_outcome() -> None:
    assert sent(OutcomeUnknown()).outcome == ErrorOutcome.UNKNOWN
    assert sent(NetworkNotAllowed()).outcome == ErrorOutcome.NOT_APPLIED
