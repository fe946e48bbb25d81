"""The beat of incentives. Each task does what is due by the rows and is safe to run twice, or at the same time."""

from celery import shared_task
from django.utils import timezone

from mmapi.incentives import announcing, applying, ledger, statements

_CHUNKS = 3  # of the ledger at a time, so that nothing waits behind it for long


@shared_task(name="mmapi.incentives.follow_fills")
def follow_fills() -> None:
    ledger.follow(_CHUNKS)


@shared_task(name="mmapi.incentives.apply_due_rates")
def apply_due_rates() -> None:
    applying.apply_due(timezone.now())


@shared_task(name="mmapi.incentives.announce_rates")
def announce_rates() -> None:
    """Also gives their rates to accounts that were opened since the cut."""
    announcing.announce(timezone.now())
    applying.reconcile(timezone.now())


@shared_task(name="mmapi.incentives.issue_statements")
def issue_statements() -> None:
    statements.issue_due(timezone.now())
