"""Every way in which the door refuses a request, one class and one code each."""

from typing import Any, Self

from rest_framework.exceptions import APIException


class Refusal(APIException):
    """A DRF exception whose `code`, `extensions` and `headers` the problem document carries."""

    status_code: int = 400
    code: str

    def __init__(self, detail: str | None = None, *, headers: dict[str, str] | None = None, **extensions: Any) -> None:
        super().__init__(detail or self.default_detail, self.code)
        self.extensions = extensions
        self.headers = headers or {}


# 400: the request itself is at fault.


class InvalidTimestamp(Refusal):
    code = "INVALID_TIMESTAMP"
    default_detail = "X-API-Timestamp must be Unix time in milliseconds, in digits only."


class InvalidReceiveWindow(Refusal):
    code = "INVALID_RECEIVE_WINDOW"
    default_detail = "X-API-Recv-Window must be a whole number of milliseconds from 1 to 60000."


class InvalidSessionName(Refusal):
    code = "INVALID_SESSION_NAME"
    default_detail = "X-MM-Session must be 1 to 64 letters, digits, '.', '_' or '-'."


class MalformedJson(Refusal):
    code = "MALFORMED_JSON"
    default_detail = "The body is not valid JSON."


class InvalidParameters(Refusal):
    """`errors` is the list of faults by field: [{field, code, message}]."""

    code = "INVALID_PARAMETERS"
    default_detail = "A parameter is missing, unknown or out of its range."

    def within(self, path: str) -> Self:
        """The same of what is part of something else: the faults name their fields from there."""
        errors = [{**one, "field": f"{path}.{one['field']}".rstrip(".")} for one in self.extensions.get("errors", ())]
        return type(self)(
            str(self.detail), errors=errors or [{"field": path, "code": "INVALID_VALUE", "message": str(self.detail)}]
        )


class UnexpectedBody(Refusal):
    code = "UNEXPECTED_BODY"
    default_detail = "This operation takes no body."


class IncompleteBody(Refusal):
    code = "INCOMPLETE_BODY"
    default_detail = "The body ended before its Content-Length."


class BatchTooLarge(Refusal):
    code = "BATCH_TOO_LARGE"
    default_detail = "The batch has more entries than the key's tier allows."


# 401: who asks is not established.


class Unauthenticated(Refusal):
    status_code = 401

    def __init__(self, detail: str | None = None, **extensions: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Signature realm="venue"'}, **extensions)


class MissingCredentials(Unauthenticated):
    code = "MISSING_CREDENTIALS"
    default_detail = "X-API-Key, X-API-Timestamp and X-API-Signature are required."


class InvalidApiKey(Unauthenticated):
    code = "INVALID_API_KEY"
    default_detail = "This API key is not known."


class InvalidSignature(Unauthenticated):
    code = "INVALID_SIGNATURE"
    default_detail = "The signature does not match timestamp + method + path?query + body."


class TimestampOutsideWindow(Unauthenticated):
    code = "TIMESTAMP_OUTSIDE_WINDOW"
    default_detail = "X-API-Timestamp is outside the receive window; compare your clock with serverTime."


class ReplayedSignature(Unauthenticated):
    code = "REPLAYED_SIGNATURE"
    default_detail = "This signature was used before; sign every request, retries too, with a timestamp of its own."


class KeyRevoked(Unauthenticated):
    code = "KEY_REVOKED"
    default_detail = "This API key was revoked."


class KeyBlocked(Unauthenticated):
    code = "KEY_BLOCKED"
    default_detail = "The venue has blocked this API key; ask its operations."


class KeyExpired(Unauthenticated):
    code = "KEY_EXPIRED"
    default_detail = "This API key has expired."


# 403: who asks is known, and may not.


class InsufficientScope(Refusal):
    status_code = 403
    code = "INSUFFICIENT_SCOPE"
    default_detail = "The API key does not have the scope of this operation."


class NetworkNotAllowed(Refusal):
    status_code = 403
    code = "NETWORK_NOT_ALLOWED"
    default_detail = "The API key may not be used from this network."


class FirmSuspended(Refusal):
    status_code = 403
    code = "FIRM_SUSPENDED"
    default_detail = "The firm is suspended."


class FirmNotActive(Refusal):
    status_code = 403
    code = "FIRM_NOT_ACTIVE"
    default_detail = "The firm is not admitted to trading."


class AccountSuspended(Refusal):
    status_code = 403
    code = "ACCOUNT_SUSPENDED"
    default_detail = "The trading account is suspended."


# The transport's own.


class LengthRequired(Refusal):
    status_code = 411
    code = "LENGTH_REQUIRED"
    default_detail = "Send the body with a Content-Length; chunked bodies are not read."


class BodyTooLarge(Refusal):
    status_code = 413
    code = "BODY_TOO_LARGE"
    default_detail = "The body is larger than this operation takes."


class UnsupportedContentType(Refusal):
    status_code = 415
    code = "UNSUPPORTED_CONTENT_TYPE"
    default_detail = "Send the body as application/json."


# It does not fit the state of things.


class SessionLimitReached(Refusal):
    status_code = 409
    code = "SESSION_LIMIT_REACHED"
    default_detail = "The key has as many open sessions as its tier allows; close one, or name one that is open."


# Come back later.


class RateLimited(Refusal):
    status_code = 429
    code = "RATE_LIMITED"
    default_detail = "The budget is used up; wait retryAfterMs."


class AdmissionUnavailable(Refusal):
    status_code = 503
    code = "ADMISSION_UNAVAILABLE"
    default_detail = "The request could not be checked and was not executed; try again."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": "1"}, outcome="not_applied")
