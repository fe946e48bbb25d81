"""What operations do to a market: its status, its reference price, its rules."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from venue import markets
from venue.admin import figures
from venue.admin.operations import GridField, OperationForm, reason_field
from venue.engine.commands import ConfigureMarket
from venue.engine.terms import MarketStatus, ReferenceSource
from venue.markets import Terms
from venue.models import Market

_PPM_OF_BASIS_POINT: Final = 100
_LONGEST_AGE: Final = 365 * 24 * 3600  # seconds


class MarketForm(OperationForm):
    subject: Market

    @property
    def terms(self) -> Terms:
        terms = markets.by_number(self.subject.number)
        assert terms is not None
        return terms


class StatusForm(MarketForm):
    status: ClassVar[MarketStatus]
    done: ClassVar[str]

    def recorded(self) -> dict[str, Any]:
        word = MarketStatus(self.subject.status).name.lower()
        return {"status": word, "status_reason": self.subject.status_reason}

    reason = reason_field(required=True)

    def carry_out(self) -> str:
        reason = self.cleaned_data["reason"]
        markets.set_status(self.terms, self.status, reason)
        return f"{self.subject} {self.done}{f': {reason}' if reason else '.'}"


class Halt(StatusForm):
    action = "halt_market"
    title = "Halt"
    explanation = (
        "Nothing trades and nothing new is taken from the next command on; what rests stays and may be cancelled."
    )
    button = "Halt the market"
    dangerous = True
    status = MarketStatus.HALTED
    done = "is halted"


class Resume(StatusForm):
    action = "resume_market"
    title = "Resume"
    explanation = "Orders and quotes are taken and matched again."
    button = "Open the market"
    status = MarketStatus.OPEN
    done = "is open"

    reason = reason_field(required=False)


class PostOnly(StatusForm):
    action = "make_market_post_only"
    title = "Post-only:"
    explanation = "Only what rests is taken: post-only orders and quotes that do not cross."
    button = "Make it post-only"
    status = MarketStatus.POST_ONLY
    done = "is post-only"


class Close(StatusForm):
    action = "close_market"
    title = "Close"
    explanation = "The market takes no orders or quotes until it is opened again."
    button = "Close the market"
    dangerous = True
    status = MarketStatus.CLOSED
    done = "is closed"


class CancelAll(MarketForm):
    title = "Cancel all in"
    explanation = "Every order and quote that rests in the market is cancelled, whoever's it is. The market goes on."
    button = "Cancel everything"
    dangerous = True

    reason = reason_field(required=True)

    def carry_out(self) -> str:
        cancelled = markets.cancel_everything(self.terms)
        return f"{cancelled:,} orders and quotes of {self.subject} are cancelled: {self.cleaned_data['reason']}"


class MoveReference(MarketForm):
    action = "move_reference"
    title = "Reference price of"
    explanation = "The centre of the price band. Orders and quotes outside the band are refused; what rests stays."
    button = "Move the reference"

    price = forms.DecimalField(min_value=Decimal(0), max_digits=24, widget=UnfoldAdminDecimalFieldWidget)

    def adapt(self) -> None:
        step = self.terms.tick_size
        self.fields["price"] = GridField(step, min_value=step, help_text=f"A multiple of the tick, {step:f}.")

    def present(self) -> dict[str, Any]:
        return {"price": self.terms.price(self.subject.reference_price)}

    def carry_out(self) -> str:
        ticks = self.cleaned_data["price"]
        markets.set_reference_price(self.terms, self.terms.price(ticks))
        return f"The reference price of {self.subject} is {figures.price(self.terms, ticks)}."


def basis_points(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(-1_000),
        max_value=Decimal(1_000),
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Basis points of the notional; negative is a rebate.",
    )


class Rules(MarketForm):
    action = "configure_market"
    title = "Rules of"
    explanation = "They hold from the next command on. 0 is no limit."
    button = "Set the rules"

    band_bps = forms.IntegerField(
        label="Price band",
        min_value=0,
        max_value=10_000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Basis points to either side of the reference price; 100 are 1%.",
    )
    reference_source = forms.TypedChoiceField(
        choices=[(int(source), source.name.replace("_", " ").lower()) for source in ReferenceSource],
        coerce=int,
        widget=UnfoldAdminSelectWidget,
        help_text="Who moves the reference price.",
    )
    reference_max_age = forms.DecimalField(
        label="Largest age of the reference",
        min_value=Decimal(0),
        max_value=Decimal(_LONGEST_AGE),
        decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Seconds. Past it the market refuses orders and quotes.",
    )
    max_order_size = GridField(label="Largest order")
    min_notional = GridField(label="Least notional")
    max_notional = GridField(label="Largest notional")
    max_position = GridField(label="Largest position", help_text="For accounts without a limit of their own.")
    maker_fee = basis_points("Maker fee")
    taker_fee = basis_points("Taker fee")

    def adapt(self) -> None:
        base, quote = self.terms.base_asset, self.terms.quote_currency
        for name, unit in (
            ("max_order_size", base),
            ("max_position", base),
            ("min_notional", quote),
            ("max_notional", quote),
        ):
            field = self.fields[name]
            assert isinstance(field, GridField)
            field.label = f"{field.label} ({unit})"
            field.step = self.terms.lot_size if unit == base else field.step

    def present(self) -> dict[str, Any]:
        market, terms = self.subject, self.terms
        return {
            "band_bps": market.band_bps,
            "reference_source": market.reference_source,
            "reference_max_age": Decimal(market.reference_max_age_ms) / 1000,
            "max_order_size": terms.size(market.max_order_size),
            "max_position": terms.size(market.max_position),
            "min_notional": figures.plain(figures.value(market.min_notional)).replace(",", ""),
            "max_notional": figures.plain(figures.value(market.max_notional)).replace(",", ""),
            "maker_fee": Decimal(market.maker_fee_ppm) / _PPM_OF_BASIS_POINT,
            "taker_fee": Decimal(market.taker_fee_ppm) / _PPM_OF_BASIS_POINT,
        }

    def carry_out(self) -> str:
        given = self.cleaned_data
        markets.configure(
            self.terms,
            ConfigureMarket(
                market=self.subject.number,
                band_bps=given["band_bps"],
                max_order_size=given["max_order_size"],
                min_notional=given["min_notional"],
                max_notional=given["max_notional"],
                max_position=given["max_position"],
                maker_fee_ppm=int(given["maker_fee"] * _PPM_OF_BASIS_POINT),
                taker_fee_ppm=int(given["taker_fee"] * _PPM_OF_BASIS_POINT),
                reference_source=ReferenceSource(given["reference_source"]),
                reference_max_age_ms=int(given["reference_max_age"] * 1000),
            ),
        )
        changed = ", ".join(str(self.fields[name].label) for name in self.changed_data)
        return f"The rules of {self.subject} are set{f': {changed}' if changed else ''}."
