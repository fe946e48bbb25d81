"""A firm that trades in several shards: a stream each, and receipts of all of them merged by time."""

from hashlib import blake2b

from mmapi.tests.batches import entry, open_quotes, part, send, sent
from mmapi.tests.stream import StreamProcess, following
from venue.tests.cast import MatcherProcess, Trader, open_market


def test_receipts_are_merged_by_time(alpha: Trader, second_shard: MatcherProcess) -> None:
    there = open_market(shard=2)
    assets = (there.base_asset, alpha.market.base_asset)
    placed = [alpha.quote(asset=asset, clientQuoteId=f"q-{n}")["quoteId"] for n, asset in enumerate(assets * 3)]
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = alpha.get(f"/api/v1/mm/receipts?limit=2{cursor and f'&cursor={cursor}'}").body
        found += [one["quoteId"] for one in body["receipts"]]
        cursor = body["nextCursor"]
    assert found == placed[::-1]
    answer = alpha.get("/api/v1/mm/receipts?clientOrderId=q-0").body
    assert [one["shard"] for one in answer["receipts"]] == [2]
    assert [one["shard"] for one in answer["searchedThrough"]] == [1, 2]
    assert alpha.get("/api/v1/mm/receipts?clientOrderId=q-0&shard=1").body["found"] is False


def test_a_batch_over_shards_has_one_digest_of_theirs(alpha: Trader, second_shard: MatcherProcess) -> None:
    here, there = (part(alpha, entry(49900, 50100, clientQuoteId="a")), {"market": open_market(shard=2).symbol})
    first = sent(alpha, here)["openQuotesDigest"]
    second = sent(alpha, {**there, "quotes": [entry(49900, 50100, clientQuoteId="b")]})["openQuotesDigest"]
    together = blake2b((first + second).encode(), digest_size=16).hexdigest()
    assert sent(alpha, {**there, "cancel": []}, here)["openQuotesDigest"] == together
    faulty = {**there, "quotes": [entry(49900.001, 50100)]}
    assert sent(alpha, here, faulty)["openQuotesDigest"] is None


def test_each_shard_has_a_stream_of_its_own(stream: StreamProcess, alpha: Trader, second_shard: MatcherProcess) -> None:
    there = open_market(shard=2)
    alpha.quote()
    for _ in range(2):
        alpha.quote(asset=there.base_asset)
    described = alpha.get("/api/v1/mm/dropcopy").body["streams"]
    assert [(one["shard"], one["first"], one["last"]) for one in described] == [(1, 1, 1), (2, 1, 2)]
    with following(stream, alpha, "?from=0&shard=2") as second, following(stream, alpha, "?from=0") as first:
        second.until_report(2)
        first.until_report(1)
    assert [report["market"] for report in second.reports] == [there.symbol] * 2
    assert [report["market"] for report in first.reports] == [alpha.market.symbol]


def test_one_transaction_cannot_span_shards(alpha: Trader, second_shard: MatcherProcess) -> None:
    there = open_market(shard=2)
    parts = [part(alpha, entry(49900, 50100)), {"market": there.symbol, "quotes": [entry(49900, 50100)]}]
    refused = send(alpha, *parts, atomicity="batch")
    assert (refused.status, refused.code, refused.body["shards"]) == (400, "BATCH_SPANS_SHARDS", [1, 2])
    assert open_quotes(alpha) == {}
    body = sent(alpha, *parts, clientBatchId="both")
    assert [market["outcome"] for market in body["markets"]] == ["APPLIED", "APPLIED"]
    assert sent(alpha, *parts, clientBatchId="both") == body
    assert len(open_quotes(alpha)) == 2
