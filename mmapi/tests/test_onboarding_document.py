"""The commands of docs/onboarding.md, run in their order, answer as is printed there."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command

from accounts import firms
from accounts.models import ApiKey, Firm
from accounts.onboarding.documents import MOST_BYTES, MOST_DOCUMENTS
from accounts.onboarding.models import APPLICATION_TRANSITIONS, Application, ChecklistItem
from accounts.onboarding.tests.cast import in_review
from mmapi.tests.stream import StreamProcess
from venue.launch import data
from venue.markets import Terms
from venue.tests.cast import MatcherProcess
from venue.tests.rest import RestProcess

DOCUMENT: Final = (data.PROJECT / "docs" / "onboarding.md").read_text()
EXAMPLE: Final = re.compile(r"^```sh\n(.*?)^```\n(?:```json\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


@pytest.fixture
def url(running_matcher: MatcherProcess, stream: StreamProcess, tmp_path: Path, settings: Any) -> Iterator[str]:
    settings.DOCUMENTS_FOLDER, settings.SANDBOX = tmp_path / "documents", True
    process = RestProcess(tmp_path, STREAM_PORT=str(stream.port)).start()
    yield process.address
    process.stop()


class Reader:
    """Does what the document says, with an application of its own."""

    def __init__(self, url: str, market: Terms, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.application = in_review()
        self.capsys = capsys
        self.secret = folder / "secret.txt"
        reference = self.application.reference
        self.real = {
            "APP-7F3K2QXM": reference,
            "7F3K2QXM": reference.removeprefix("APP-"),
            "7f3k2qxm": reference.removeprefix("APP-").lower(),
            "52990000000000000196": self.application.lei,
            "http://127.0.0.1:8000": url,
            "BTC-USD": market.symbol,
            "secret.txt": str(self.secret),
        }

    def said(self, text: str) -> str:
        for printed, real in self.real.items():
            text = text.replace(printed, real)
        return text

    def run(self, line: str) -> Any:
        words = shlex.split(self.said(line), comments=True)
        assert words.pop(0) == "manage.py"
        market = ("--market", self.real["BTC-USD"]) if words[0] == "conformance" else ()
        call_command(*words, *market)
        printed = self.capsys.readouterr().out
        answer: Any = json.loads(printed) if "--json" in words else None
        if words[0] == "issuesandboxkey":
            self.secret.write_text(answer["apiSecret"])
            self.real["ak_…"] = answer["apiKey"]
        if words[0] == "conformance":
            self.real["verifyconformance 1"] = f"verifyconformance {answer['report']}"
            self.real['"report": 1'] = f'"report": {answer["report"]}'
        return answer


def agrees(printed: Any, answered: Any) -> bool:
    if printed in ("…", ["…"]):
        return bool(answered)
    if isinstance(printed, dict) and isinstance(answered, dict):
        return printed.keys() == answered.keys() and all(agrees(printed[name], answered[name]) for name in printed)
    if isinstance(printed, list) and isinstance(answered, list):
        return len(printed) == len(answered) and all(map(agrees, printed, answered))
    if isinstance(printed, str) and TIME.fullmatch(printed):
        return isinstance(answered, str) and bool(TIME.fullmatch(answered))
    return bool(printed == answered)


def test_the_commands_answer_as_printed(
    url: str, market: Terms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms.create("NORTHWIND", accounts=("northwind-1",))
    Application.objects.filter(status="in_review").update(status="withdrawn")  # of other tests
    reader, played = Reader(url, market, tmp_path, capsys), 0
    for commands, printed in EXAMPLE.findall(DOCUMENT):
        for line in commands.splitlines():
            answer = reader.run(line)
            played += 1
            if printed:
                assert agrees(json.loads(reader.said(printed)), answer), (line, answer)
    assert played == 6
    assert Firm.objects.get(code="NORTHWIND").status == Firm.Status.OFF_BOARDED
    assert not ApiKey.objects.filter(account__firm__code="NORTHWIND", revoked_at=None).exists()


def test_the_document_names_every_state_item_and_bound() -> None:
    for status in APPLICATION_TRANSITIONS:
        assert status.label.lower() in DOCUMENT.lower()
    for item in ChecklistItem:
        assert f"| {item.label.lower()} |" in DOCUMENT.lower()
    assert f"{MOST_BYTES // 1024 // 1024} MB each and {MOST_DOCUMENTS} in all" in DOCUMENT
