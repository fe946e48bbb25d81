"""Whether a verified request is let in now: replay, budgets and session heartbeat in one Redis round trip."""

import random
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from accounts.connections import Script, redis_name
from accounts.credentials import Credential, TierLimits
from accounts.heartbeats import HEAR, SESSION_TTL_MS, session_name, silences_name

# The header that widens the window is not signed, so a signature is remembered for the widest one.
MAXIMUM_WINDOW_MS = 60_000
SCRIPT = Script(HEAR + (Path(__file__).parent / "admission.lua").read_text())


class Verdict(IntEnum):
    """The numbers are admission.lua's."""

    ADMITTED = 0
    REPLAYED = 1
    REQUESTS_EXHAUSTED = 2
    OPERATIONS_EXHAUSTED = 3


VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Charge:
    """What one request asks of the door."""

    signature: bytes
    timestamp_ms: int
    session: str
    operations: int
    never_refused: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer, as of Redis' clock; what is left is whole requests and operations."""

    verdict: Verdict
    generation: int
    now_ms: int
    requests_left: int
    operations_left: int
    retry_after_ms: int


def admit(credential: Credential, charge: Charge, now_ms: int) -> Admission:
    """Raises RedisError where Redis does not answer: then nothing is let in."""
    tier = credential.tier
    arguments = (
        random.getrandbits(64),
        max(1, charge.timestamp_ms + MAXIMUM_WINDOW_MS - now_ms),
        SESSION_TTL_MS,
        tier.requests_per_second,
        tier.request_burst,
        tier.order_operations_per_second,
        tier.order_operations_burst,
        charge.operations,
        int(charge.never_refused),
    )
    answer = SCRIPT.call(key_names(credential.key_id, charge), arguments)
    return Admission(VERDICTS[answer[0]], *map(int, answer[1:]))


def key_names(key_id: str, charge: Charge) -> tuple[bytes | str, ...]:
    # Half of a signature is more than enough to tell two apart, and these are the many keys.
    return (
        redis_name("signature", key_id, "").encode() + charge.signature[:16],
        budget_name(key_id),
        session_name(key_id, charge.session),
        redis_name("credentials", "generation"),
        silences_name(key_id, charge.session),
    )


def budget_name(key_id: str) -> str:
    """The Redis key that holds both budgets: requests and operations in thousandths, and since when (Unix ms)."""
    return redis_name("budget", key_id)


@lru_cache(maxsize=256)
def rate_limit_policy(tier: TierLimits) -> str:
    """The RateLimit-Policy header: each budget's quota and its seconds to refill; unlimited ones are left out."""
    return ", ".join(f'"{name}";q={burst};w={-(-burst // rate)}' for name, rate, burst in budgets(tier))


def rate_limit(tier: TierLimits, admission: Admission) -> str:
    """The RateLimit header: what is left of each budget and the seconds until it is full."""
    left = {"requests": admission.requests_left, "operations": admission.operations_left}
    return ", ".join(
        f'"{name}";r={left[name]};t={-(-(burst - left[name]) // rate)}' for name, rate, burst in budgets(tier)
    )


def budgets(tier: TierLimits) -> list[tuple[str, int, int]]:
    every = (
        ("requests", tier.requests_per_second, tier.request_burst),
        ("operations", tier.order_operations_per_second, tier.order_operations_burst),
    )
    return [budget for budget in every if budget[1]]
