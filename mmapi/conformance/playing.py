"""Plays every scenario, one after the other, and says of each whether it held and how."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from django.utils import timezone

from mmapi.conformance import quoting_scenarios, signing_scenarios, stream_scenarios
from mmapi.conformance.client import Client, Failed
from mmapi.conformance.scene import Scene


class Scenario(NamedTuple):
    name: str
    title: str
    play: Callable[[Scene], str]


SCENARIOS: Final = (
    Scenario("clock", "Clock", signing_scenarios.clock),
    Scenario("signature", "Signed requests", signing_scenarios.signature),
    Scenario("late_timestamp", "A late timestamp is refused", signing_scenarios.late_timestamp),
    Scenario("replay", "A replayed signature is refused", signing_scenarios.replay),
    Scenario("rate_limits", "Rate limit headers", signing_scenarios.rate_limits),
    Scenario("refusals", "Refusals", signing_scenarios.refusals),
    Scenario("quote", "Quote: create, repeat, replace, cancel", quoting_scenarios.quote),
    Scenario("batch_json", "Batch in JSON", quoting_scenarios.batch_json),
    Scenario("batch_sbe", "Batch in SBE", quoting_scenarios.batch_sbe),
    Scenario("mass_cancel", "Mass cancel", quoting_scenarios.mass_cancel),
    Scenario("receipts", "Receipts", quoting_scenarios.receipts),
    Scenario("cancel_on_disconnect", "Cancel-on-disconnect", stream_scenarios.cancel_on_disconnect),
    Scenario("drop_copy", "Drop copy: live, acknowledge, resume", stream_scenarios.drop_copy),
)


def play(client: Client, key: str, url: str, market: str = "") -> dict[str, Any]:
    """The run, as it is signed and kept. Raises Failed where there is nothing to play on."""
    started = timezone.now().isoformat()
    scene = Scene(client, market)
    played = list(outcomes(scene))
    return {
        "apiKey": key,
        "url": url,
        "market": scene.terms.symbol,
        "startedAt": started,
        "finishedAt": timezone.now().isoformat(),
        "passed": all(outcome["passed"] for outcome in played),
        "scenarios": played,
    }


def outcomes(scene: Scene) -> Iterator[dict[str, Any]]:
    try:
        for scenario in SCENARIOS:
            yield outcome(scenario, scene)
    finally:
        tidy(scene)


def outcome(scenario: Scenario, scene: Scene) -> dict[str, Any]:
    began = time.monotonic()
    try:
        passed, detail = True, scenario.play(scene)
    except Failed as failed:
        passed, detail = False, str(failed)
    except (KeyError, IndexError, TypeError, ValueError, TimeoutError) as odd:
        passed, detail = False, f"an answer of another shape ({type(odd).__name__}: {odd})"
    milliseconds = round((time.monotonic() - began) * 1_000)
    return {
        "name": scenario.name,
        "title": scenario.title,
        "passed": passed,
        "detail": detail,
        "milliseconds": milliseconds,
    }


def tidy(scene: Scene) -> None:
    """Nothing of a run rests after it, as far as the key can still do that."""
    try:
        scene.clear()
    except Failed:
        return
