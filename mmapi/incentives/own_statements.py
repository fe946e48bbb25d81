"""A maker's own statements: those of the key's account, or of its firm for a firm-wide key."""

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Raw

from accounts.bodies import Fields
from accounts.credentials import Credential
from accounts.refusals import Refusal
from mmapi.incentives.models import Statement
from mmapi.incentives.standing import written
from mmapi.incentives.statements import as_csv, lines_of
from venue.serializers import Shape

__all__ = ["as_csv", "file_name", "find", "listed", "whole"]

_NUMBERS = ("price", "size", "notional", "rate", "fee")


class UnknownStatement(Refusal):
    status_code = 404
    code = "UNKNOWN_STATEMENT"
    default_detail = "There is no such statement, or it is not yours."


class StatementFilter(Fields, frozen=True):
    """Without a version: the newest."""

    format: Literal["json", "csv"] = "json"
    version: Annotated[int, Meta(ge=1, le=32_767)] | None = None


class StatementTotalShape(Shape, frozen=True, kw_only=True):
    """Exact, but for `payable`: the net, rounded once to what the currency is paid in."""

    currency: str
    fills: int
    maker_volume: Raw
    taker_volume: Raw
    fees: Raw
    rebates: Raw
    net: Raw
    payable: Raw


class StatementShape(Shape, frozen=True, kw_only=True):
    statement: str
    month: str
    version: int
    firm: str
    account: str | None
    issued_at: str
    reason: str | None
    fill_count: int
    digest: str
    totals: list[StatementTotalShape]


class WholeStatementShape(StatementShape, frozen=True, kw_only=True):
    fills: list[dict[str, Any]]


class StatementsShape(Shape, frozen=True, kw_only=True):
    statements: list[StatementShape]


def listed(credential: Credential) -> StatementsShape:
    """Newest month first, of each month the newest version first."""
    return StatementsShape(statements=[StatementShape(**_head(one)) for one in _own(credential).defer("lines")])


def find(credential: Credential, month: str, version: int | None) -> Statement:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise UnknownStatement from None
    found = _own(credential).filter(month=first)
    statement: Statement | None = (found.filter(version=version) if version else found).first()
    if statement is None:
        raise UnknownStatement
    return statement


def whole(statement: Statement) -> WholeStatementShape:
    return WholeStatementShape(**_head(statement), fills=[_fill(line) for line in lines_of(statement)])


def file_name(statement: Statement) -> str:
    return f"statement-{statement.month:%Y-%m}-{statement.account or statement.firm}-{statement.version}"


def _own(credential: Credential) -> Any:
    own = Statement.objects.filter(firm=credential.firm_id).select_related("firm", "account")
    own = own.filter(account=None) if credential.firm_wide else own.filter(account=credential.account_id)
    return own.order_by("-month", "-version")


def _head(statement: Statement) -> dict[str, Any]:
    return {
        "statement": statement.number,
        "month": f"{statement.month:%Y-%m}",
        "version": statement.version,
        "firm": statement.firm.code,
        "account": statement.account.name if statement.account else None,
        "issued_at": written(statement.issued_at),
        "reason": statement.reason or None,
        "fill_count": statement.fills,
        "digest": statement.digest,
        "totals": [_total(one) for one in statement.totals],
    }


def _total(total: dict[str, Any]) -> StatementTotalShape:
    words = ("currency", "fills")
    told: dict[str, Any] = {name: value if name in words else Raw(value) for name, value in total.items()}
    return StatementTotalShape(**told)


def _fill(line: dict[str, str]) -> dict[str, Any]:
    counted = {name: Raw(line[name]) for name in _NUMBERS}
    return {**line, **counted, "shard": int(line["shard"]), "report": int(line["report"])}
