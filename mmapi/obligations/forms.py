"""What staff do to an obligation programme: new terms, states, members."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import TradingAccount
from mmapi.obligations import programmes, shaping
from mmapi.obligations.integration.schedule import zones
from mmapi.obligations.integration.terms import Bounds, Condition
from mmapi.obligations.models import ObligationProgramme
from mmapi.obligations.programmes import NewTerms, millis
from venue.admin import figures
from venue.admin.operations import GridField, OperationForm, reason_field
from venue.fields import from_millis, to_millis
from venue.markets import Terms, existing

_DAYS: Final = [
    (number, name) for number, name in enumerate(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], start=1)
]
_CONDITIONS: Final = ("normal", "stressed")


class ProgrammeForm(OperationForm):
    records_itself = True
    subject: ObligationProgramme
    request: HttpRequest | None = None  # who does it, for the record

    @property
    def market(self) -> Terms:
        return existing(self.subject.market_id)


class ClockField(forms.TimeField):
    widget = UnfoldAdminTextInputWidget({"inputmode": "numeric", "placeholder": "08:00"})

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__(label=label, help_text=help_text, input_formats=["%H:%M"])

    def clean(self, value: Any) -> int:
        """Minutes of the day."""
        found: time = super().clean(value)
        return found.hour * 60 + found.minute


class MomentField(forms.CharField):
    """A moment in UTC; nothing is what the help text says."""

    widget = UnfoldAdminTextInputWidget({"placeholder": "2026-03-02 16:30", "autocomplete": "off"})

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__(label=label, help_text=help_text, required=False)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not text:
            return 0
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError("A time such as 2026-03-02 16:30.") from None
        return to_millis(at if at.tzinfo else at.replace(tzinfo=UTC))


def hundredths(label: str, help_text: str, largest: int, least: Decimal = Decimal("0.01")) -> GridField:
    return GridField(Decimal("0.01"), label=label, help_text=help_text, min_value=least, max_value=Decimal(largest))


class SetTerms(ProgrammeForm):
    title = "New terms:"
    explanation = "They hold from their moment on. What was before stays as it was, in every figure."
    button = "Set the terms"

    starts = MomentField("In force from", "UTC. Empty: from now on.")
    opens = ClockField("Opens", "Local time.")
    closes = ClockField(
        "Closes", "Local time; no later than it opens: on the day after. 00:00 twice is round the clock."
    )
    days = forms.TypedMultipleChoiceField(
        choices=_DAYS, coerce=int, widget=UnfoldAdminCheckboxSelectMultipleWidget, label="Trading days"
    )
    time_zone = forms.CharField(
        label="Time zone", widget=UnfoldAdminTextInputWidget({"list": "zones"}), help_text="Such as Europe/Berlin."
    )
    normal_presence = hundredths("Normal: presence", "Percent of the trading hours.", 100)
    normal_spread = hundredths("Normal: largest spread", "Basis points of the middle.", 10_000)
    normal_size = GridField(label="Normal: least size", help_text="Each side.")
    normal_ratio = hundredths("Normal: size ratio", "The larger side to the smaller, at most.", 1_000, Decimal(1))
    stressed_presence = hundredths("Stressed: presence", "Percent of the trading hours.", 100)
    stressed_spread = hundredths("Stressed: largest spread", "Basis points of the middle.", 10_000)
    stressed_size = GridField(label="Stressed: least size", help_text="Each side.")
    stressed_ratio = hundredths("Stressed: size ratio", "The larger side to the smaller, at most.", 1_000, Decimal(1))
    reason = reason_field(required=False)

    def adapt(self) -> None:
        for condition in _CONDITIONS:
            field = self.fields[f"{condition}_size"]
            assert isinstance(field, GridField)
            field.label = f"{field.label} ({self.market.base_asset})"
            field.step = self.market.lot_size

    def present(self) -> dict[str, Any]:
        """The last version's, to be changed."""
        last = self.subject.terms.last()
        if last is None:
            return {"opens": "00:00", "closes": "00:00", "days": [1, 2, 3, 4, 5, 6, 7], "time_zone": "UTC"}
        values: dict[str, Any] = {
            "opens": shaping.minutes(last.opens),
            "closes": shaping.minutes(last.closes),
            "days": last.days,
            "time_zone": last.time_zone,
        }
        for condition in _CONDITIONS:
            for name in Bounds.__struct_fields__:
                number = getattr(last, f"{condition}_{name}")
                values[f"{condition}_{name}"] = (
                    self.market.size(number) if name == "size" else shaping.hundredths(number)
                )
        return values

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in zones():
            raise forms.ValidationError("There is no such time zone.")
        return zone

    def carry_out(self) -> str:
        given = self.cleaned_data
        normal, stressed = (
            Bounds(*(given[f"{condition}_{name}"] for name in Bounds.__struct_fields__)) for condition in _CONDITIONS
        )
        schedule = (given["opens"], given["closes"], tuple(given["days"]), given["time_zone"])
        new = NewTerms(*schedule, normal, stressed, given["starts"])
        row = programmes.set_terms(self.subject, new, reason=given["reason"], request=self.request)
        return (
            f"New terms of the {self.subject} hold from {figures.moment(from_millis(millis(row.effective_from)))} on."
        )


