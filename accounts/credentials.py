"""What a web process remembers of the API keys, so that a request needs no SQL.

Every change raises the generation, a Redis counter; what was read at another generation is read again.
"""

import logging
import time
from dataclasses import dataclass, field, fields
from threading import Lock

from django.db import transaction
from redis.client import Pipeline
from redis.exceptions import RedisError

from accounts import signing
from accounts.connections import redis_client, redis_name
from accounts.models import ApiKey, Tier
from accounts.networks import Network
from accounts.signing import Verifier

log = logging.getLogger(__name__)

# Bounds the harm where a change was committed while Redis could not be told.
MAXIMUM_AGE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class TierLimits:
    """A tier's numbers; 0 is unlimited."""

    name: str
    requests_per_second: int
    request_burst: int
    order_operations_per_second: int
    order_operations_burst: int
    max_batch_size: int
    max_open_orders: int
    max_sessions: int
    min_cancel_on_disconnect_ms: int
    lane: str


@dataclass(frozen=True, slots=True)
class Credential:
    """An API key with all that decides about its requests, as of one generation."""

    generation: int
    key_id: str
    algorithm: str
    verifier: Verifier = field(repr=False)
    firm_id: int
    firm_code: str
    firm_status: str
    account_id: int
    account_name: str
    account_status: str
    firm_wide: bool
    scopes: frozenset[str]
    networks: tuple[Network, ...]
    colocation: str | None
    colocation_networks: tuple[Network, ...] | None
    tier: TierLimits
    expires_at_ms: int | None
    revoked: bool
    blocked: bool = False
    session: int = 0  # the market-making session of the request; 0 where it has none


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which keys existed at a generation, and those of them that were asked for since."""

    generation: int
    key_ids: frozenset[str]
    read_at: float
    credentials: dict[str, Credential] = field(default_factory=dict)

    def is_old(self) -> bool:
        return time.monotonic() - self.read_at > MAXIMUM_AGE_SECONDS


class CredentialCache:
    """Thread-safe: snapshots are replaced whole, and one of them only ever gains entries.

    A key that does not exist costs one read of the counter and no SQL, and leaves nothing behind.
    """

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._lock = Lock()

    def find(self, key_id: str) -> Credential | None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.is_old() or key_id not in snapshot.key_ids:
            snapshot = self.refresh()
        return snapshot.credentials.get(key_id) or self._load(snapshot, key_id)

    def refresh(self) -> Snapshot:
        """The snapshot of the current generation; raises RedisError."""
        generation = read_generation()
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None or snapshot.generation != generation or snapshot.is_old():
                snapshot = self._snapshot = read_snapshot(generation)
            return snapshot

    def _load(self, snapshot: Snapshot, key_id: str) -> Credential | None:
        if key_id not in snapshot.key_ids:
            return None
        with self._lock:
            credential = snapshot.credentials.get(key_id) or read_credential(key_id, snapshot.generation)
            if credential is not None:
                snapshot.credentials[key_id] = credential
            return credential

    def clear(self) -> None:
        self._snapshot = None


cache = CredentialCache()


def invalidate() -> None:
    """To be called in the transaction of every change to what a credential holds."""
    cache.clear()
    transaction.on_commit(raise_generation)


def raise_generation() -> None:
    try:
        with redis_client().pipeline(transaction=True) as pipeline:
            start_generation(pipeline)
            pipeline.incr(generation_name())
            pipeline.execute()
    except RedisError:
        # Nothing is admitted while Redis is away; afterwards the maximum age bounds what is remembered.
        log.exception("The change is stored, but web processes may not know of it for %s s.", MAXIMUM_AGE_SECONDS)


def read_generation() -> int:
    with redis_client().pipeline(transaction=True) as pipeline:
        start_generation(pipeline)
        pipeline.get(generation_name())
        return int(pipeline.execute()[-1])


def start_generation(pipeline: Pipeline) -> None:
    # Starting at the clock: after a lost counter no number comes twice within the maximum age.
    pipeline.set(generation_name(), time.time_ns() // 1_000, nx=True)


def generation_name() -> str:
    return redis_name("credentials", "generation")


def read_snapshot(generation: int) -> Snapshot:
    key_ids = frozenset(ApiKey.objects.order_by().values_list("key_id", flat=True))
    return Snapshot(generation, key_ids, time.monotonic())


def read_credential(key_id: str, generation: int) -> Credential | None:
    key = ApiKey.objects.select_related("account__firm", "tier", "colocation").filter(key_id=key_id).first()
    return None if key is None else credential_of(key, generation)


def credential_of(key: ApiKey, generation: int) -> Credential:
    account, firm = key.account, key.account.firm
    return Credential(
        generation=generation,
        key_id=key.key_id,
        algorithm=key.algorithm,
        verifier=verifier_of(key),
        firm_id=firm.pk,
        firm_code=firm.code,
        firm_status=firm.status,
        account_id=account.pk,
        account_name=account.name,
        account_status=account.status,
        firm_wide=key.firm_wide,
        scopes=frozenset(key.scopes),
        networks=tuple(key.networks),
        colocation=key.colocation.name if key.colocation else None,
        colocation_networks=tuple(key.colocation.networks) if key.colocation else None,
        tier=limits_of(key.tier),
        expires_at_ms=int(key.expires_at.timestamp() * 1_000) if key.expires_at else None,
        revoked=key.revoked_at is not None,
        blocked=key.blocked_at is not None,
    )


def verifier_of(key: ApiKey) -> Verifier:
    if key.algorithm == ApiKey.Algorithm.ED25519:
        return signing.public_key(key.public_key)
    return key.secret.encode()


def limits_of(tier: Tier) -> TierLimits:
    return TierLimits(**{limit.name: getattr(tier, limit.name) for limit in fields(TierLimits)})
