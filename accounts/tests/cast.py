"""Who appears in tests: Alpha the market maker, Beta the taker, Gamma who must see nothing of Alpha's."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client

from accounts import firms, keys, signing
from accounts.authentication import now_ms
from accounts.models import ApiKey, ColocationProfile, Firm, Tier, TradingAccount
from accounts.scopes import Scope

EVERY_SCOPE = tuple(Scope.values)


@dataclass
class Caller:
    """A client with one key; its requests are signed, each with a timestamp of its own."""

    key: ApiKey
    credentials: dict[str, str]
    client: Client = field(default_factory=Client)
    last_ms: int = 0

    def sign(self, method: str, target: str, body: bytes = b"", **options: Any) -> dict[str, str]:
        return signing.signed_headers(self.credentials, method, target, body, **options)

    def call(self, method: str, target: str, body: Any = b"", headers: dict[str, str] | None = None) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self.sign(method, target, raw, timestamp_ms=self.next_ms())
        return self.send(method, target, raw, {**signed, **(headers or {})})

    def send(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Any:
        # As a server would: the peer's address is no header.
        environ: dict[str, Any] = {"REMOTE_ADDR": headers.pop("peer", "127.0.0.1")}
        kind = headers.pop("Content-Type", "application/json" if body else "")
        return self.client.generic(method, target, body, kind, headers=headers, HTTP_HOST="localhost", **environ)

    def next_ms(self) -> int:
        """Now, but never twice the same: two equal requests of one millisecond would be one replayed."""
        self.last_ms = max(self.last_ms + 1, now_ms())
        return self.last_ms

    def get(self, target: str, **headers: str) -> Any:
        return self.call("GET", target, headers=headers)

    def post(self, target: str, body: Any, **headers: str) -> Any:
        return self.call("POST", target, body, headers)

    def delete(self, target: str, **headers: str) -> Any:
        return self.call("DELETE", target, headers=headers)


@dataclass(frozen=True)
class Party:
    """A firm with its one account."""

    firm: Firm
    account: TradingAccount

    def caller(
        self,
        scopes: tuple[str, ...] = EVERY_SCOPE,
        *,
        tier: Tier | None = None,
        networks: tuple[str, ...] = (),
        colocation: ColocationProfile | None = None,
        expires_at: datetime | None = None,
        algorithm: str = signing.HMAC_SHA256,
    ) -> Caller:
        draft = ApiKey(
            account=self.account,
            scopes=list(scopes),
            tier=tier or tier_of("unlimited"),
            networks=list(networks),
            colocation=colocation,
            expires_at=expires_at,
            algorithm=algorithm,
        )
        issued = keys.issue(draft, "tests")
        secret = issued.secret or ""
        return Caller(issued.key, {"apiKey": issued.key.key_id, "apiSecret": secret, "algorithm": algorithm})


def party(code: str) -> Party:
    name = code.lower()
    firm = firms.create(code, f"{code.title()} Trading Ltd", accounts=(f"{name}-1",))
    return Party(firm, firm.accounts.get())


def tier_of(name: str, **limits: Any) -> Tier:
    """Made where it is missing: tests that truncate tables take the migrations' rows with them."""
    defaults = {"max_batch_size": 1_000, "min_cancel_on_disconnect_ms": 100, **limits}
    return Tier.objects.get_or_create(name=name, defaults=defaults)[0]
