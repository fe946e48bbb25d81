"""A refusal of a whole request as a binary message: what of a problem document fits one."""

from typing import Any

from accounts.refusals import Refusal
from mmapi.codec.replies import ErrorReply
from mmapi.codec.words import ErrorOutcome


def error_reply(refusal: Refusal, request_id: str) -> ErrorReply:
    """The first field at fault, and whole figures; of a clock that is off, `observed` is by how many milliseconds."""
    said = refusal.extensions
    faults = said.get("errors") or [{}]
    return ErrorReply(
        status=refusal.status_code,
        code=refusal.code,
        detail=faults[0].get("message") or str(refusal.detail),
        outcome=ErrorOutcome.UNKNOWN if said.get("outcome") == "unknown" else ErrorOutcome.NOT_APPLIED,
        request_id=request_id,
        field=faults[0].get("field") or said.get("field") or "",
        retry_after_ms=said.get("retryAfterMs", 0),
        limit=whole(said.get("limit")),
        observed=whole(said.get("observed", said.get("skewMs"))),
    )


def whole(figure: Any) -> int | None:
    return figure if isinstance(figure, int) else None
