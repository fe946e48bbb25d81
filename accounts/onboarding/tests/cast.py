"""An applicant with its documents, and the officers: Rita and Rolf review, Ada approves, Sam is a superuser."""

import itertools
import json
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import Tier
from accounts.onboarding import applying, conformance, documents, links, reviewing
from accounts.onboarding.models import Application, BeneficialOwner, ChecklistItem, Contact
from accounts.onboarding.reviewing import Terms

PDF: Final = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(64) + b"\xff\xd9"
OFFICERS: Final = {
    "rita": ("view_application", "review_application", "download_document"),
    "rolf": ("view_application", "review_application"),
    "ada": ("view_application", "approve_application"),
    # May do both, and still not both on one application.
    "bert": ("view_application", "review_application", "approve_application"),
}
_numbers = itertools.count(1)


def lei() -> str:
    """Another valid one each time."""
    body = f"5299{next(_numbers):014d}"
    digits = "".join(str(int(character, 36)) for character in f"{body}00")
    return f"{body}{98 - int(digits) % 97:02d}"


def asked(username: str = "") -> HttpRequest:
    """A request of an officer's, or of the applicant's."""
    request: HttpRequest = RequestFactory().post("/")
    request.user = officer(username) if username else AnonymousUser()
    return request


def officer(username: str) -> User:
    if username == "sam":
        return User.objects.filter(username="sam").first() or User.objects.create_superuser("sam")
    user, made = User.objects.get_or_create(username=username, is_staff=True)
    if made:
        chosen = Permission.objects.filter(content_type__app_label="accounts", codename__in=OFFICERS[username])
        user.user_permissions.set(chosen)
    return user


def tier() -> Tier:
    limits = {"requests_per_second": 100, "request_burst": 200, "max_batch_size": 100}
    return Tier.objects.get_or_create(name="standard", defaults=limits)[0]


def begun(**facts: Any) -> Application:
    """A draft."""
    given = {"legal_name": "Northwind Markets BV", "lei": lei(), "country": "NL", **facts}
    draft = Application(
        registered_address="Keizersgracht 1, Amsterdam",
        requested_markets=["BTC-USD"],
        requested_networks=["127.0.0.0/8"],
        requested_tier=tier(),
        **given,
    )
    applying.begin(draft, lambda: add_people(draft), asked())
    return draft


def add_people(draft: Application) -> None:
    Contact.objects.create(application=draft, name="Nora Wind", role="director", email="nora@northwind.example")
    BeneficialOwner.objects.create(
        application=draft, name="Nora Wind", date_of_birth=date(1980, 2, 29), country="NL", share=100
    )


def add_document(application: Application, name: str = "register.pdf", raw: bytes = PDF) -> Any:
    return documents.add(application, "incorporation", SimpleUploadedFile(name, raw), asked())


def submitted(**facts: Any) -> Application:
    application = begun(**facts)
    add_document(application)
    applying.submit(application, asked())
    return application


def in_review(**facts: Any) -> Application:
    application = submitted(**facts)
    reviewing.take_up(application, asked("rita"))
    return application


def checked(by: str = "rita", **facts: Any) -> Application:
    """Every item is passed."""
    application = in_review(**facts)
    reported(application)
    for item in ChecklistItem:
        reviewing.check(application, item, asked(by), passed=True, note="Seen.")
    return application


def recommended(by: str = "rita", **facts: Any) -> Application:
    application = checked(by, **facts)
    reviewing.recommend(application, terms(application), "All in order.", asked(by))
    return application


def terms(application: Application, **changes: Any) -> Terms:
    number = f"{application.pk}"
    given: dict[str, Any] = {
        "code": f"NW{number}",
        "account": f"nw-{number}",
        "tier": tier(),
        "open_orders": 500,
        "exposure": 10**15,
        **changes,
    }
    return Terms(**given)


def run_of(key: str = "ak_elsewhere", *, passed: bool = True) -> dict[str, Any]:
    return {
        "apiKey": key,
        "url": "http://127.0.0.1:8000",
        "startedAt": timezone.now().isoformat(),
        "passed": passed,
        "scenarios": [{"name": "clock", "passed": passed, "detail": ""}],
    }


def reported(application: Application, *, passed: bool = True) -> Any:
    return conformance.store(application, run_of(passed=passed))


def link_of(application: Application) -> str:
    """A link that opens it; what opened it before does not."""
    return links.replace(application, None)


def content_of(report: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(report.content)
    return content
