"""What is asked before a kill switch is engaged or lifted: its subject's name, typed, and why."""

from typing import Any, Final

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from desk.kill.targets import Target

CAUSES: Final = (
    "Uncontrolled quoting or trading",
    "At the firm's request",
    "Suspected compromise of credentials",
    "Market disruption",
    "Risk limit or margin",
    "Drill",
)


class NamedForm(forms.Form):
    """Carried out only when the subject's name was typed."""

    name = forms.CharField(
        label="Type the name to confirm",
        max_length=64,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )

    def __init__(self, target: Target, data: Any = None) -> None:
        super().__init__(data)
        self.target = target
        self.fields["name"].label = f"Type {target.word} to confirm"
        self.fields["name"].widget.attrs["data-word"] = target.word

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"].strip()
        if typed.casefold() != self.target.word.casefold():
            raise forms.ValidationError(f"This is not the name: {self.target.word}.")
        return typed


class EngageForm(NamedForm):
    """A cause is chosen already, so that only the name has to be typed."""

    cause = forms.ChoiceField(choices=[(cause, cause) for cause in CAUSES], widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text="Kept in the record with the cause. May be left out.",
    )

    def why(self) -> str:
        note = self.cleaned_data["note"].strip()
        return f"{self.cleaned_data['cause']}: {note}" if note else str(self.cleaned_data["cause"])


class LiftForm(NamedForm):
    reason = forms.CharField(
        max_length=200,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text="Why it may go on. Kept in the record.",
    )