class DeclareState(ProgrammeForm):
    title = "Declare a state:"
    explanation = (
        "Stressed: the stressed terms hold. Exceptional: nothing is asked, and the time does not count. "
        "It takes over from a state that runs, and makers are told the reason."
    )
    button = "Declare the state"
    dangerous = True

    condition = forms.TypedChoiceField(
        choices=[(int(one), one.name.lower()) for one in (Condition.STRESSED, Condition.EXCEPTIONAL)],
        coerce=int,
        label="State",
        widget=UnfoldAdminSelectWidget,
    )
    reason = reason_field(required=True)
    starts = MomentField("From", "UTC. Empty: now.")
    ends = MomentField("Until", "UTC. Empty: until it is ended by hand.")

    def carry_out(self) -> str:
        given = self.cleaned_data
        condition = Condition(given["condition"])
        times = {"starts": given["starts"], "ends": given["ends"]}
        programmes.declare(self.subject, condition, given["reason"], **times, request=self.request)
        return f"{self.subject.market} is declared {condition.name.lower()}: {given['reason']}"


class EndState(ProgrammeForm):
    title = "End the state:"
    explanation = "The state that runs ends now; where none runs, the next one that was declared is taken back."
    button = "End the state"
    reason = reason_field(required=False)

    def carry_out(self) -> str:
        ended = programmes.end_state(self.subject, reason=self.cleaned_data["reason"], request=self.request)
        return f"The {ended} is over."


class AccountForm(ProgrammeForm):
    account = forms.ModelChoiceField(TradingAccount.objects.none(), widget=UnfoldAdminSelectWidget)

    def chosen(self) -> TradingAccount:
        found: TradingAccount = self.cleaned_data["account"]
        return found

    def offer(self, accounts: Any) -> None:
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = accounts.select_related("firm").order_by("firm__code", "name")

    def members(self) -> list[int]:
        return list(self.subject.members.filter(left_at=programmes.OPEN_ENDED).values_list("account_id", flat=True))


class Join(AccountForm):
    title = "A member joins:"
    explanation = "From now on the account owes what the programme asks for."
    button = "Join"

    def adapt(self) -> None:
        self.offer(TradingAccount.objects.exclude(pk__in=self.members()))

    def carry_out(self) -> str:
        programmes.join(self.subject, self.chosen(), request=self.request)
        return f"{self.chosen().name} has joined the {self.subject}."


class Leave(AccountForm):
    title = "A member leaves:"
    explanation = "From now on the account owes nothing here. Its figures stay."
    button = "Leave"
    dangerous = True
    reason = reason_field(required=True)

    def adapt(self) -> None:
        self.offer(TradingAccount.objects.filter(pk__in=self.members()))

    def carry_out(self) -> str:
        programmes.leave(self.subject, self.chosen(), reason=self.cleaned_data["reason"], request=self.request)
        return f"{self.chosen().name} has left the {self.subject}."
