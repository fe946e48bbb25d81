"""The engine's refusals as answers: which status each has, and its figures in the units of its rule."""

from decimal import Decimal
from enum import Enum
from typing import Any, Final, NamedTuple

from accounts.refusals import Refusal
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import VALUE_EXPONENT
from venue.markets import Terms
from venue.notation import amount, number


class Unit(Enum):
    """What the figures of a refusal count."""

    NONE = 0
    PRICE = 1
    SIZE = 2
    VALUE = 3
    PLAIN = 4  # orders, milliseconds


class Rule(NamedTuple):
    status: int
    detail: str
    unit: Unit = Unit.NONE


RULES: Final[dict[RejectCode, Rule]] = {
    RejectCode.BID_NOT_BELOW_ASK: Rule(400, "The bid must be below the ask.", Unit.PRICE),
    RejectCode.EXPIRY_IN_PAST: Rule(400, "expiresAt must be in the future."),
    RejectCode.MARKET_HALTED: Rule(422, "The market is halted; cancels are accepted."),
    RejectCode.MARKET_CLOSED: Rule(422, "The market is closed."),
    RejectCode.MARKET_POST_ONLY: Rule(422, "The market takes only what rests: post-only orders, uncrossed quotes."),
    RejectCode.PRICE_OUTSIDE_BAND: Rule(422, "The price is outside the market's price band.", Unit.PRICE),
    RejectCode.REFERENCE_PRICE_STALE: Rule(422, "The market's reference price is too old (ms).", Unit.PLAIN),
    RejectCode.ORDER_SIZE_ABOVE_LIMIT: Rule(422, "The size is above the market's limit.", Unit.SIZE),
    RejectCode.NOTIONAL_BELOW_MINIMUM: Rule(422, "The notional is below the market's minimum.", Unit.VALUE),
    RejectCode.NOTIONAL_ABOVE_LIMIT: Rule(422, "The notional is above the market's limit.", Unit.VALUE),
    RejectCode.OPEN_ORDERS_ABOVE_LIMIT: Rule(422, "Too many open orders and quotes.", Unit.PLAIN),
    RejectCode.POSITION_ABOVE_LIMIT: Rule(422, "If all of it filled, the position would be too large.", Unit.SIZE),
    RejectCode.EXPOSURE_ABOVE_LIMIT: Rule(422, "The account's exposure would be too large.", Unit.VALUE),
    # The same refusals as at the door, which a request may have passed the moment before.
    RejectCode.FIRM_SUSPENDED: Rule(403, "The firm is suspended."),
    RejectCode.ACCOUNT_SUSPENDED: Rule(403, "The trading account is suspended."),
    RejectCode.POST_ONLY_WOULD_CROSS: Rule(422, "The post-only order would take liquidity."),
    RejectCode.QUOTE_WOULD_SELF_TRADE: Rule(422, "The quote would trade with its own firm."),
    RejectCode.MASS_CANCEL_LOCK: Rule(
        422, "A mass cancel has locked this; `limit` tells until when (ms), 0 until it is reset.", Unit.PLAIN
    ),
    RejectCode.SESSION_LOCKED: Rule(
        409, "Cancel-on-disconnect has fired and locked what it cancelled; unlock it to go on."
    ),
    RejectCode.PROTECTION_FROZEN: Rule(422, "The market-maker protection is frozen.", Unit.PLAIN),
    RejectCode.UNKNOWN_MARKET: Rule(404, "There is no such market."),
    RejectCode.UNKNOWN_QUOTE: Rule(404, "There is no such quote of this account."),
    RejectCode.UNKNOWN_ORDER: Rule(404, "There is no such order of this account."),
    RejectCode.CLIENT_ID_IN_USE: Rule(
        409, "The client id belongs to something open that was entered with another body."
    ),
    RejectCode.MARKET_EXISTS: Rule(409, "There is a market of this number already."),
    RejectCode.MARKET_TERMS_FIXED: Rule(409, "A market's terms never change."),
    RejectCode.CLIENT_ID_REPEATED: Rule(409, "The client id was answered before."),
    RejectCode.FILLED_SIZE_DIFFERS: Rule(409, "Another size than ifFilledSize was filled by then."),
    RejectCode.UNKNOWN_PROTECTION: Rule(404, "There is no such protection of this account."),
    RejectCode.MARKET_PROTECTED: Rule(409, "The market is under another protection of this account."),
}


class Rejected(Refusal):
    """The engine said no. `terms` is needed where the refusal has figures in ticks or lots."""

    def __init__(self, reject: Reject, terms: Terms | None = None, **extensions: Any) -> None:
        rule = RULES[reject.code]
        self.code = reject.code.name
        self.status_code = rule.status
        super().__init__(rule.detail, **figures(reject, rule, terms), **extensions)


class OrderNotOpen(Refusal):
    status_code = 409
    code = "ORDER_NOT_OPEN"
    default_detail = "The order is no longer open."


def rejected(code: RejectCode) -> Rejected:
    """A refusal that the engine need not be asked for."""
    return Rejected(Reject(code))


def figures(reject: Reject, rule: Rule, terms: Terms | None) -> dict[str, Any]:
    if rule.status in (404, 409):
        return {}
    if reject.code is RejectCode.PROTECTION_FROZEN:
        # Without figures only a reset ends it.
        return {"rule": reject.code.name, "remainingFrozenMs": -reject.headroom or None}
    if rule.unit is Unit.NONE:
        return {"rule": reject.code.name}
    measures = {"limit": reject.limit, "observed": reject.observed, "headroom": reject.headroom}
    return {"rule": reject.code.name, **{name: measure(rule.unit, value, terms) for name, value in measures.items()}}


def measure(unit: Unit, value: int, terms: Terms | None) -> Any:
    """Ticks, lots and 10^-9 of the quote currency as decimals."""
    if unit is Unit.VALUE:
        return amount(Decimal(value).scaleb(VALUE_EXPONENT))
    if unit is Unit.PLAIN or terms is None:
        return value
    return number(terms.price(value) if unit is Unit.PRICE else terms.size(value))


def described(refusal: Refusal) -> dict[str, Any]:
    """A refusal of one entry among others."""
    return {"code": refusal.code, "message": str(refusal.detail), **refusal.extensions}
