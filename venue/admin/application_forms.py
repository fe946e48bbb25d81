"""The forms behind each step of an application; the functions they call have the last word."""

from typing import Any, ClassVar, Final

from django import forms
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import ACCOUNT_NAME, FIRM_CODE, ColocationProfile, Tier
from accounts.onboarding import deciding, reviewing
from accounts.onboarding.models import Application, ChecklistItem, Document
from accounts.onboarding.reviewing import Terms
from venue.admin.operations import AmountField, OperationForm, reason_field

MOST_OPEN_ORDERS: Final = 10_000_000
FOUND: Final = (("passed", "Passed"), ("failed", "Failed"))


class StepForm(OperationForm):
    """A step by whoever is signed in; `take` does it and says what was done."""

    subject: Application

    def take(self, request: HttpRequest) -> str:
        raise NotImplementedError


class ReasonForm(StepForm):
    reason = reason_field(required=True)


class TakeUp(StepForm):
    title = "Take up"
    explanation = "The review begins. The applicant sees that it is in review."
    button = "Take up"

    def take(self, request: HttpRequest) -> str:
        reviewing.take_up(self.subject, request)
        return f"{self.subject.reference} is in review."


class CheckItem(StepForm):
    title = "Check an item of"
    explanation = "It is kept with your name and the time. Whoever checks anything cannot approve."
    button = "Keep the finding"
    chosen: ClassVar[str] = ""

    item = forms.ChoiceField(choices=ChecklistItem.choices, widget=UnfoldAdminSelectWidget)
    found = forms.ChoiceField(choices=FOUND, initial="passed", widget=UnfoldAdminRadioSelectWidget)
    note = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="What was looked at, where, and what it showed: register and date, list and version, hit or none.",
    )
    evidence = forms.ModelChoiceField(
        Document.objects.none(), required=False, widget=UnfoldAdminSelectWidget, help_text="A document that shows it."
    )

    def present(self) -> dict[str, Any]:
        return {"item": self.chosen, "found": "passed"}

    def adapt(self) -> None:
        self.fields["evidence"].queryset = self.subject.documents.all()  # type: ignore[attr-defined]

    def take(self, request: HttpRequest) -> str:
        cleaned = self.cleaned_data
        item, passed = ChecklistItem(cleaned["item"]), cleaned["found"] == "passed"
        reviewing.check(self.subject, item, request, passed=passed, note=cleaned["note"], evidence=cleaned["evidence"])
        return f"{item.label}: {cleaned['found']}."


def check_of(item: str) -> type[CheckItem]:
    """The form with this item chosen."""

    class Chosen(CheckItem):
        chosen = item

    return Chosen


class Ask(StepForm):
    title = "Ask"
    explanation = "The applicant reads the question by its link, may correct its data and add documents, and answers."
    button = "Ask"

    question = forms.CharField(max_length=4_000, widget=UnfoldAdminTextareaWidget({"rows": 5}))

    def take(self, request: HttpRequest) -> str:
        reviewing.ask(self.subject, self.cleaned_data["question"], request)
        return "The applicant was asked."


class Recommend(StepForm):
    title = "Recommend"
    explanation = "Another officer approves exactly these terms, or sends them back. You cannot approve them yourself."
    button = "Recommend"

    code = forms.CharField(
        label="Firm code", validators=[FIRM_CODE], widget=UnfoldAdminTextInputWidget, help_text=str(FIRM_CODE.message)
    )
    account = forms.CharField(
        label="Trading account",
        validators=[ACCOUNT_NAME],
        widget=UnfoldAdminTextInputWidget,
        help_text=str(ACCOUNT_NAME.message),
    )
    tier = forms.ModelChoiceField(Tier.objects.all(), widget=UnfoldAdminSelectWidget)
    colocation = forms.ModelChoiceField(
        ColocationProfile.objects.all(), label="Co-location", required=False, widget=UnfoldAdminSelectWidget
    )
    open_orders = forms.IntegerField(
        label="Open orders and quotes at most",
        min_value=1,
        max_value=MOST_OPEN_ORDERS,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    exposure = AmountField(label="Exposure at most", help_text="In the quote currency.")
    note = forms.CharField(label="Grounds", max_length=500, widget=UnfoldAdminTextareaWidget({"rows": 3}))

    def present(self) -> dict[str, Any]:
        return {"tier": self.subject.requested_tier_id, "open_orders": 1_000}

    def clean_exposure(self) -> int:
        exposure: int = self.cleaned_data["exposure"]
        if not exposure:
            raise forms.ValidationError("A new firm has a limit.")
        return exposure

    def take(self, request: HttpRequest) -> str:
        cleaned = dict(self.cleaned_data)
        note = cleaned.pop("note")
        reviewing.recommend(self.subject, Terms(**cleaned), note, request)
        return f"{self.subject.reference} is recommended. Another officer decides."


class Approve(ReasonForm):
    title = "Approve"
    button = "Approve and open the firm"
    explanation = "The firm, its account and its limits are made now, on the terms that were recommended."

    def take(self, request: HttpRequest) -> str:
        firm = deciding.approve(self.subject, self.cleaned_data["reason"], request)
        return f"{firm} is open. Issue its keys from here."


class SendBack(ReasonForm):
    title = "Send back"
    explanation = "The reviewers look again and recommend anew."
    button = "Send back"

    def take(self, request: HttpRequest) -> str:
        deciding.send_back(self.subject, self.cleaned_data["reason"], request)
        return f"{self.subject.reference} is back in review."


class Refuse(ReasonForm):
    title = "Refuse"
    explanation = "For good. The applicant reads the reason."
    button = "Refuse"
    dangerous = True

    def take(self, request: HttpRequest) -> str:
        deciding.refuse(self.subject, self.cleaned_data["reason"], request)
        return f"{self.subject.reference} is refused."


class SandboxKey(StepForm):
    title = "Sandbox key for"
    explanation = (
        "A key of a firm of its own in this sandbox, for the applicant's networks, for 30 days and not past the "
        "decision. Keys issued here before are revoked. The secret is shown once, on the next page."
    )
    button = "Issue the key"


class NewLink(StepForm):
    title = "New status link for"
    explanation = "The link that the applicant has opens nothing any more. The new one is shown once, on the next page."
    button = "Make a new link"
    dangerous = True
