"""What is left of a key's two budgets at this moment, and how long until more fits. Looking consumes nothing."""

from typing import NamedTuple

from accounts.admission import budget_name
from accounts.connections import redis_client
from accounts.credentials import Credential


class Budget(NamedTuple):
    """A token bucket as it stands: whole units, and the level in thousandths. Without a rate it has no end."""

    capacity: int
    refill_per_second: int
    level: int

    @property
    def unlimited(self) -> bool:
        return not self.refill_per_second

    @property
    def remaining(self) -> int:
        return self.level // 1_000

    def wait_ms(self, cost: int) -> int:
        """Until `cost` units fit, if nothing else is spent; a cost above the capacity never fits."""
        missing = cost * 1_000 - self.level
        return 0 if self.unlimited or missing <= 0 else -(-missing // self.refill_per_second)


class Budgets(NamedTuple):
    """Both, as of Redis' clock (Unix ms)."""

    now_ms: int
    requests: Budget
    operations: Budget


def peek(credential: Credential) -> Budgets:
    """Reads what admission.lua keeps, and refills it as that would; raises RedisError."""
    with redis_client().pipeline(transaction=True) as pipeline:
        pipeline.time()
        pipeline.get(budget_name(credential.key_id))
        (seconds, micros), stored = pipeline.execute()
    now, tier = seconds * 1_000 + micros // 1_000, credential.tier
    spent_at = [int(number) for number in stored.split()] if stored else None
    levels = spent_at[:2] if spent_at else (None, None)
    elapsed = max(0, now - spent_at[2]) if spent_at else 0
    return Budgets(
        now,
        _refilled(tier.request_burst, tier.requests_per_second, levels[0], elapsed),
        _refilled(tier.order_operations_burst, tier.order_operations_per_second, levels[1], elapsed),
    )


def _refilled(burst: int, rate: int, level: int | None, elapsed: int) -> Budget:
    """What was never spent from is full."""
    full = burst * 1_000
    return Budget(burst, rate, full if level is None else min(full, level + elapsed * rate))
