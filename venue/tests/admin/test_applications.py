"""Applications at the desk: who sees which step, documents as downloads, secrets and links shown once."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from accounts.models import ApiKey, Firm
from accounts.onboarding import documents
from accounts.onboarding.models import Application, Document
from accounts.onboarding.states import Status
from accounts.onboarding.tests.cast import PDF, add_document, in_review, officer, recommended, submitted
from staff.models import AuditEntry
from venue.markets import Terms
from venue.tests.admin.conftest import Desk
from venue.tests.cast import MatcherProcess

STEPS = ("take_up", "check_item", "ask", "recommend", "approve", "send_back", "refuse", "sandbox_key", "new_link")


@pytest.fixture(autouse=True)
def _documents(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_FOLDER, settings.SANDBOX = tmp_path / "documents", True


@pytest.fixture
def rita(running_matcher: MatcherProcess) -> Desk:
    return Desk(officer("rita"))


@pytest.fixture
def ada(running_matcher: MatcherProcess) -> Desk:
    return Desk(officer("ada"))


def page(desk: Desk, application: Application) -> str:
    return desk.get("accounts_application_change", application.pk)


def offered(desk: Desk, application: Application) -> set[str]:
    shown = page(desk, application)
    return {
        step for step in STEPS if f'{reverse(f"admin:accounts_application_{step}", args=[application.pk])}"' in shown
    }


def take(desk: Desk, application: Application, step: str, **form: Any) -> str:
    return desk.post(f"accounts_application_{step}", application.pk, **form)


def test_each_officer_is_offered_the_steps_of_the_state(rita: Desk, ada: Desk) -> None:
    assert offered(rita, submitted()) == {"take_up", "new_link"}
    reviewed = in_review()
    assert offered(rita, reviewed) == {"check_item", "ask", "recommend", "sandbox_key", "new_link"}
    assert offered(ada, reviewed) == {"refuse"}
    ready = recommended()
    assert offered(rita, ready) == {"new_link"}
    assert offered(ada, ready) == {"approve", "send_back", "refuse"}


def test_who_reviewed_is_not_offered_approval_and_refused_at_its_address(running_matcher: MatcherProcess) -> None:
    application = recommended("sam")
    sam = Desk(officer("sam"))
    assert "approve" not in offered(sam, application)
    assert "Another officer approves it" in page(sam, application)
    assert "Four eyes" in take(sam, application, "approve", reason="Mine.")
    assert Application.objects.get(pk=application.pk).status == Status.RECOMMENDED


@pytest.mark.parametrize("step", STEPS)
def test_a_step_without_its_permission_is_forbidden(running_matcher: MatcherProcess, viewer: Desk, step: str) -> None:
    application = in_review()
    assert viewer.status_of("get", f"accounts_application_{step}", application.pk) == 403
    assert viewer.status_of("post", f"accounts_application_{step}", application.pk, reason="x") == 403


def test_approving_at_the_desk(ada: Desk, market: Terms) -> None:
    application = recommended()
    assert "This field is required" in take(ada, application, "approve", reason="")
    assert "is open. Issue its keys from here." in take(ada, application, "approve", reason="Good.")
    shown = page(ada, application)
    add = reverse("admin:accounts_apikey_add")
    assert f"{add}?account={Firm.objects.get(lei=application.lei).accounts.get().pk}&amp;tier=" in shown


def test_a_document_is_a_download_on_record(rita: Desk, ada: Desk, viewer: Desk) -> None:
    application = in_review()
    document = application.documents.get()
    answer = rita.client.get(address_of(document))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "sandbox")
    assert AuditEntry.objects.filter(action="download_document", subject_id=str(document.pk)).count() == 1
    assert address_of(document) not in page(ada, application)
    for other in (ada, viewer):
        assert other.client.get(address_of(document)).status_code == 403
    elsewhere = reverse("admin:accounts_application_document", args=[in_review().pk, document.pk])
    assert rita.client.get(elsewhere).status_code == 404
    assert AuditEntry.objects.filter(action="download_document", subject_id=str(document.pk)).count() == 1


def test_a_document_that_is_gone_or_changed_is_said_to_be(rita: Desk) -> None:
    document = in_review().documents.get()
    (documents.folder() / document.stored_as).write_bytes(b"other")
    assert "is not what was uploaded" in rita.client.get(address_of(document), follow=True).content.decode()
    (documents.folder() / document.stored_as).unlink()
    assert "is not in the documents" in rita.client.get(address_of(document), follow=True).content.decode()


def address_of(document: Document) -> str:
    return reverse("admin:accounts_application_document", args=[document.application_id, document.pk])


def test_nobody_without_a_login_reads_a_document(running_matcher: MatcherProcess, client: Any) -> None:
    document = add_document(submitted())
    assert "/login/" in client.get(address_of(document))["Location"]


def test_a_sandbox_key_is_shown_once(rita: Desk, market: Terms) -> None:
    application = in_review()
    shown = take(rita, application, "sandbox_key")
    secret = re.search(r'id="api-secret">([^<]+)<', shown)
    assert secret is not None
    application.refresh_from_db()
    key = ApiKey.objects.get(account__firm=application.sandbox_firm)
    assert key.secret == secret[1]
    assert secret[1] not in page(rita, application)


def test_a_new_link_is_shown_once(rita: Desk) -> None:
    application = in_review()
    shown = take(rita, application, "new_link")
    found = re.search(r"/apply/([\w-]{43})/", shown)
    assert found is not None
    assert found[1] not in page(rita, application)
    assert rita.client.get(f"/apply/{found[1]}/").status_code == 200


@pytest.mark.parametrize("address", ["add", "delete"])
def test_an_application_is_neither_added_nor_deleted(running_matcher: MatcherProcess, address: str) -> None:
    desk = Desk(User.objects.filter(username="desk").first() or User.objects.create_superuser("desk"))
    arguments = () if address == "add" else (in_review().pk,)
    assert desk.status_of("post", f"accounts_application_{address}", *arguments) == 403
