"""The public pages: a private link opens one application, forms say what is wrong, and each address has its bounds."""

import re
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.onboarding import applying, deciding, documents, links, reviewing
from accounts.onboarding.models import Application
from accounts.onboarding.states import Status
from accounts.onboarding.tests.cast import PDF, asked, begun, checked, in_review, lei, link_of, submitted, tier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _markets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.standing.market_symbols", lambda: ["BTC-USD", "ETH-USD"])
    tier()


def form(**changes: Any) -> dict[str, Any]:
    return {
        "legal_name": "  Northwind   Markets BV ",
        "lei": lei(),
        "country": "NL",
        "registered_address": "Keizersgracht 1",
        "requested_markets": ["BTC-USD"],
        "requested_tier": tier().pk,
        "requested_networks": "203.0.113.0/28, 2001:db8::/48\n198.51.100.7",
        "contacts-TOTAL_FORMS": 1,
        "contacts-INITIAL_FORMS": 0,
        "contacts-0-name": "Nora Wind",
        "contacts-0-role": "director",
        "contacts-0-email": "nora@northwind.example",
        "owners-TOTAL_FORMS": 1,
        "owners-INITIAL_FORMS": 0,
        "owners-0-name": "Nora Wind",
        "owners-0-date_of_birth": "1980-02-29",
        "owners-0-country": "NL",
        "owners-0-share": "100",
        **changes,
    }


def page_of(token: str, step: str = "") -> str:
    return f"/apply/{token}/{step}"


