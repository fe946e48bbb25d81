"""Exports: all pages of what is filtered and found, in the market's own units, no formulas, no secrets, on record."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Firm
from staff.models import AuditEntry
from staff.tests.people import SignedIn
from venue.tests.admin.conftest import Traded
from venue.tests.cast import Trader


def export(signed_in: SignedIn, name: str, **query: Any) -> list[dict[str, str]]:
    answer: Any = signed_in("finance").get(reverse(f"admin:{name}_export"), query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith('.csv"')
    assert "no-store" in answer["Cache-Control"]
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_trades_in_their_units(traded: Traded, alpha: Trader, signed_in: SignedIn) -> None:
    (row,) = export(signed_in, "venue_trade", q=alpha.party.firm.code)
    assert row["id"] == traded.trade
    assert (row["price"], row["size"], row["market"]) == ("49900.00", "2.0000", alpha.market.symbol)
    assert row["maker_firm"] == alpha.party.firm.code
    assert float(row["maker_fee"]) == 9.98
    assert row["executed_at"].endswith("+00:00")


def test_every_page_and_only_what_is_found(
    traded: Traded, alpha: Trader, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("staff.exports.CHUNK", 2)
    ids = [alpha.order("buy", 0.1, 48000 + n)["orderId"] for n in range(5)]
    rows = export(signed_in, "venue_order", q=alpha.party.firm.code)
    assert [row["id"] for row in rows] == ids[::-1]
    assert [row["side"] for row in export(signed_in, "venue_order", q=ids[0])] == ["buy"]
    assert export(signed_in, "venue_order", q=alpha.party.firm.code, status="filled") == []


def test_it_is_recorded(traded: Traded, alpha: Trader, signed_in: SignedIn) -> None:
    export(signed_in, "quotes_quote", q=alpha.party.firm.code, status="resting")
    entry = AuditEntry.objects.filter(action="export_list").latest("pk")
    assert entry.actor_name == "finance"
    assert entry.after == {"list": "quotes.quote", "filters": {"q": [alpha.party.firm.code], "status": ["resting"]}}


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_are_text(alpha: Trader, signed_in: SignedIn, formula: str) -> None:
    Firm.objects.filter(pk=alpha.party.firm.pk).update(legal_name=formula)
    (row,) = export(signed_in, "accounts_firm", q=alpha.party.firm.code)
    assert row["legal_name"] == f"'{formula}"


def test_numbers_stay_numbers(traded: Traded, beta: Trader, signed_in: SignedIn) -> None:
    (row,) = export(signed_in, "venue_position", q=beta.party.account.name)
    assert row["net"] == "-2.0000"


def test_no_secrets(alpha: Trader, signed_in: SignedIn) -> None:
    (row,) = export(signed_in, "accounts_apikey", q=alpha.caller.key.key_id)
    assert "secret" not in row
    assert alpha.caller.credentials["apiSecret"] not in str(row)
    alpha.quote()
    (command,) = export(signed_in, "venue_command", q=alpha.party.account.name)
    assert "payload" not in command


def test_the_list_leads_to_it_with_its_filters(traded: Traded, signed_in: SignedIn) -> None:
    address = reverse("admin:venue_order_changelist")
    page = signed_in("finance").get(address, {"status": "filled"}).content.decode()
    assert f'href="{reverse("admin:venue_order_export")}?status=filled"' in page
    assert 'id="export"' not in signed_in("viewer").get(address).content.decode()
