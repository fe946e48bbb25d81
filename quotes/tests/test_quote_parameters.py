"""What is wrong with a new quote is a 400 that names the field, and no quote."""

from typing import Any

import pytest

from venue.tests.cast import Answer, Trader

LONG = "x" * 65


def faults(alpha: Trader, **changes: Any) -> list[tuple[str, str]]:
    answer = alpha.post("/api/sdk/quotes", alpha.quote_body(**changes))
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS"), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.faults


def nothing_rests(alpha: Trader) -> bool:
    return bool(alpha.get("/api/sdk/quotes").body["pagination"]["total"] == 0)


@pytest.mark.parametrize("field", ["asset", "bidPrice", "askPrice", "bidSize", "askSize"])
def test_required(alpha: Trader, field: str) -> None:
    assert faults(alpha, **{field: None}) == [(field, "REQUIRED")]


@pytest.mark.parametrize("value", [0, -1, -49900.0, "-0.01", "0.00"])
@pytest.mark.parametrize("field", ["bidPrice", "askSize"])
def test_numbers_are_positive(alpha: Trader, field: str, value: Any) -> None:
    assert faults(alpha, **{field: value}) == [(field, "NOT_POSITIVE")]
    assert nothing_rests(alpha)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e31", "1e-31"])
def test_numbers_are_finite(alpha: Trader, value: str) -> None:
    assert faults(alpha, askPrice=value) == [("askPrice", "OUT_OF_RANGE")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bidPrice": "abc"}, ("bidPrice", "WRONG_FORMAT")),
        ({"bidPrice": True}, ("bidPrice", "WRONG_TYPE")),
        ({"bidPrice": [1]}, ("bidPrice", "WRONG_TYPE")),
        ({"asset": 5}, ("asset", "WRONG_TYPE")),
        ({"asset": ""}, ("asset", "TOO_SHORT")),
        ({"asset": LONG}, ("asset", "TOO_LONG")),
        ({"asset": "NOPE"}, ("asset", "UNKNOWN_ASSET")),
        ({"asset": "\x00"}, ("asset", "UNKNOWN_ASSET")),
        ({"clientQuoteId": ""}, ("clientQuoteId", "TOO_SHORT")),
        ({"clientQuoteId": LONG}, ("clientQuoteId", "TOO_LONG")),
        ({"clientQuoteId": "é"}, ("clientQuoteId", "WRONG_FORMAT")),
        ({"clientQuoteId": "a\n"}, ("clientQuoteId", "WRONG_FORMAT")),
        ({"clientQuoteId": 7}, ("clientQuoteId", "WRONG_TYPE")),
        ({"validForSeconds": 0}, ("validForSeconds", "OUT_OF_RANGE")),
        ({"validForSeconds": 301}, ("validForSeconds", "OUT_OF_RANGE")),
        ({"validForSeconds": 1.5}, ("validForSeconds", "WRONG_TYPE")),
        ({"validForSeconds": "30"}, ("validForSeconds", "WRONG_TYPE")),
        ({"metadata": []}, ("metadata", "WRONG_TYPE")),
        ({"metadata": "text"}, ("metadata", "WRONG_TYPE")),
        ({"metadata": {"x": "y" * 4096}}, ("metadata", "TOO_LONG")),
        ({"bid_price": 1}, ("bid_price", "UNKNOWN_FIELD")),
        ({"askPrice": "1e30"}, ("askPrice", "OUT_OF_RANGE")),
        ({"askPrice": "99999999999999999"}, ("askPrice", "OUT_OF_RANGE")),
    ],
)
def test_each_parameter(alpha: Trader, changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(alpha, **changes) == [expected]


def test_validity_from_1_to_300(alpha: Trader) -> None:
    assert alpha.quote(validForSeconds=1)["validForSeconds"] == 1
    assert alpha.quote(validForSeconds=300)["validForSeconds"] == 300


def test_client_ids_of_64_printable_characters(alpha: Trader) -> None:
    longest = " !~" + "x" * 61
    assert alpha.quote(clientQuoteId=longest)["clientQuoteId"] == longest


@pytest.mark.parametrize(("bid", "ask"), [(50000, 50000), (50100, 50000)])
def test_the_bid_is_below_the_ask(alpha: Trader, bid: int, ask: int) -> None:
    answer = alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=bid, askPrice=ask))
    assert (answer.status, answer.code) == (400, "BID_NOT_BELOW_ASK")
    assert (answer.body["limit"], answer.body["observed"]) == (50000, bid)
    assert nothing_rests(alpha)


