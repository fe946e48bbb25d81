"""docs/errors.md lists every code that the venue answers with, once, and no other."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import accounts
import mmapi
import quotes
import venue
from accounts.refusals import Refusal
from venue.engine.rejects import RejectCode
from venue.launch.data import PROJECT
from venue.rejections import RULES, Rejected

APPS = (accounts, mmapi, quotes, venue)
NOT_THE_APIS = {"tests", "migrations", "management", "launch", "demo"}
ROW = re.compile(r"^\| `(?P<code>[A-Z_]+)` \| (?P<status>\d{3}) \|", re.MULTILINE)


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for subclass in kind.__subclasses__():
        if subclass is not Rejected and hasattr(subclass, "code"):
            yield subclass
        yield from refusals(subclass)


def known() -> dict[str, int]:
    for app in APPS:
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if not NOT_THE_APIS & set(module.name.split(".")):
                importlib.import_module(module.name)
    return {refusal.code: refusal.status_code for refusal in refusals()} | {
        code.name: rule.status for code, rule in RULES.items()
    }


def test_the_table_is_complete_and_true() -> None:
    rows = [(match["code"], int(match["status"])) for match in ROW.finditer((PROJECT / "docs/errors.md").read_text())]
    assert len(rows) == len({code for code, _ in rows}), "a code is listed twice"
    assert dict(rows) == known()


def test_every_refusal_of_the_engine_has_an_answer() -> None:
    assert set(RULES) == set(RejectCode)


def test_one_code_has_one_status() -> None:
    statuses: dict[str, set[int]] = {}
    for refusal in refusals():
        statuses.setdefault(refusal.code, set()).add(refusal.status_code)
    for code, rule in RULES.items():
        statuses.setdefault(code.name, set()).add(rule.status)
    assert {code for code, found in statuses.items() if len(found) > 1} == set()
