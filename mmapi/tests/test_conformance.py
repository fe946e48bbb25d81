"""A conformance run against the served venue: what passes gets a signed report, what fails is told why."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey
from accounts.onboarding import conformance, reviewing, sandbox
from accounts.onboarding.models import Application, ChecklistItem, ConformanceReport
from accounts.onboarding.states import StepRefused
from accounts.onboarding.tests.cast import asked, content_of, in_review, reported, run_of
from accounts.tests.cast import tier_of
from mmapi.conformance import playing
from mmapi.tests.stream import StreamProcess
from venue.markets import Terms
from venue.tests.cast import MatcherProcess, Trader
from venue.tests.rest import RestProcess


@pytest.fixture(autouse=True)
def _documents(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.SANDBOX = True


@pytest.fixture
def url(running_matcher: MatcherProcess, stream: StreamProcess, tmp_path: Path) -> Iterator[str]:
    process = RestProcess(tmp_path, STREAM_PORT=str(stream.port)).start()
    yield process.address
    process.stop()


class Applicant:
    """An application in review, with its sandbox key in a file."""

    def __init__(self, folder: Path) -> None:
        self.application = in_review()
        issued = sandbox.issue_key(self.application, asked("rita"))
        self.key = issued.key
        self.secret = issued.secret or ""
        self.file = folder / "secret"
        self.file.write_text(self.secret)


@pytest.fixture
def applicant(running_matcher: MatcherProcess, tmp_path: Path) -> Applicant:
    return Applicant(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    call_command("conformance", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_every_scenario_passes_and_the_report_is_signed(
    applicant: Applicant, url: str, market: Terms, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ("--url", url, "--market", market.symbol)
    said = run(capsys, "--key", applicant.key.key_id, "--secret-file", str(applicant.file), *target)
    assert [one for one in said["scenarios"] if not one["passed"]] == []
    assert [one["name"] for one in said["scenarios"]] == [scenario.name for scenario in playing.SCENARIOS]
    report = ConformanceReport.objects.get(pk=said["report"])
    assert (report.application, report.passed, report.key_id) == (applicant.application, True, applicant.key.key_id)
    assert conformance.verify(report)["passed"]
    assert applicant.secret not in report.content + json.dumps(said)
    reviewing.check(applicant.application, ChecklistItem.CONFORMANCE, asked("rita"), passed=True, note="Ran it.")


def test_a_key_that_may_not_do_it_fails(
    applicant: Applicant, url: str, market: Terms, capsys: pytest.CaptureFixture[str]
) -> None:
    ApiKey.objects.filter(pk=applicant.key.pk).update(scopes=["READ"])
    target = ("--url", url, "--market", market.symbol)
    with pytest.raises(SystemExit) as ended:
        run(capsys, "--key", applicant.key.key_id, "--secret-file", str(applicant.file), *target)
    assert ended.value.code == 1
    said = {one["name"]: one for one in json.loads(capsys.readouterr().out)["scenarios"]}
    assert said["clock"]["passed"]
    assert said["signature"]["passed"]
    assert not said["quote"]["passed"]
    assert "403 INSUFFICIENT_SCOPE" in said["quote"]["detail"]
    with pytest.raises(StepRefused, match="passing report"):
        reviewing.check(applicant.application, ChecklistItem.CONFORMANCE, asked("rita"), passed=True, note="x")


def test_a_wrong_secret_fails_what_is_signed(
    applicant: Applicant, url: str, market: Terms, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_API_SECRET", "not the secret")
    with pytest.raises(SystemExit):
        run(capsys, "--key", applicant.key.key_id, "--url", url, "--market", market.symbol)
    said = {one["name"]: one for one in json.loads(capsys.readouterr().out)["scenarios"]}
    assert not said["signature"]["passed"]
    assert "INVALID_SIGNATURE" in said["signature"]["detail"]


def test_the_secret_is_asked_for(applicant: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENUE_API_SECRET", raising=False)
    with pytest.raises(CommandError, match="secret is needed"):
        call_command("conformance", key=applicant.key.key_id)


def test_a_key_of_another_firm_is_not_taken(applicant: Applicant, alpha: Trader) -> None:
    reference = applicant.application.reference
    with pytest.raises(CommandError, match="is not a key of"):
        call_command("conformance", key=alpha.caller.key.key_id, application=reference, secret_file=str(applicant.file))
    with pytest.raises(CommandError, match="Whose key"):
        call_command("conformance", key=alpha.caller.key.key_id, secret_file=str(applicant.file))


def test_the_newest_report_counts(applicant: Applicant) -> None:
    reported(applicant.application)
    reported(applicant.application, passed=False)
    with pytest.raises(StepRefused, match="passing report"):
        reviewing.check(applicant.application, ChecklistItem.CONFORMANCE, asked("rita"), passed=True, note="x")


def tampered(report: ConformanceReport, **changes: Any) -> ConformanceReport:
    ConformanceReport.objects.filter(pk=report.pk).update(**changes)
    return ConformanceReport.objects.get(pk=report.pk)


def test_a_changed_report_does_not_verify(applicant: Applicant, settings: Any) -> None:
    failed = reported(applicant.application, passed=False)
    forged = failed.content.replace('"passed": false', '"passed": true')
    for changes in ({"passed": True}, {"passed": True, "content": forged}, {"content": forged}):
        report = tampered(reported(applicant.application, passed=False), **changes)
        with pytest.raises(StepRefused, match="report"):
            conformance.verify(report)
        with pytest.raises(CommandError, match="report"):
            call_command("verifyconformance", str(report.pk))
        with pytest.raises(StepRefused):
            reviewing.check(applicant.application, ChecklistItem.CONFORMANCE, asked("rita"), passed=True, note="x")


def test_a_report_of_another_application_does_not_verify(applicant: Applicant) -> None:
    mine, other = reported(applicant.application), reported(in_review())
    copied = tampered(mine, content=other.content, signature=other.signature)
    with pytest.raises(StepRefused, match="something else"):
        conformance.verify(copied)


def test_a_report_of_another_venue_does_not_verify(applicant: Applicant, settings: Any) -> None:
    report = reported(applicant.application)
    kept = list(settings.VENUE_SECRET_KEYS)
    settings.VENUE_SECRET_KEYS = ["A" * 43 + "="]
    with pytest.raises(StepRefused, match="not signed with a key of this venue"):
        conformance.verify(report)
    settings.VENUE_SECRET_KEYS = ["A" * 43 + "=", *kept]
    assert conformance.verify(report) == content_of(report)


def test_a_report_is_verified_as_a_file(
    applicant: Applicant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, file = reported(applicant.application), tmp_path / "report.json"
    call_command("verifyconformance", str(report.pk), export=str(file))
    call_command("verifyconformance", file=str(file), json=True)
    assert '"verified": true' in capsys.readouterr().out
    file.write_text(file.read_text().replace("passed", "pleased"))
    with pytest.raises(CommandError, match="signature is wrong"):
        call_command("verifyconformance", file=str(file))


def test_a_sandbox_key_is_for_the_applicants_networks_and_ends(applicant: Applicant) -> None:
    key = applicant.key
    assert list(key.networks) == applicant.application.requested_networks
    assert key.expires_at is not None
    second = sandbox.issue_key(applicant.application, asked("rita"))
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert second.key.account == key.account


def test_a_production_venue_issues_no_sandbox_key(applicant: Applicant, settings: Any) -> None:
    settings.SANDBOX = False
    with pytest.raises(StepRefused, match="no sandbox"):
        sandbox.issue_key(applicant.application, asked("rita"))


def test_a_key_of_a_sandbox_elsewhere_is_taken_at_its_word(applicant: Applicant) -> None:
    report = conformance.store(applicant.application, run_of("ak_of_another_venue"))
    assert conformance.verify(report)["apiKey"] == "ak_of_another_venue"


def test_applications_have_no_market_of_their_own(applicant: Applicant) -> None:
    assert tier_of("standard") == applicant.key.tier
    assert Application.objects.get(pk=applicant.application.pk).sandbox_firm == applicant.key.account.firm
