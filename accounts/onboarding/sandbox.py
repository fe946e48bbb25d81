"""The firm with which an applicant tries the API before it is approved. It ends with the decision.

Only where the installation is a sandbox (settings.SANDBOX): nobody trades on a production venue before approval.
"""

import logging
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import firms, keys, standing
from accounts.keys import IssuedKey
from accounts.models import ApiKey, Firm, TradingAccount
from accounts.onboarding.models import Application
from accounts.onboarding.officers import officer
from accounts.onboarding.states import Status, StepRefused, locked
from accounts.refusals import Refusal
from accounts.scopes import Scope
from staff import audit

logger = logging.getLogger(__name__)

LIFE: Final = timedelta(days=30)
MOST_OPEN_ORDERS: Final = 1_000
# 10 million of the quote currency.
MOST_EXPOSURE: Final = 10_000_000 * 10**9
REVIEWED: Final = (Status.IN_REVIEW, Status.INFORMATION_REQUESTED)


def issue_key(application: Application, request: HttpRequest | None) -> IssuedKey:
    """A new key of the applicant's sandbox firm, for its own networks; keys issued before are revoked."""
    by = officer(request, "review_application").get_username() if request else "issuesandboxkey"
    if not settings.SANDBOX:
        raise StepRefused(
            "This venue is no sandbox. Issue the key in the sandbox, and run manage.py conformance there."
        )
    account = open_firm(application, request)
    standing.function_of("set_risk_limits")(account, max_open_orders=MOST_OPEN_ORDERS, max_exposure=MOST_EXPOSURE)
    with locked(application, *REVIEWED) as row:
        for key in ApiKey.objects.filter(account=account, revoked_at=None):
            keys.revoke(key, "Replaced by a new sandbox key.", by)
        issued = keys.issue(drafted(row, account), by)
        audit.record(request, "issue_sandbox_key", row, after={"key": issued.key.key_id})
    return issued


def open_firm(application: Application, request: HttpRequest | None) -> TradingAccount:
    with locked(application, *REVIEWED) as row:
        if row.sandbox_firm is None:
            number = row.reference.removeprefix("APP-")
            row.sandbox_firm = firms.create(
                f"SBX_{number}", f"{row.legal_name[:180]} (sandbox)", accounts=(f"sbx-{number.lower()}",)
            )
            row.save(update_fields=["sandbox_firm"])
            audit.record(request, "open_sandbox_firm", row.sandbox_firm)
        return row.sandbox_firm.accounts.get()


def drafted(application: Application, account: TradingAccount) -> ApiKey:
    return ApiKey(
        account=account,
        scopes=list(Scope.values),
        networks=list(application.requested_networks),
        tier=application.requested_tier,
        expires_at=timezone.now() + LIFE,
        label=f"conformance of {application.reference}",
    )


def close(application: Application, request: HttpRequest, reason: str) -> None:
    """Off-boards the sandbox firm. The decision stands, whatever the matcher answers: its keys are revoked anyway."""
    firm = application.sandbox_firm
    if firm is None or firm.status == Firm.Status.OFF_BOARDED:
        return
    described: dict[str, Any] = {"reason": reason, "by": request.user.get_username() or "applicant"}
    try:
        standing.function_of("off_board_firm")(firm, **described)
    except Refusal as refusal:
        logger.warning("%s", refusal)
    audit.record(request, "close_sandbox_firm", firm, reason=reason)
