"""Who may open the stream: the door of every signed request, for a WebSocket's handshake."""

import uuid
from typing import Any, ClassVar, NamedTuple

from django.http import HttpRequest, QueryDict

from accounts import authentication, bodies, networks, permissions
from accounts.credentials import Credential, cache
from accounts.networks import Address
from accounts.refusals import InvalidApiKey, Refusal
from accounts.scopes import Scope
from accounts.views import SignedView
from mmapi import history
from mmapi.dropcopy import marks, tickets
from mmapi.dropcopy.subscription import Selection, Subscription, position_before, selection_of, stream_of
from mmapi.history import Extent, Stream


class Admitted(NamedTuple):
    """A consumer as it was let in: `position` is the sequence after which its reports begin."""

    key_id: str
    address: Address | None
    firm_code: str
    stream: Stream
    consumer: str
    selection: Selection
    kept: Extent
    position: int
    acked: int
    snapshot: bool


class Handshake(SignedView):
    """The signature is over `timestamp + "GET" + path?query`, as for any other request."""

    scopes: ClassVar = {"GET": Scope.DROP_COPY}
    queries: ClassVar = {"GET": Subscription}

    def operations(self) -> int:
        return 0


def request_of(scope: Any) -> HttpRequest:
    """The handshake as Django's request, as a WSGI server would hand it over."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = scope["path"]
    request.META = meta_of(scope)
    request.GET = QueryDict(request.META["QUERY_STRING"])
    request.request_id = uuid.uuid4().hex[:24]  # type: ignore[attr-defined]
    return request


def meta_of(scope: Any) -> dict[str, Any]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    peer = (scope.get("client") or ("",))[0]
    query = scope["query_string"].decode("latin-1")
    return {**headers, "PATH_INFO": scope["path"], "QUERY_STRING": query, "REMOTE_ADDR": peer}


def admit(request: HttpRequest) -> Admitted:
    """Raises a `Refusal`; what could not be checked is not let in."""
    address = networks.client_address(request.META)
    if "ticket" in request.GET:
        wanted = bodies.decode_query(request.GET, Subscription)
        credential = by_ticket(wanted, address)
    else:
        wanted, credential = by_signature(request)
    stream = stream_of(credential.firm_id, wanted)
    kept = history.extent(stream)
    consumer = wanted.consumer or credential.key_id
    return Admitted(
        key_id=credential.key_id,
        address=address,
        firm_code=credential.firm_code,
        stream=stream,
        consumer=consumer,
        selection=selection_of(credential.firm_id, wanted),
        kept=kept,
        position=position_before(wanted, stream, kept, consumer),
        acked=marks.acked(stream, consumer),
        snapshot=wanted.snapshot,
    )


def by_signature(request: HttpRequest) -> tuple[Subscription, Credential]:
    signed = authentication.read_headers(request.META)
    door = Handshake()
    door.raw_body, door.session = b"", signed.session
    door.pass_door(request, signed, Scope.DROP_COPY)
    return door.query, door.credential


def by_ticket(wanted: Subscription, address: Address | None) -> Credential:
    credential = current(tickets.redeem(wanted.ticket or ""))
    judge(credential, address)
    return credential


def current(key_id: str) -> Credential:
    """The key as it is now, not as it is remembered."""
    cache.refresh()
    credential = cache.find(key_id)
    if credential is None:
        raise InvalidApiKey
    return credential


def judge(credential: Credential, address: Address | None) -> None:
    permissions.check_standing(credential, authentication.now_ms())
    permissions.check_network(credential, address)
    permissions.check_scope(credential, Scope.DROP_COPY)


def lapsed(admitted: Admitted) -> Refusal | None:
    """Why a consumer that was let in may not stay, if so."""
    try:
        judge(current(admitted.key_id), admitted.address)
    except Refusal as refusal:
        return refusal
    return None
