"""What tests of batches ask for: a batch of one market in JSON, or the same in SBE, and what came of it."""

from typing import Any

from mmapi.codec import replies, requests, schema
from mmapi.codec.replies import BatchReply, ErrorReply
from mmapi.codec.requests import BatchRequest
from venue.tests.cast import Answer, Trader

BATCH = "/api/v1/mm/orders/batch"
BINARY = f"{BATCH}.bin"


def entry(bid: float, ask: float, size: float = 1, **more: Any) -> dict[str, Any]:
    return {"bidPrice": bid, "bidSize": size, "askPrice": ask, "askSize": size, **more}


def part(trader: Trader, *quotes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"market": trader.market.symbol, "quotes": list(quotes), **more}


def send(trader: Trader, *parts: dict[str, Any], **more: Any) -> Answer:
    return trader.post(BATCH, {"markets": list(parts), **more})


def sent(trader: Trader, *parts: dict[str, Any], **more: Any) -> Any:
    """The body of an answer that must be 200."""
    answer = send(trader, *parts, **more)
    assert answer.status == 200, answer.text
    return answer.body


def results(market: Any, kind: str = "quotes") -> list[str]:
    """Of each entry its result, or the error's code."""
    return [one["error"]["code"] if "error" in one else one["result"] for one in market[kind]]


def open_quotes(trader: Trader) -> dict[str, tuple[float, float]]:
    """Client id → (bid, ask) of what is open."""
    found = trader.get("/api/sdk/quotes?status=active&limit=100").body["quotes"]
    return {one.get("clientQuoteId", one["quoteId"]): (float(one["bidPrice"]), float(one["askPrice"])) for one in found}


def send_binary(trader: Trader, request: BatchRequest | bytes) -> tuple[int, BatchReply | ErrorReply]:
    raw = request if isinstance(request, bytes) else requests.encode_request(request)
    response = trader.caller.call("POST", BINARY, raw, {"Content-Type": schema.MEDIA_TYPE})
    assert response["Content-Type"] == schema.MEDIA_TYPE
    return response.status_code, replies.decode_reply(response.content)
