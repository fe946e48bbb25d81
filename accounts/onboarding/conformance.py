"""Reports of technical conformance: signed by the venue (Ed25519), kept on the application, verified when they count.

The signing key is derived from VENUE_SECRET_KEYS, newest first; reports signed under one that was taken out no longer
verify and are made anew.
"""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from accounts.models import ApiKey
from accounts.onboarding.models import Application, ConformanceReport
from accounts.onboarding.states import StepRefused
from accounts.signing import public_text
from staff import audit

FORMAT: Final = "venue-conformance-1"
_PURPOSE: Final = b"venue conformance report"


class ReportRefused(StepRefused):
    """The report is not what this venue signed, or not this application's."""


def signing_keys() -> list[Ed25519PrivateKey]:
    return [derived(secret) for secret in settings.VENUE_SECRET_KEYS]


def derived(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(urlsafe_b64decode(secret))
    return Ed25519PrivateKey.from_private_bytes(seed)


def store(application: Application, run: Mapping[str, Any]) -> ConformanceReport:
    """Signs what a run found and keeps it. `run` has apiKey, url, startedAt, passed and the scenarios."""
    demand_own_key(application, run["apiKey"])
    content = json.dumps(
        {"format": FORMAT, "application": application.reference, **run}, indent=1, sort_keys=True, ensure_ascii=False
    )
    key = signing_keys()[0]
    report = ConformanceReport.objects.create(
        application=application,
        ran_at=datetime.fromisoformat(run["startedAt"]),
        url=run["url"],
        key_id=run["apiKey"],
        passed=run["passed"],
        content=content,
        public_key=public_text(key.public_key()),
        signature=b64encode(key.sign(content.encode())).decode("ascii"),
    )
    audit.record(None, "store_conformance_report", application, after={"passed": run["passed"], "key": run["apiKey"]})
    return report


def application_of(key_id: str) -> Application | None:
    """Whose key it is, where the venue itself issued it."""
    key = ApiKey.objects.filter(key_id=key_id).select_related("account__firm").first()
    if key is None:
        return None
    firm = key.account.firm
    by_sandbox = Application.objects.filter(sandbox_firm=firm)
    return by_sandbox.first() or Application.objects.filter(firm=firm).first()


def demand_own_key(application: Application, key_id: str) -> None:
    """A key that another venue issued is taken at its officer's word; one of ours must be the applicant's."""
    if ApiKey.objects.filter(key_id=key_id).exists() and application_of(key_id) != application:
        raise ReportRefused(f"{key_id} is not a key of {application}.")


def verify(report: ConformanceReport) -> dict[str, Any]:
    """Its content, if this venue signed exactly this for exactly this application; raises ReportRefused."""
    verify_signature(report.content, report.signature, report.public_key)
    content: dict[str, Any] = json.loads(report.content)
    shown = (report.application.reference, report.key_id, report.url, report.passed)
    if shown != (content["application"], content["apiKey"], content["url"], content["passed"]):
        raise ReportRefused("The report's signed content says something else than its row.")
    if content["passed"] != all(scenario["passed"] for scenario in content["scenarios"]):
        raise ReportRefused("The report's result does not follow from its scenarios.")
    return content


def verify_signature(content: str, signature: str, public_key: str) -> None:
    known = {public_text(key.public_key()): key.public_key() for key in signing_keys()}
    if public_key not in known:
        raise ReportRefused("The report was not signed with a key of this venue.")
    try:
        known[public_key].verify(b64decode(signature, validate=True), content.encode())
    except (InvalidSignature, Base64Error):
        raise ReportRefused("The report's signature is wrong: it was changed after it was signed.") from None


def seal(report: ConformanceReport) -> dict[str, str]:
    return {"publicKey": report.public_key, "signature": report.signature}


def exported(report: ConformanceReport) -> dict[str, str]:
    """For a file that can be verified elsewhere: the signature is over `content`, as UTF-8."""
    return {"content": report.content, **seal(report)}
