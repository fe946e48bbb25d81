"""Shows an application with its checklist, documents and conformance runs."""

from typing import Any

from accounts.management.application_command import ApplicationCommand
from accounts.onboarding import describing
from accounts.onboarding.models import Application


class Command(ApplicationCommand):
    help = __doc__

    def carry_out(self, application: Application) -> dict[str, Any]:
        return describing.whole(application)

    def text_of(self, answer: Any) -> str:
        lists = {name: value for name, value in answer.items() if isinstance(value, list) and value}
        plain = super().text_of({name: value for name, value in answer.items() if name not in lists})
        rows = [f"{name}: {', '.join(map(str, entry.values()))}" for name in lists for entry in dicts(lists[name])]
        return "\n".join([plain, *rows])


def dicts(entries: list[Any]) -> list[dict[str, Any]]:
    return [entry if isinstance(entry, dict) else {"": entry} for entry in entries]
