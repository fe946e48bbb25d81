"""The base of every view that asks for a signature."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.exceptions import MethodNotAllowed

from accounts import admission, authentication, bodies, networks, permissions, sessions
from accounts.admission import Admission, Charge, Verdict
from accounts.authentication import SignedRequest
from accounts.credentials import Credential, cache
from accounts.refusals import (
    AdmissionUnavailable,
    BatchTooLarge,
    InvalidApiKey,
    InvalidParameters,
    RateLimited,
    Refusal,
    ReplayedSignature,
    UnexpectedBody,
)
from accounts.rest import RestView
from accounts.scopes import Scope

READS = frozenset({"GET", "HEAD"})
BUDGETS = {Verdict.REQUESTS_EXHAUSTED: "requests", Verdict.OPERATIONS_EXHAUSTED: "operations"}


class SignedView(RestView):
    """Handlers find `credential`, `body`, `query` and `session`; a method that is not in `scopes` is 405.

    The signature is checked on the raw bytes, before anything reads them; a request that is signed well and says
    something bad is charged like any other.
    """

    scopes: ClassVar[Mapping[str, Scope]] = {}
    # By method; a body or query of a method that is not here must be empty. `bytes` leaves the body undecoded.
    bodies: ClassVar[Mapping[str, Any]] = {}
    queries: ClassVar[Mapping[str, Any]] = {}
    # Methods that only cancel: their cost is recorded, but never a reason to refuse them.
    never_refused: ClassVar[frozenset[str]] = frozenset({"DELETE"})
    max_body_bytes: ClassVar[int] = 1_048_576

    credential: Credential
    admission: Admission
    session: str
    raw_body: bytes
    body: Any
    query: Any
    cost: int

    def operations(self) -> int:
        """What the request costs of the order-operations budget: a batch its entries."""
        return 0 if self.request.method in READS else 1

    def only_cancels(self, http: HttpRequest) -> bool:
        """Whether the budgets may not refuse the request."""
        return http.method in self.never_refused

    def decode_body(self, raw: bytes, kind: Any) -> Any:
        if kind is bytes:
            return raw
        bodies.require_json(self.request.META.get("CONTENT_TYPE") or "")
        return bodies.decode(raw, kind)

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        method = request.method or ""
        scope = self.scopes.get("GET" if method == "HEAD" else method)
        if scope is None:
            raise MethodNotAllowed(method)
        signed = authentication.read_headers(request.META)
        self.session = signed.session
        self.body = None
        self.raw_body = bodies.read(request, self.max_body_bytes)
        try:
            self.pass_door(request, signed, scope)
        except (RedisError, OperationalError, InterfaceError):
            # What could not be checked is not let in, and what was remembered may have changed meanwhile.
            cache.clear()
            raise AdmissionUnavailable from None

    def pass_door(self, http: HttpRequest, signed: SignedRequest, scope: Scope) -> None:
        target = authentication.request_target(http.META)
        self.credential, signature = authentication.verify(signed, http.method or "", target, self.raw_body)
        try:
            self.judge(http, scope)
        except Refusal:
            # Reinstating, too, bites at the next request.
            if not self.look_again():
                raise
            self.judge(http, scope)
        fault = self.read_message(http)
        charge = Charge(
            signature=signature,
            timestamp_ms=signed.timestamp_ms,
            session=signed.session,
            operations=0 if fault else self.cost,
            never_refused=self.only_cancels(http),
        )
        self.admit(http, charge, scope)
        if fault is not None:
            raise fault
        if http.method not in READS:
            self.credential = sessions.enter(self.credential, self.session, opens=not charge.never_refused)

    def judge(self, http: HttpRequest, scope: Scope) -> None:
        permissions.check_standing(self.credential, authentication.now_ms())
        permissions.check_network(self.credential, networks.client_address(http.META))
        permissions.check_scope(self.credential, scope)

    def look_again(self) -> bool:
        """Reads the credential anew where anything changed since; without a change this costs no SQL."""
        before = self.credential
        cache.refresh()
        credential = cache.find(before.key_id)
        if credential is None:
            raise InvalidApiKey
        self.credential = credential
        return credential.generation != before.generation

    def read_message(self, http: HttpRequest) -> Refusal | None:
        """Decodes the query and the body; what is wrong with them is told after the charge."""
        method = "GET" if http.method == "HEAD" else http.method or ""
        try:
            self.query = self.read_query(http, method)
            self.body = self.read_body(method)
            self.cost = self.operations()
            self.check_batch_size()
        except Refusal as fault:
            return fault
        return None

    def read_query(self, http: HttpRequest, method: str) -> Any:
        kind = self.queries.get(method)
        if kind is not None:
            return bodies.decode_query(http.GET, kind)
        if http.META.get("QUERY_STRING"):
            message = "This operation takes no such parameter."
            raise InvalidParameters(errors=[bodies.fault(name, "UNKNOWN_FIELD", message) for name in http.GET])
        return None

    def read_body(self, method: str) -> Any:
        kind = self.bodies.get(method)
        if kind is not None:
            return self.decode_body(self.raw_body, kind)
        if self.raw_body:
            raise UnexpectedBody
        return None

    def check_batch_size(self) -> None:
        limit = self.credential.tier.max_batch_size
        if self.cost > limit:
            raise BatchTooLarge(limit=limit, observed=self.cost)

    def admit(self, http: HttpRequest, charge: Charge, scope: Scope) -> None:
        admitted = admission.admit(self.credential, charge, authentication.now_ms())
        self.admission = admitted
        # For the headers of the answer, whatever it will be.
        http.rate_limits = (self.credential.tier, admitted)  # type: ignore[attr-defined]
        if admitted.verdict is Verdict.REPLAYED:
            raise ReplayedSignature
        if admitted.generation != self.credential.generation and self.look_again():
            self.judge(http, scope)
        if admitted.verdict is not Verdict.ADMITTED:
            raise rate_limited(BUDGETS[admitted.verdict], admitted.retry_after_ms)


def rate_limited(budget: str, retry_after_ms: int) -> RateLimited:
    seconds = str(max(1, -(-retry_after_ms // 1_000)))
    return RateLimited(headers={"Retry-After": seconds}, budget=budget, retryAfterMs=retry_after_ms)