def test_applying(client: Client) -> None:
    answer = client.post("/apply/", form())
    assert answer.status_code == 302
    application = Application.objects.get()
    token = answer["Location"].split("/")[2]
    assert application.link_hash == links.digest(token)
    assert len(token) == 43
    assert (application.status, application.legal_name) == (Status.DRAFT, "Northwind Markets BV")
    assert [str(one) for one in application.requested_networks] == [
        "203.0.113.0/28",
        "2001:db8::/48",
        "198.51.100.7/32",
    ]
    assert (application.contacts.count(), application.owners.count()) == (1, 1)
    shown = client.get(answer["Location"])
    assert token in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "script" not in shown["Content-Security-Policy"].replace("default-src 'none'", "")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"legal_name": ""}, "required"),
        ({"lei": "529900T8BM49AURSDO56"}, "check digits"),
        ({"country": "XX"}, "valid choice"),
        ({"requested_markets": ["DOGE-USD"]}, "valid choice"),
        ({"requested_markets": []}, "required"),
        ({"requested_networks": "10.0.0.1/8"}, "is no network"),
        ({"requested_networks": "0.0.0.0/0"}, "whole internet"),
        ({"requested_networks": " ".join(f"10.0.{n}.0/24" for n in range(33))}, "At most 32"),
        ({"contacts-0-email": "nora"}, "valid email"),
        ({"owners-0-share": "101"}, "less than or equal to 100"),
        ({"owners-0-date_of_birth": "2999-01-01"}, "lies in the future"),
        ({"owners-0-name": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client: Client, changes: dict[str, Any], fault: str) -> None:
    answer = client.post("/apply/", form(**changes))
    assert answer.status_code == 400
    assert re.search(rf'class="fault" id="[^"]+">[^<]*{fault}', answer.content.decode())
    assert not Application.objects.exists()


def test_a_tier_without_bounds_is_not_offered(client: Client) -> None:
    unlimited = tier().__class__.objects.get_or_create(name="unlimited", defaults={"max_batch_size": 1_000})[0]
    assert client.post("/apply/", form(requested_tier=unlimited.pk)).status_code == 400


def test_another_row_without_a_script(client: Client) -> None:
    answer = client.post("/apply/", form(more_owners="1", legal_name=""))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="owners-1-name"' in page
    assert 'class="fault"' not in page


def test_forged_forms_are_refused() -> None:
    client, token = Client(enforce_csrf_checks=True), link_of(begun())
    for address in ("/apply/", *(page_of(token, step) for step in ("documents/", "submit/", "answer/", "withdraw/"))):
        assert client.post(address, form()).status_code == 403


def test_a_link_opens_its_application_alone(client: Client) -> None:
    mine, other = begun(legal_name="Mine BV"), begun(legal_name="Other BV")
    token = link_of(mine)
    page = client.get(page_of(token)).content.decode()
    assert "Mine BV" in page
    assert "Other BV" not in page
    for guess in (other.reference, str(other.pk), other.link_hash, token[:-1]):
        assert client.get(page_of(guess)).status_code == 404


def test_a_new_link_ends_the_old_one(client: Client) -> None:
    application = begun()
    old = link_of(application)
    new = link_of(application)
    assert client.get(page_of(old)).status_code == 404
    assert client.get(page_of(new)).status_code == 200


def test_a_link_ends_some_time_after_the_decision(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    application = begun()
    token = link_of(application)
    applying.withdraw(application, asked())
    assert client.get(page_of(token)).status_code == 200
    monkeypatch.setattr(links, "KEPT", links.KEPT * -1)
    assert client.get(page_of(token)).status_code == 404


def test_documents_submission_and_answer(client: Client) -> None:
    application = begun()
    token = link_of(application)
    assert client.post(page_of(token, "submit/")).status_code == 409
    upload = {"kind": "incorporation", "file": SimpleUploadedFile("c.pdf", PDF)}
    assert client.post(page_of(token, "documents/"), upload).status_code == 302
    assert client.post(page_of(token, "submit/")).status_code == 302
    reviewing.take_up(application, asked("rita"))
    reviewing.ask(application, "Which register?", asked("rita"))
    assert "Which register?" in client.get(page_of(token)).content.decode()
    assert client.post(page_of(token, "answer/"), {"text": ""}).status_code == 400
    assert client.post(page_of(token, "answer/"), {"text": "Handelsregister"}).status_code == 302
    application.refresh_from_db()
    assert application.status == Status.IN_REVIEW
    assert client.post(page_of(token, "answer/"), {"text": "More"}).status_code == 409


def test_a_refused_upload_says_why(client: Client) -> None:
    token = link_of(begun())
    upload = {"kind": "other", "file": SimpleUploadedFile("c.pdf", b"MZ")}
    answer = client.post(page_of(token, "documents/"), upload)
    assert answer.status_code == 400
    assert "Only whole PDF, PNG and JPEG" in answer.content.decode()


def test_a_body_that_is_too_large_is_not_read(client: Client) -> None:
    token = link_of(begun())
    length = {"CONTENT_LENGTH": documents.MOST_REQUEST_BYTES + 1}
    assert client.post(page_of(token, "documents/"), **length).status_code == 413  # type: ignore[arg-type]


def test_correcting_is_for_drafts_and_when_asked(client: Client) -> None:
    application = in_review()
    token = link_of(application)
    changed = form(legal_name="Changed BV", **existing(application))
    assert client.post(page_of(token, "edit/"), changed).status_code == 302
    application.refresh_from_db()
    assert application.legal_name == "Northwind Markets BV"
    reviewing.ask(application, "Is the name right?", asked("rita"))
    assert client.post(page_of(token, "edit/"), changed).status_code == 302
    application.refresh_from_db()
    assert application.legal_name == "Changed BV"


def existing(application: Application) -> dict[str, Any]:
    contact, owner = application.contacts.get(), application.owners.get()
    return {
        "contacts-INITIAL_FORMS": 1,
        "contacts-0-id": contact.pk,
        "owners-INITIAL_FORMS": 1,
        "owners-0-id": owner.pk,
    }


def test_withdrawing_is_meant(client: Client) -> None:
    application = submitted()
    token = link_of(application)
    assert client.post(page_of(token, "withdraw/")).status_code == 400
    assert client.post(page_of(token, "withdraw/"), {"sure": "1"}).status_code == 302
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN


def test_the_applicant_reads_the_refusal_and_not_who_decides(client: Client) -> None:
    application = checked()
    token = link_of(application)
    reviewing.recommend(application, terms_of(application), "Good.", asked("rita"))
    assert "Recommended" not in client.get(page_of(token)).content.decode()
    deciding.refuse(application, "Your licence does not cover this.", asked("ada"))
    page = client.get(page_of(token)).content.decode()
    assert "Your licence does not cover this." in page
    assert "ada" not in page.replace("standard", "")


def terms_of(application: Application) -> Any:
    return reviewing.Terms(code="NORTH", account="north-1", tier=tier(), open_orders=10, exposure=10)


def test_an_address_applies_so_often_and_no_more(client: Client) -> None:
    answers = [client.post("/apply/", {}).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]
    answer = client.post("/apply/", {})
    assert 0 < int(answer["Retry-After"]) <= 3_600
    assert client.post("/apply/", {}, REMOTE_ADDR="198.51.100.9").status_code == 400
    assert client.get("/apply/").status_code == 200


def test_an_ipv6_network_counts_as_one(client: Client) -> None:
    codes = [client.post("/apply/", {}, REMOTE_ADDR=f"2001:db8::{n:x}").status_code for n in range(1, 22)]
    assert codes[-1] == 429


def test_guessing_at_links_ends_soon(client: Client) -> None:
    codes = {client.get(page_of("x" * 43)).status_code for _ in range(301)}
    assert codes == {404, 429}


def test_the_pages_need_no_session(client: Client) -> None:
    client.get("/apply/")
    assert set(client.cookies) <= {project.CSRF_COOKIE_NAME}
