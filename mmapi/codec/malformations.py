"""What can be wrong with a message: one exception, one code for each malformation."""

from enum import StrEnum


class Malformation(StrEnum):
    TRUNCATED = "TRUNCATED"
    TRAILING_BYTES = "TRAILING_BYTES"
    UNKNOWN_SCHEMA = "UNKNOWN_SCHEMA"
    UNSUPPORTED_VERSION = "UNSUPPORTED_VERSION"
    UNKNOWN_TEMPLATE = "UNKNOWN_TEMPLATE"
    BAD_BLOCK_LENGTH = "BAD_BLOCK_LENGTH"
    COUNT_MISMATCH = "COUNT_MISMATCH"
    BATCH_TOO_LARGE = "BATCH_TOO_LARGE"
    INVALID_VALUE = "INVALID_VALUE"


class CodecError(Exception):
    """Bytes that are no message, or a message that has no bytes.

    `field` names what is at fault where that is a field (`orders[3].side`), `limit` and `observed` its figures.
    """

    def __init__(
        self, code: Malformation, detail: str, *, field: str = "", limit: int | None = None, observed: int | None = None
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
        self.field, self.limit, self.observed = field, limit, observed


def invalid(field: str, detail: str) -> CodecError:
    return CodecError(Malformation.INVALID_VALUE, detail, field=field)
