"""The base of commands whose answer a person or a program reads."""

import json
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from staff import audit


class JsonCommand(BaseCommand):
    """`answer()` gives a JSON object or a list of them; without --json it is printed for people."""

    # As it stands in the audit trail, of a command that changes something and does not write to it itself.
    action: ClassVar[str] = ""
    # What the command found and is about.
    subject: Model | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the answer as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            answer = self.recorded_answer(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(json.dumps(answer, indent=2) if options["json"] else self.text_of(answer))

    def recorded_answer(self, options: dict[str, Any]) -> Any:
        if not self.action:
            return self.answer(options)
        with audit.acting(None):
            try:
                answer = self.answer(options)
            except CommandError as error:
                self.record(f"try_{self.action}", options, {"failure": str(error)})
                raise
            self.record(self.action, options, answer if isinstance(answer, dict) else {"answer": answer})
        return answer

    def record(self, action: str, options: dict[str, Any], after: dict[str, Any]) -> None:
        audit.record(None, action, self.subject, reason=options.get("reason") or "", after=after)

    def answer(self, options: dict[str, Any]) -> Any:
        raise NotImplementedError

    def text_of(self, answer: Any) -> str:
        if isinstance(answer, list):
            return "\n\n".join(map(self.text_of, answer)) or "None."
        return "\n".join(f"{name}: {value}" for name, value in answer.items())
