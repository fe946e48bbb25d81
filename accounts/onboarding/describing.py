"""An application as commands print it."""

from datetime import datetime
from typing import Any

from accounts.onboarding import reviewing
from accounts.onboarding.models import Application


def summary(application: Application) -> dict[str, Any]:
    return {
        "application": application.reference,
        "legalName": application.legal_name,
        "lei": application.lei,
        "country": application.country,
        "status": application.status,
        "createdAt": moment(application.created_at),
        "submittedAt": moment(application.submitted_at),
        "firm": application.firm.code if application.firm else None,
    }


def whole(application: Application) -> dict[str, Any]:
    """With the checklist, the documents' names and the conformance runs; of people only how many there are."""
    return {
        **summary(application),
        "markets": application.requested_markets,
        "tier": application.requested_tier.name,
        "networks": [str(network) for network in application.requested_networks],
        "contacts": application.contacts.count(),
        "owners": application.owners.count(),
        "checklist": [finding(check) for check in reviewing.checklist(application)],
        "documents": [
            {"kind": document.kind, "name": document.name, "size": document.size, "sha256": document.sha256}
            for document in application.documents.all()
        ],
        "conformance": [
            {"report": report.pk, "ranAt": moment(report.ran_at), "passed": report.passed, "apiKey": report.key_id}
            for report in application.conformance_reports.all()
        ],
        "recommendedBy": name_of(application.recommended_by),
        "approvedBy": name_of(application.approved_by),
    }


def finding(check: reviewing.Check) -> dict[str, Any]:
    by = check.review.by.get_username() if check.review else None
    return {"item": str(check.item), "state": check.state, "by": by}


def name_of(user: Any) -> str | None:
    return user.get_username() if user else None


def moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at else None
