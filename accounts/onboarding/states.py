"""One transition of an application, by its table and under its row's lock."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction

from accounts.firms import TransitionRefused
from accounts.onboarding.models import APPLICATION_TRANSITIONS, ENDED, Application

Status = Application.Status
# While these last the applicant may change the facts; afterwards it may only add to them.
EDITABLE: Final = frozenset({Status.DRAFT, Status.INFORMATION_REQUESTED})
OPEN: Final = frozenset(Status) - ENDED


class StepRefused(TransitionRefused):
    """The application, or who asks, does not allow this step."""


@contextmanager
def locked(application: Application, *wanted: Status) -> Iterator[Application]:
    """The row as it is now, in one of the wanted states, until the end of the transaction.

    Whoever read the page a minute ago decides on what holds now, or not at all.
    """
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application.pk)
        if row.status not in wanted:
            raise StepRefused(f"{row.reference} is {row.get_status_display().lower()}: this step is not open now.")
        yield row
    application.refresh_from_db()


def move(row: Application, to: Status, fields: Iterable[str] = ()) -> None:
    """Of a locked row."""
    if to not in APPLICATION_TRANSITIONS[Status(row.status)]:
        raise StepRefused(
            f"{row.reference} is {row.get_status_display().lower()} and cannot become {to.label.lower()}."
        )
    row.status = to
    row.save(update_fields=["status", "updated_at", *fields])
