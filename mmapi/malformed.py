"""What the codec says is wrong with a message, as the refusal of a request."""

from typing import Any

from accounts.bodies import fault
from accounts.refusals import BatchTooLarge, InvalidParameters, Refusal
from mmapi.codec.malformations import CodecError, Malformation


class Truncated(Refusal):
    code = Malformation.TRUNCATED.value
    default_detail = "The message goes on after its last byte."


class TrailingBytes(Refusal):
    code = Malformation.TRAILING_BYTES.value
    default_detail = "The message ends before the bytes do."


class UnknownSchema(Refusal):
    code = Malformation.UNKNOWN_SCHEMA.value
    default_detail = "The message is of another schema."


class UnsupportedVersion(Refusal):
    code = Malformation.UNSUPPORTED_VERSION.value
    default_detail = "The message is of a version that is not supported."


class UnknownTemplate(Refusal):
    code = Malformation.UNKNOWN_TEMPLATE.value
    default_detail = "The message is none that is taken here."


class BadBlockLength(Refusal):
    code = Malformation.BAD_BLOCK_LENGTH.value
    default_detail = "A block has another length than the schema says."


class CountMismatch(Refusal):
    code = Malformation.COUNT_MISMATCH.value
    default_detail = "The markets have more or fewer entries than there are."


REFUSALS: dict[str, type[Refusal]] = {
    Malformation.BATCH_TOO_LARGE: BatchTooLarge,
    **{
        kind.code: kind
        for kind in (
            Truncated,
            TrailingBytes,
            UnknownSchema,
            UnsupportedVersion,
            UnknownTemplate,
            BadBlockLength,
            CountMismatch,
        )
    },
}


def refusal(error: CodecError) -> Refusal:
    """A 400 with the malformation's code; a value that its field cannot have is `INVALID_PARAMETERS`, as in JSON."""
    if error.code == Malformation.INVALID_VALUE:
        return InvalidParameters(errors=[fault(error.field, error.code.value, error.detail)])
    figures: dict[str, Any] = {"field": error.field or None, "limit": error.limit, "observed": error.observed}
    known = {name: value for name, value in figures.items() if value is not None}
    return REFUSALS[error.code](error.detail, **known)
