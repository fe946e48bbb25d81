"""The whole application form as one thing: the institution, its contacts and its owners."""

from typing import Any, Final

from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict

from accounts.onboarding import applying
from accounts.onboarding.forms import MOST_ROWS, ApplicationForm, ContactFormSet, OwnerFormSet
from accounts.onboarding.models import Application

# A button of these shows the form again with a row more, which needs no script.
MORE: Final = {"more_contacts": "contacts", "more_owners": "owners"}


class ApplicationPage:
    def __init__(self, data: QueryDict | None, instance: Application | None = None) -> None:
        grown = None if data is None else with_another_row(data)
        self.growing = data is not None and any(button in data for button in MORE)
        self.form = ApplicationForm(grown, instance=instance)
        self.contacts = ContactFormSet(grown, instance=self.form.instance)
        self.owners = OwnerFormSet(grown, instance=self.form.instance)
        if self.growing:
            self.forget_faults()

    def forget_faults(self) -> None:
        """Who asks for another row has not finished."""
        for form in (self.form, *self.contacts, *self.owners):
            form._errors = ErrorDict()

    @property
    def faults(self) -> int:
        return sum(len(form.errors) for form in (self.form, *self.contacts, *self.owners))

    def is_valid(self) -> bool:
        if self.growing:
            return False
        # All three, so that every fault is told at once.
        return all([self.form.is_valid(), self.contacts.is_valid(), self.owners.is_valid()])

    @transaction.atomic
    def begin(self, request: HttpRequest) -> str:
        return applying.begin(self.form.save(commit=False), self.save_related, request)

    @transaction.atomic
    def correct(self, request: HttpRequest) -> None:
        applying.correct(self.form.instance, self.save_all, request)

    def save_all(self) -> None:
        self.form.save()
        self.save_related()

    def save_related(self) -> None:
        for formset in (self.contacts, self.owners):
            formset.instance = self.form.instance
            formset.save()

    def context(self) -> dict[str, Any]:
        return {"form": self.form, "contacts": self.contacts, "owners": self.owners, "faults": self.faults}


def with_another_row(data: QueryDict) -> QueryDict:
    grown = data.copy()
    for button, prefix in MORE.items():
        name = f"{prefix}-TOTAL_FORMS"
        rows = str(grown.get(name, ""))
        if button in grown and rows.isdigit():
            grown[name] = str(min(int(rows) + 1, MOST_ROWS))
    return grown
