"""An application, from the public page through two officers to the first signed quote, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Firm, Tier
from accounts.onboarding.models import Application, ChecklistItem
from accounts.onboarding.tests.cast import PDF, lei
from mmapi.conformance.client import Client
from mmapi.conformance.scene import QUOTES, Scene
from mmapi.tests.stream import StreamProcess
from staff.models import AuditEntry
from venue.markets import Terms
from venue.tests.browser import Visit, photograph
from venue.tests.rest import RestProcess

REVIEWER: Final = ("accounts.view_application", "accounts.review_application", "accounts.download_document")
APPROVER: Final = (
    "accounts.view_application",
    "accounts.approve_application",
    "accounts.view_apikey",
    "accounts.add_apikey",
    "accounts.view_firm",
    "accounts.view_tradingaccount",
)
# After the name of its icon.
APPROVE: Final = re.compile(r"\bApprove$")
NOTES: Final = {
    ChecklistItem.COMPANY: "Handelsregister 34112233 of today, LEI issued and current at GLEIF.",
    ChecklistItem.OWNERS: "Register of owners: Wind 60%, Zee 40%. Passports seen.",
    ChecklistItem.SANCTIONS: "EU, UN and OFAC lists of today: no hit for the company or its owners.",
    ChecklistItem.AGREEMENTS: "Membership agreement signed by both directors.",
    ChecklistItem.CONFORMANCE: "Run of today, all scenarios.",
}


@pytest.fixture(scope="module")
def _rest(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, _stream: StreamProcess
) -> Iterator[RestProcess]:
    process = RestProcess(tmp_path_factory.mktemp("served"), STREAM_PORT=str(_stream.port))
    yield process
    process.stop()


@pytest.mark.timeout(300)
def test_from_the_public_page_to_the_first_quote(
    rest: RestProcess, stream: StreamProcess, market: Terms, visit: Visit, sign_in: Visit, tmp_path: Path
) -> None:
    for name in ("standard", "professional"):
        limits = {"requests_per_second": 100, "request_burst": 200, "max_batch_size": 100}
        Tier.objects.update_or_create(name=name, defaults=limits)
    number = lei()
    link = applied(visit, market, number)
    application = Application.objects.get(lei=number)

    rita = sign_in("rita.review", *REVIEWER, "accounts.approve_application")
    reviewed(rita, application)
    answered(visit, link)
    secret = sandbox_secret(rita, application, tmp_path)
    key = application.sandbox_firm.accounts.get().api_keys.get()  # type: ignore[union-attr]
    call_command("conformance", key=key.key_id, secret_file=str(secret), url=rest.address, market=market.symbol)
    recommended(rita, application)
    refused_to_approve_herself(rita, application)

    ada = sign_in("ada.approve", *APPROVER)
    approved(ada, application)
    quoted(ada, rest, market)
    page = visit(link, java_script_enabled=False)
    expect(page.get_by_text("Welcome. Your firm is open")).to_be_visible()
    photograph(page, "status-approved")
    assert Firm.objects.get(pk=key.account.firm_id).status == Firm.Status.OFF_BOARDED
    recorded(application)


def applied(visit: Visit, market: Terms, number: str) -> str:
    """The applicant's link. None of it needs a script."""
    page = visit("/apply/", java_script_enabled=False)
    photograph(page, "apply-empty")
    page.get_by_label("Legal name").fill("Northwind Markets B.V.")
    page.get_by_label("LEI").fill(number[:-1] + ("0" if number[-1] != "0" else "1"))
    page.get_by_label("Country of registration").select_option("NL")
    page.get_by_label("Registered address").fill("Keizersgracht 1\n1015 CJ Amsterdam")
    page.get_by_label(market.symbol, exact=True).check()
    page.get_by_label("Tier").select_option(label="professional")
    page.get_by_label("Networks").fill("127.0.0.0/8\n2001:db8:17::/48")
    fill_row(
        page,
        "Contact 1",
        {"Name": "Nora Wind", "Role, as compliance or trading": "Trading", "E-mail": "nora@northwind.example"},
    )
    fill_row(page, "Beneficial owner 1", {"Name": "Nora Wind", "Date of birth": "1980-02-29", "Share in percent": "60"})
    page.get_by_label("Country of residence").select_option("NL")
    page.get_by_role("button", name="Add another owner").click()
    fill_row(page, "Beneficial owner 2", {"Name": "Jan Zee", "Date of birth": "1975-05-05", "Share in percent": "40"})
    page.get_by_label("Country of residence").nth(1).select_option("DE")
    page.get_by_role("button", name="Go on to the documents").click()
    expect(page.get_by_text("The LEI's check digits do not match.")).to_be_visible()
    photograph(page, "apply-fault")
    page.get_by_label("LEI").fill(number)
    page.get_by_role("button", name="Go on to the documents").click()
    expect(page.get_by_text("Keep this page's address.")).to_be_visible()
    link = page.url
    add_document(page, "setup.pdf", b"MZ\x90\x00 this is a program")
    expect(page.get_by_text("Only whole PDF, PNG and JPEG files are taken.")).to_be_visible()
    add_document(page, "register of owners.pdf", PDF)
    expect(page.get_by_text("register of owners.pdf")).to_be_visible()
    photograph(page, "status-draft")
    page.get_by_role("button", name="Submit the application").click()
    expect(page.get_by_text("an officer will take it up")).to_be_visible()
    return link


