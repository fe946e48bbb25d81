"""Clock, signatures, replays, rate limit headers and refusals."""

import time

from mmapi.conformance.client import Answer, expect
from mmapi.conformance.scene import QUOTES, Scene

LIMITS = "/api/v1/mm/limits"
MOST_SKEW_MS = 1_000


def clock(scene: Scene) -> str:
    before = time.time_ns() // 1_000_000
    told = scene.client.send("GET", "/api/v1/time", b"", {}).body["serverTime"]
    after = time.time_ns() // 1_000_000
    skew = max(before - told, told - after, 0)
    expect(skew <= MOST_SKEW_MS, f"the client's clock is {skew} ms off")
    return f"the clocks agree within {skew + after - before} ms"


def signature(scene: Scene) -> str:
    """A good one is taken, one over other bytes is not, none at all is not."""
    client = scene.client
    client.demand("GET", LIMITS)
    elsewhere = client.signed("GET", f"{LIMITS}?entries=2")
    refused(client.send("GET", LIMITS, b"", elsewhere), 401, "INVALID_SIGNATURE")
    refused(client.send("GET", LIMITS, b"", {}), 401, "MISSING_CREDENTIALS")
    return "signed requests are taken; 401 for other bytes and for none"


def late_timestamp(scene: Scene) -> str:
    late = scene.client.signed("GET", LIMITS, ahead_ms=-60_000)
    answer = scene.client.send("GET", LIMITS, b"", late)
    refused(answer, 401, "TIMESTAMP_OUTSIDE_WINDOW")
    skew = answer.body["skewMs"]
    expect(-65_000 < skew < -55_000, f"the refusal names a skew of {skew} ms for a clock 60 s behind")
    return f"a timestamp 60 s behind is refused, with the skew measured: {skew} ms"


def replay(scene: Scene) -> str:
    headers = scene.client.signed("GET", LIMITS)
    first = scene.client.send("GET", LIMITS, b"", headers)
    expect(first.status == 200, f"the first use of a signature was {first.said}")
    refused(scene.client.send("GET", LIMITS, b"", headers), 401, "REPLAYED_SIGNATURE")
    return "the same signature is taken once"


def rate_limits(scene: Scene) -> str:
    answer = scene.client.call("GET", LIMITS)
    policy, left = answer.headers.get("RateLimit-Policy"), answer.headers.get("RateLimit")
    budget = answer.body["budgets"]["requests"]
    if budget["capacity"] is None or not budget["refillPerSecond"]:
        return "the tier has no request rate, so there are no headers"
    expect(bool(policy and left), "an answer came without RateLimit headers")
    return f"RateLimit-Policy: {policy}; RateLimit: {left}"


def refusals(scene: Scene) -> str:
    """Problem documents with the documented codes, for what a client gets wrong."""
    client, terms = scene.client, scene.terms
    unknown_field = client.call("POST", QUOTES, scene.quote_body(colour="blue"))
    off_tick = client.call("POST", QUOTES, scene.quote_body(bidPrice=terms.bid + terms.tick / 2))
    for answer in (unknown_field, off_tick):
        refused(answer, 400, "INVALID_PARAMETERS")
        kind = answer.headers.get("Content-Type", "")
        expect(kind.startswith("application/problem+json"), f"a refusal came as {kind}")
    nearest = next(fault["nearest"] for fault in off_tick.body["errors"] if fault["code"] == "OFF_TICK")
    refused(client.call("POST", QUOTES, scene.quote_body(bidPrice=terms.tick)), 422, "PRICE_OUTSIDE_BAND")
    refused(client.call("GET", f"{QUOTES}/quote_{terms.number:03x}fffffffff"), 404, "UNKNOWN_QUOTE")
    return f"400 with the field and the nearest prices ({nearest[0]}, {nearest[-1]}), 422 with the rule, 404"


def refused(answer: Answer, status: int, code: str) -> None:
    expect((answer.status, answer.code) == (status, code), f"{answer.said} came in place of {status} {code}")
