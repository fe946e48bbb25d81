"""Quotes one by one, batches in JSON and SBE, mass cancel and receipts."""

from decimal import Decimal
from typing import Any, Final

from mmapi.codec import replies, requests
from mmapi.codec.replies import BatchReply
from mmapi.codec.requests import BatchRequest, MarketPart, NamedQuote
from mmapi.codec.words import CancelScope, MarketOutcome
from mmapi.conformance.client import Failed, expect
from mmapi.conformance.scene import BATCH, QUOTES, Scene

E8: Final = 10**8
KEPT: Final = frozenset({"active"})


def quote(scene: Scene) -> str:
    """Entered, sent again, replaced in place, cancelled."""
    client, body = scene.client, scene.quote_body(clientQuoteId=scene.name())
    first = client.demand("POST", QUOTES, body, status=201)
    again = client.call("POST", QUOTES, body)
    expect(again.headers.get("Idempotent-Replayed") == "true", "the same quote sent again was not recognised")
    expect(again.body["quoteId"] == first["quoteId"], "the same quote sent again became another one")
    moved = client.demand("PATCH", f"{QUOTES}/{first['quoteId']}", {"bidPrice": scene.terms.bid - scene.terms.tick})
    expect(Decimal(moved["bidPrice"]) == scene.terms.bid - scene.terms.tick, "the quote was not replaced")
    ended = client.demand("DELETE", f"{QUOTES}/{first['quoteId']}")
    expect(ended["status"] == "cancelled", f"the cancelled quote is {ended['status']}")
    return f"{first['quoteId']}: entered, recognised when sent again, replaced, cancelled"


def batch_json(scene: Scene) -> str:
    """Two levels as one step, then one replaced in place and the other gone."""
    scene.clear()
    near, far = scene.name(), scene.name()
    first = scene.batch(scene.two_sided(clientQuoteId=near), scene.two_sided(clientQuoteId=far))
    expect(first["outcome"] == "APPLIED", f"the batch was {first['outcome']}")
    second = scene.batch(
        scene.two_sided(clientQuoteId=near, bidPrice=scene.terms.bid - scene.terms.tick), cancel="quotes"
    )
    ids = first["quotes"][0]["quoteId"], second["quotes"][0]["quoteId"]
    expect(ids[0] == ids[1], "a named quote was not replaced in place")
    expect(second["cancelled"] == 1, f"{second['cancelled']} quotes were cancelled, not 1")
    expect(scene.status_of(ids[1]) in KEPT, "the replaced quote is not open")
    return f"two quotes entered as one step, {ids[1]} replaced in place, the other cancelled"


def batch_sbe(scene: Scene) -> str:
    terms = scene.terms
    bid, ask, size = (int(number * E8) for number in (terms.bid, terms.ask, terms.size))
    named = NamedQuote(bid, size, ask, size, 120, 0, scene.name())
    part = MarketPart(terms.number, CancelScope.QUOTES, named_quotes=[named])
    raw = requests.encode_request(BatchRequest(markets=[part]))
    answer = scene.client.call("POST", f"{BATCH}.bin", raw)
    expect(answer.status == 200, f"the binary batch was {answer.status}")
    reply = replies.decode_reply(answer.raw)
    if not isinstance(reply, BatchReply):
        raise Failed(f"the binary batch was refused: {reply.code}")
    market = reply.markets[0]
    expect(market.outcome == MarketOutcome.APPLIED, f"the binary batch was {market.outcome.name}")
    quote_id = f"quote_{market.entries[0].entity_id:012x}"
    expect(scene.status_of(quote_id) in KEPT, "what the binary batch entered is not open")
    return f"{len(raw)} bytes of SBE entered {quote_id}, {len(answer.raw)} came back"


def mass_cancel(scene: Scene) -> str:
    opened = [scene.quote()["quoteId"] for _ in range(3)]
    cancelled = scene.clear()
    expect(cancelled >= 3, f"{cancelled} were cancelled, and at least 3 were open")
    left = [one for one in opened if scene.status_of(one) in KEPT]
    expect(not left, f"{', '.join(left)} outlived the mass cancel")
    return f"{cancelled} cancelled with one request"


def receipts(scene: Scene) -> str:
    """All that became of one client id, an id that never came, and a refusal."""
    name, refused = scene.name(), scene.name()
    scene.quote(clientQuoteId=name)
    scene.clear()
    scene.client.call("POST", QUOTES, scene.quote_body(clientQuoteId=refused, bidPrice=scene.terms.tick))
    told = kinds(scene, name)
    expect({"New", "Canceled"} <= set(told), f"the receipts of a cancelled quote are {told}")
    expect(kinds(scene, refused) == ["Rejected"], "the refusal of a quote has no receipt")
    expect(not kinds(scene, scene.name()), "an id that never came has receipts")
    return "New and Canceled of a quote, Rejected of another, nothing of an id that never came"


def kinds(scene: Scene, name: str) -> list[Any]:
    found = scene.client.demand("GET", f"/api/v1/mm/receipts?clientOrderId={name}")["receipts"]
    return [receipt["execType"] for receipt in found]
