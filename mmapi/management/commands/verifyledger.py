"""Compute every fee again from the fills and compare it with the ledger; exits 1 if anything differs."""

from typing import Any

from accounts.management.json_command import JsonCommand
from mmapi.incentives import statements
from mmapi.incentives.verification import Verdict, verify


class Command(JsonCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.verdict = verify()
        super().handle(*args, **options)
        if self.verdict.differences:
            raise SystemExit(1)

    def answer(self, options: dict[str, Any]) -> Any:
        return told(self.verdict)

    def text_of(self, answer: Any) -> str:
        lines = [f"shard {one['shard']}: {one['place']} of {one['reports']} reports" for one in answer["shards"]]
        lines += [
            f"{one['currency']}: debits {one['debits']} = credits {one['credits']}, "
            f"fees {one['fees']}, rebates {one['rebates']}"
            for one in answer["currencies"]
        ]
        found = answer["differences"]
        return "\n".join([*lines, f"{answer['entries']} entries; " + ("\n  ".join(found) or "they foot to the fills")])


def told(verdict: Verdict) -> dict[str, Any]:
    return {
        "shards": [one._asdict() for one in verdict.shards],
        "entries": verdict.entries,
        "currencies": [
            {name: value if name == "currency" else statements.plain(value) for name, value in one._asdict().items()}
            for one in verdict.balances
        ],
        "differences": verdict.differences,
    }
