"""How the desk writes numbers, times and names: in the market's own units, for eyes."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from venue import markets
from venue.engine.rejects import RejectCode
from venue.engine.terms import VALUE_EXPONENT, CancelReason, ExecType, OrdStatus, ProtectionLimit
from venue.markets import Terms

NOTHING: Final = "-"


def price(terms: Terms | None, ticks: int) -> str:
    """0 is no price."""
    return f"{terms.price(ticks):,f}" if terms and ticks else NOTHING


def size(terms: Terms | None, lots: int) -> str:
    return f"{terms.size(lots):,f}" if terms else NOTHING


def plain(value: Decimal) -> str:
    """Without the zeros that say nothing."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def notional(terms: Terms | None, ticks_lots: int) -> str:
    return money(terms, terms.notional(ticks_lots)) if terms else NOTHING


def fee(terms: Terms | None, units: int) -> str:
    """Ticks x lots x ppm; a rebate is negative."""
    return money(terms, terms.fee(units)) if terms else NOTHING


def money(terms: Terms, amount: Decimal) -> str:
    return f"{plain(amount)} {terms.quote_currency}"


def value(nanos: int) -> Decimal:
    """10^-9 of the quote currency as an amount of it."""
    return Decimal(nanos).scaleb(VALUE_EXPONENT)


# The fields of moments are integers to the type checker and moments when read.


def time_of_day(at: datetime) -> str:
    return f"{at:%H:%M:%S.%f}"[:-3]


def moment(at: Any) -> str:
    """To the millisecond, UTC."""
    return f"{at:%Y-%m-%d} {time_of_day(at)} UTC" if at else NOTHING


def stamp(at: Any) -> SafeString | str:
    """The moment on two lines, for lists."""
    return two_lines(time_of_day(at), f"{at:%Y-%m-%d}") if at else NOTHING


def two_lines(first: Any, second: Any) -> SafeString:
    return format_html('<span class="desk-figure">{}<small>{}</small></span>', first, second)


def figure(text: str) -> SafeString:
    """A number or an id: digits of one width, never broken."""
    return format_html('<span class="desk-figure">{}</span>', text)


def label(word: str, colour: str, below: str = "") -> SafeString:
    """A coloured word, and under it what explains it."""
    shown = mark_safe(render_to_string("unfold/helpers/label.html", {"text": word, "type": colour}))  # noqa: S308
    return format_html('<span class="desk-figure">{}<small>{}</small></span>', shown, below) if below else shown


def identifier(text: str) -> SafeString:
    return format_html('<span class="desk-id">{}</span>', text)


def reason(code: int, *, rejected: bool) -> str:
    """The name of a reason: a reject code's or a cancel reason's, after what happened."""
    if not code:
        return NOTHING
    try:
        return RejectCode(code).name if rejected else CancelReason(code).name
    except ValueError:
        return str(code)


def reason_of(row: Any) -> str:
    """Of an order or quote."""
    return reason(row.reason, rejected=row.status == OrdStatus.REJECTED)


def reason_of_report(report: Any) -> str:
    if report.exec_type == ExecType.TRIGGERED:
        return ProtectionLimit(report.reason).name
    return reason(report.reason, rejected=report.exec_type == ExecType.REJECTED)


def terms_of(row: Any) -> Terms | None:
    """The terms of the market a row belongs to, from memory."""
    return markets.by_number(row.market_id)