def test_tick_and_lot_faults_name_the_nearest_values(alpha: Trader) -> None:
    changes = {"bidPrice": 49900.005, "askPrice": 50100.01, "bidSize": 0.00005, "askSize": 1.00019}
    answer = alpha.post("/api/sdk/quotes", alpha.quote_body(**changes))
    assert answer.status == 400
    assert answer.faults == [("bidPrice", "OFF_TICK"), ("bidSize", "OFF_LOT"), ("askSize", "OFF_LOT")]
    for nearest in ("[49900.00,49900.01]", "[0.0001]", "[1.0001,1.0002]"):
        assert f'"nearest":{nearest}' in answer.text


def test_all_faults_at_once(alpha: Trader) -> None:
    assert faults(alpha, bidPrice=-1, askPrice=0.001, bidSize=0) == [
        ("bidPrice", "NOT_POSITIVE"),
        ("bidSize", "NOT_POSITIVE"),
        ("askPrice", "OFF_TICK"),
    ]


MALFORMED = [
    b"{",
    b"nonsense",
    b'{"asset": "BTC", "bidPrice": NaN}',
    b'{"asset": "BTC", "bidPrice": Infinity}',
    b"\xff\xfe",
    b'{"metadata": ' + b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"}",
]


@pytest.mark.parametrize("raw", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_json(alpha: Trader, raw: bytes) -> None:
    answer = alpha.post("/api/sdk/quotes", raw)
    assert (answer.status, answer.code) == (400, "MALFORMED_JSON"), answer.text


@pytest.mark.parametrize("metadata", [b'{"a": "\xff"}', b'{"a": "\\ud800"}', b'{"a": "' + b"x" * 5_000 + b'\xff"}'])
def test_metadata_that_is_no_text(alpha: Trader, metadata: bytes) -> None:
    answer = raw_metadata(alpha, metadata)
    assert answer.status == 400
    assert answer.code in ("MALFORMED_JSON", "INVALID_PARAMETERS")


def test_a_name_given_twice_in_metadata(alpha: Trader) -> None:
    answer = raw_metadata(alpha, b'{"a": 1, "b": {"c": 1, "c": 1}}')
    assert (answer.status, answer.faults) == (400, [("metadata", "REPEATED")])


def test_metadata_may_be_null_or_empty(alpha: Trader) -> None:
    assert "metadata" not in raw_metadata(alpha, b"null").body
    assert raw_metadata(alpha, b"{}").body["metadata"] == {}


def raw_metadata(alpha: Trader, metadata: bytes) -> Answer:
    body = str(alpha.quote_body()).replace("'", '"').encode()
    return alpha.post("/api/sdk/quotes", b'{"metadata": ' + metadata + b", " + body[1:])


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'"x"', b"null"])
def test_the_body_is_an_object(alpha: Trader, body: bytes) -> None:
    answer = alpha.post("/api/sdk/quotes", body)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS")


def test_a_name_given_twice(alpha: Trader) -> None:
    body = str(alpha.quote_body()).replace("'", '"').encode()
    answer = alpha.post("/api/sdk/quotes", b'{"bidPrice": 1, ' + body[1:])
    assert answer.status == 400
    assert answer.faults[0][0] in ("bidPrice", "")


def test_another_content_type(alpha: Trader) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = alpha.call("POST", "/api/sdk/quotes", alpha.quote_body(), **headers)
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_CONTENT_TYPE")


def test_no_query_on_writes(alpha: Trader) -> None:
    answer = alpha.post("/api/sdk/quotes?dryRun=1", alpha.quote_body())
    assert (answer.status, answer.faults) == (400, [("dryRun", "UNKNOWN_FIELD")])
