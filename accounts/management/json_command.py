"""The base of commands whose answer a person or a program reads."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError


class JsonCommand(BaseCommand):
    """`answer()` gives a JSON object or a list of them; without --json it is printed for people."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the answer as JSON.")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            answer = self.answer(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(json.dumps(answer, indent=2) if options["json"] else self.text_of(answer))

    def answer(self, options: dict[str, Any]) -> Any:
        raise NotImplementedError

    def text_of(self, answer: Any) -> str:
        if isinstance(answer, list):
            return "\n\n".join(map(self.text_of, answer)) or "None."
        return "\n".join(f"{name}: {value}" for name, value in answer.items())
