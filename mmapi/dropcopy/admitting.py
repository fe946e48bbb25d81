"""Who may open the drop copy: a signed handshake, or a ticket, and a subscription that can be met."""

from typing import ClassVar, NamedTuple

from django.http import HttpRequest

from accounts import bodies, networks
from accounts.credentials import Credential
from accounts.networks import Address
from accounts.refusals import Refusal
from accounts.scopes import Scope
from mmapi import history
from mmapi.dropcopy import marks, tickets
from mmapi.dropcopy.subscription import Selection, Subscription, position_before, selection_of, stream_of
from mmapi.history import Extent, Stream
from mmapi.sockets import standing
from mmapi.sockets.handshake import Door


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


class DropCopyDoor(Door):
    scopes: ClassVar = {"GET": Scope.DROP_COPY}
    queries: ClassVar = {"GET": Subscription}


def admit(request: HttpRequest) -> Admitted:
    """Raises a `Refusal`; what could not be checked is not let in."""
    address = networks.client_address(request.META)
    if "ticket" in request.GET:
        wanted = bodies.decode_query(request.GET, Subscription)
        credential = standing.look(tickets.redeem(wanted.ticket or ""), address, Scope.DROP_COPY)
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
    door = DropCopyDoor()
    door.let_in(request)
    return door.query, door.credential


def lapsed(admitted: Admitted) -> Refusal | None:
    """Why a consumer that was let in may not stay, if so."""
    try:
        standing.look(admitted.key_id, admitted.address, Scope.DROP_COPY)
    except Refusal as refusal:
        return refusal
    return None
