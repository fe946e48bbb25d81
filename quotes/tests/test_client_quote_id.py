"""clientQuoteId is an idempotency key of its account: the same body gets the first answer, another one is refused
while the first quote lives."""

from venue.tests.cast import Trader


def test_the_same_body_gets_the_stored_first_answer(alpha: Trader) -> None:
    body = alpha.quote_body(clientQuoteId="q-1", metadata={"a": 1})
    first = alpha.post("/api/sdk/quotes", body)
    alpha.patch(f"/api/sdk/quotes/{first.body['quoteId']}", {"bidPrice": 49000})
    again = alpha.post("/api/sdk/quotes", body)
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert alpha.get("/api/sdk/quotes").body["pagination"]["total"] == 1


def test_after_the_quote_was_closed_too(alpha: Trader) -> None:
    body = alpha.quote_body(clientQuoteId="q-1")
    first = alpha.post("/api/sdk/quotes", body)
    alpha.delete(f"/api/sdk/quotes/{first.body['quoteId']}")
    again = alpha.post("/api/sdk/quotes", body)
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")


def test_how_the_body_is_written_does_not_matter(alpha: Trader) -> None:
    asset = alpha.market.base_asset
    spellings = (
        f'{{"asset":"{asset}","bidPrice":49900,"askPrice":50100,"bidSize":5,"askSize":5,"clientQuoteId":"q",'
        '"metadata":{"a":1,"b":2}}',
        f'{{ "clientQuoteId": "q", "askSize": "5.0000", "bidSize": 5.0, "askPrice": 5.01e4, "bidPrice": 49900.00,\n'
        f'"validForSeconds": 30, "metadata": {{"b": 2, "a": 1}}, "asset": "{asset}"}}',
    )
    answers = [alpha.post("/api/sdk/quotes", text.encode()) for text in spellings]
    assert answers[0].text == answers[1].text
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_another_body_is_refused_while_the_quote_lives(alpha: Trader) -> None:
    first = alpha.quote(clientQuoteId="q-1")
    for changes in ({"bidPrice": 49901}, {"askSize": 6}, {"validForSeconds": 31}, {"metadata": {"a": 1}}):
        answer = alpha.post("/api/sdk/quotes", alpha.quote_body(clientQuoteId="q-1", **changes))
        assert (answer.status, answer.code) == (409, "CLIENT_ID_IN_USE")
        assert answer.body["quoteId"] == first["quoteId"]


def test_another_body_is_welcome_after_it(alpha: Trader) -> None:
    first = alpha.quote(clientQuoteId="q-1")
    alpha.delete(f"/api/sdk/quotes/{first['quoteId']}")
    second = alpha.quote(clientQuoteId="q-1", bidPrice=49901)
    assert second["quoteId"] != first["quoteId"]


def test_a_refused_quote_leaves_its_id_free(alpha: Trader) -> None:
    refused = alpha.post("/api/sdk/quotes", alpha.quote_body(clientQuoteId="q-1", bidPrice=1))
    assert refused.status == 422
    assert "quoteId" not in refused.body
    alpha.quote(clientQuoteId="q-1")


def test_ids_are_the_accounts_own(alpha: Trader, beta: Trader) -> None:
    assert alpha.quote(clientQuoteId="q-1")["quoteId"] != beta.quote(clientQuoteId="q-1", askPrice=60000)["quoteId"]


def test_quotes_and_orders_have_ids_apart(alpha: Trader) -> None:
    alpha.quote(clientQuoteId="same")
    alpha.order("buy", 1, 40000, clientOrderId="same")


def test_another_key_of_the_account_gets_the_same_answer(alpha: Trader) -> None:
    first = alpha.quote(clientQuoteId="q-1")
    assert alpha.another().quote(clientQuoteId="q-1") == first
