"""What many look at is built once: kept in Redis while it is fresh, and shown on while somebody builds it anew."""

from collections.abc import Callable
from typing import Final

from accounts.connections import redis_client, redis_name

_BUILDING_MS: Final = 5_000
_KEPT_MS: Final = 10_000


def shared(name: str, fresh_ms: int, build: Callable[[], bytes]) -> bytes:
    """Raises RedisError. Nobody waits for another one's building unless nothing was built for ten seconds."""
    kept, fresh, building = (redis_name("desk", name, part) for part in ("kept", "fresh", "building"))
    with redis_client().pipeline(transaction=False) as pipeline:
        pipeline.get(kept)
        pipeline.exists(fresh)
        found, is_fresh = pipeline.execute()
    if found is not None and (is_fresh or not redis_client().set(building, 1, nx=True, px=_BUILDING_MS)):
        return bytes(found)
    built = build()
    with redis_client().pipeline(transaction=False) as pipeline:
        pipeline.set(kept, built, px=_KEPT_MS)
        pipeline.set(fresh, 1, px=fresh_ms)
        pipeline.delete(building)
        pipeline.execute()
    return built
