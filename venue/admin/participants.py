"""What the market adds to the pages of firms and trading accounts: standing, limits and positions, by command."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from accounts.admin import FirmAdmin, TradingAccountAdmin
from accounts.models import Firm, TradingAccount
from staff.rights import needs
from venue import markets, participants
from venue.admin import figures
from venue.admin.matcher_rows import MatcherRowInline
from venue.admin.operations import GridField, OperationForm, OperationsAdmin, reason_field, whole_steps
from venue.admin.positions import LimitsColumns, PositionColumns
from venue.markets import Terms
from venue.models import AccountLimits, Market, Position

MOST_OPEN_ORDERS = 10_000_000
STATUS_COLOURS = {"active": "success", "suspended": "danger", "applied": "info", "off_boarded": "default"}


class StandingForm(OperationForm):
    done: ClassVar[str]

    reason = reason_field(required=True)

    def recorded(self) -> dict[str, Any]:
        return {"status": self.subject.status}

    def change(self) -> None:
        raise NotImplementedError

    def carry_out(self) -> str:
        self.change()
        reason = self.cleaned_data["reason"]
        return f"{self.subject} {self.done}{f': {reason}' if reason else '.'}"


class Suspend(StandingForm):
    title = "Suspend"
    explanation = "Its keys are refused at once and all that rests of it is cancelled in every market."
    button = "Suspend"
    dangerous = True
    done = "is suspended and nothing rests of it"


class Reinstate(StandingForm):
    title = "Reinstate"
    explanation = "Its keys are taken again. What was cancelled stays cancelled."
    button = "Reinstate"
    done = "is active"

    reason = reason_field(required=False)


class SuspendFirm(Suspend):
    action = "suspend_firm"

    def change(self) -> None:
        participants.suspend_firm(self.subject)


class ReinstateFirm(Reinstate):
    action = "reinstate_firm"

    def change(self) -> None:
        participants.reinstate_firm(self.subject)


class OffBoardFirm(Suspend):
    action = "off_board_firm"
    title = "Off-board"
    explanation = "For good: its keys are refused and all that rests of it is cancelled in every market."
    button = "Off-board for good"
    done = "is off-boarded and nothing rests of it"

    def change(self) -> None:
        participants.off_board_firm(self.subject)


class SuspendAccount(Suspend):
    action = "suspend_account"

    def change(self) -> None:
        participants.suspend_account(self.subject)


class ReinstateAccount(Reinstate):
    action = "reinstate_account"

    def change(self) -> None:
        participants.reinstate_account(self.subject)


class RiskLimits(OperationForm):
    action = "set_risk_limits"
    title = "Risk limits of"
    explanation = "They hold in every market from the next command on. 0 is no limit."
    button = "Set the limits"

    max_open_orders = forms.IntegerField(
        label="Open orders and quotes at most",
        min_value=0,
        max_value=MOST_OPEN_ORDERS,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    max_exposure = GridField(
        label="Exposure at most",
        help_text="In the quote currency: what is open, and positions at the price of their last fill.",
    )

    def present(self) -> dict[str, Any]:
        limits = AccountLimits.objects.filter(account_id=self.subject.pk).order_by("shard").first()
        if limits is None:
            return {"max_open_orders": 0, "max_exposure": 0}
        exposure = figures.plain(figures.value(limits.max_exposure)).replace(",", "")
        return {"max_open_orders": limits.max_open_orders, "max_exposure": exposure}

    def carry_out(self) -> str:
        participants.set_risk_limits(self.subject, **self.cleaned_data)
        return f"The risk limits of {self.subject} are set."


class PositionLimit(OperationForm):
    action = "set_position_limit"
    title = "Position limit of"
    explanation = "The largest position, long or short, that its open orders and quotes may lead to."
    button = "Set the limit"

    market = forms.ModelChoiceField(Market.objects.all(), widget=UnfoldAdminSelectWidget)
    max_position = forms.DecimalField(
        label="Position at most",
        min_value=0,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="In the base asset. 0: the market's own limit holds.",
    )

    def clean_max_position(self) -> int:
        market = self.cleaned_data.get("market")
        return whole_steps(self.cleaned_data["max_position"], self.terms(market).lot_size) if market else 0

    def recorded(self) -> dict[str, Any]:
        market = self.cleaned_data["market"]
        held = Position.objects.filter(account=self.subject, market=market).values_list("max_position", flat=True)
        return {"market": market.symbol, "max_position": figures.size(self.terms(market), held.first() or 0)}

    def terms(self, market: Market) -> Terms:
        terms = markets.by_number(market.number)
        assert terms is not None
        return terms

    def carry_out(self) -> str:
        market, lots = self.cleaned_data["market"], self.cleaned_data["max_position"]
        terms = self.terms(market)
        participants.set_position_limit(self.subject, terms, lots)
        limit = f"{figures.size(terms, lots)} {terms.base_asset}" if lots else "the market's own"
        return f"The position limit of {self.subject} in {market} is {limit}."


class PositionsInline(PositionColumns, MatcherRowInline):
    model = Position
    fields = ("market", "net_size", "cost_amount", "last", "result", "limit")


class LimitsInline(LimitsColumns, MatcherRowInline):
    model = AccountLimits
    fields = ("shard", "open_orders", "exposure", "standing")


admin.site.unregister(Firm)
admin.site.unregister(TradingAccount)


@admin.register(Firm)
class FirmDesk(OperationsAdmin, FirmAdmin):
    list_display = ("code", "legal_name", "lei", "standing", "created_at")
    actions_detail = ("suspend_firm", "reinstate_firm", "off_board_firm")

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def standing(self, firm: Firm) -> str:
        return firm.status

    def idle_operation(self, subject: Firm) -> str:
        return "reinstate_firm" if subject.status == Firm.Status.ACTIVE else ""

    @action(description="Suspend", icon="block", variant=ActionVariant.DANGER, permissions=["suspend"])
    def suspend_firm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, SuspendFirm)

    @action(description="Reinstate", icon="play_arrow", variant=ActionVariant.SUCCESS, permissions=["suspend"])
    def reinstate_firm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, ReinstateFirm)

    @action(description="Off-board", icon="logout", permissions=["off_board"])
    def off_board_firm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, OffBoardFirm)


@admin.register(TradingAccount)
class TradingAccountDesk(OperationsAdmin, TradingAccountAdmin):
    list_display = ("name", "firm", "standing", "created_at")
    inlines = (PositionsInline, LimitsInline)
    has_limit_permission = needs("venue.change_accountlimits")
    actions_detail = ("suspend_account", "reinstate_account", "risk_limits", "position_limit")

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def standing(self, account: TradingAccount) -> str:
        return account.status

    def idle_operation(self, subject: TradingAccount) -> str:
        return "reinstate_account" if subject.status == TradingAccount.Status.ACTIVE else ""

    @action(
        description="Suspend",
        icon="block",
        variant=ActionVariant.DANGER,
        permissions=["suspend"],
    )
    def suspend_account(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, SuspendAccount)

    @action(
        description="Reinstate",
        icon="play_arrow",
        variant=ActionVariant.SUCCESS,
        permissions=["suspend"],
    )
    def reinstate_account(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, ReinstateAccount)

    @action(description="Risk limits", icon="speed", permissions=["limit"])
    def risk_limits(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, RiskLimits)

    @action(description="Position limit", icon="straighten", permissions=["limit"])
    def position_limit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, PositionLimit)