def fill_row(page: Page, name: str, values: dict[str, str]) -> None:
    row = page.get_by_role("group", name=name)
    for label, value in values.items():
        row.get_by_label(label).fill(value)


def add_document(page: Page, name: str, raw: bytes) -> None:
    page.get_by_label("What it is").select_option("ownership")
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": raw})
    page.get_by_role("button", name="Add the document").click()


def step(page: Page, application: Application, name: str) -> None:
    page.goto(reverse(f"admin:accounts_application_{name}", args=[application.pk]))


def send(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()


def check(page: Page, application: Application, item: ChecklistItem) -> None:
    page.goto(f"{reverse('admin:accounts_application_check_item', args=[application.pk])}?item={item}")
    expect(page.get_by_label("Item")).to_have_value(str(item))
    page.get_by_label("Note").fill(NOTES[item])
    if item == ChecklistItem.SANCTIONS:
        photograph(page, "desk-check")
    send(page, "Keep the finding")
    expect(page.get_by_text(f"{item.label}: passed.")).to_be_visible()


def reviewed(page: Page, application: Application) -> None:
    page.get_by_role("link", name="Applications").first.click()
    page.get_by_role("link", name=application.reference).click()
    page.get_by_role("link", name="Take up").click()
    send(page, "Take up")
    expect(page.get_by_text(f"{application.reference} is in review.")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="register of owners.pdf").click()
    assert downloading.value.path().read_bytes() == PDF
    check(page, application, ChecklistItem.COMPANY)
    photograph(page, "desk-review")
    page.get_by_role("link", name="Ask the applicant").click()
    page.get_by_label("Question").fill("Please add the agreement with both signatures.")
    send(page, "Ask")
    expect(page.get_by_text("The applicant was asked.")).to_be_visible()


def answered(visit: Visit, link: str) -> None:
    page = visit(link, java_script_enabled=False)
    expect(page.get_by_text("Please add the agreement with both signatures.")).to_be_visible()
    photograph(page, "status-asked")
    add_document(page, "agreement.pdf", PDF)
    page.get_by_label("Your answer").fill("Added. The second signature is on page 9.")
    send(page, "Send the answer")
    expect(page.get_by_text("An officer reviews it.")).to_be_visible()


def sandbox_secret(page: Page, application: Application, folder: Path) -> Path:
    step(page, application, "sandbox_key")
    photograph(page, "desk-sandbox-key")
    send(page, "Issue the key")
    file = folder / "secret"
    file.write_text(page.locator("#api-secret").inner_text())
    application.refresh_from_db()
    return file


def recommended(page: Page, application: Application) -> None:
    for item in list(ChecklistItem)[1:]:
        check(page, application, item)
    step(page, application, "recommend")
    page.get_by_label("Firm code").fill(f"NW{application.pk}")
    page.get_by_label("Trading account").fill(f"nw-{application.pk}")
    page.get_by_label("Exposure at most").fill("5000000")
    page.get_by_label("Grounds").fill("Complete, no hits, API client sound.")
    photograph(page, "desk-recommend")
    send(page, "Recommend")
    expect(page.get_by_text("Another officer decides.")).to_be_visible()


def refused_to_approve_herself(page: Page, application: Application) -> None:
    """The button is not there, and whoever knows the address is refused."""
    expect(page.get_by_text("You reviewed this application. Another officer approves it.")).to_be_visible()
    expect(page.get_by_role("link", name=APPROVE)).to_have_count(0)
    step(page, application, "approve")
    page.get_by_label("Reason").fill("I know them well.")
    send(page, "Approve and open the firm")
    expect(page.get_by_text("Four eyes: rita.review reviewed")).to_be_visible()


def approved(page: Page, application: Application) -> None:
    page.goto(reverse("admin:accounts_application_change", args=[application.pk]))
    photograph(page, "desk-decision")
    page.get_by_role("link", name=APPROVE).click()
    page.get_by_label("Reason").fill("Checklist and terms are in order.")
    photograph(page, "desk-approve")
    send(page, "Approve and open the firm")
    expect(page.get_by_text(f"NW{application.pk} is open.")).to_be_visible()
    photograph(page, "desk-approved")


def quoted(page: Page, rest: RestProcess, market: Terms) -> None:
    """A key on the granted terms, and its first quote."""
    page.get_by_role("link", name="Issue a key").click()
    expect(page.locator("#id_networks")).to_have_value("127.0.0.0/8,2001:db8:17::/48")
    expect(page.get_by_label("Market making")).to_be_checked()
    photograph(page, "desk-key-form")
    page.get_by_role("button", name="Save", exact=True).click()
    shown = {name: page.locator(f"#api-{name}").inner_text() for name in ("key", "secret")}
    client = Client(rest.address, shown["key"], shown["secret"])
    quote = client.demand("POST", QUOTES, Scene(client, market.symbol).quote_body(), status=201)
    assert quote["status"] == "active"


def recorded(application: Application) -> None:
    entries = AuditEntry.objects.filter(subject_type="accounts.application", subject_id=str(application.pk))
    by = {(entry.action, entry.actor_name) for entry in entries}
    assert {
        ("submit_application", "nobody"),
        ("take_up_application", "rita.review"),
        ("ask_applicant", "rita.review"),
        ("issue_sandbox_key", "rita.review"),
        ("recommend_application", "rita.review"),
        ("approve_application", "ada.approve"),
    } <= by
    assert AuditEntry.objects.filter(action="download_document", actor_name="rita.review").exists()
