"""A key issued at the desk opens the door, its secret is shown once, and revoking it closes the door."""

import re

from accounts.models import ApiKey, Tier
from accounts.tests.cast import Caller
from venue.tests.admin.conftest import Desk
from venue.tests.cast import Trader


def test_issued_used_and_revoked(desk: Desk, alpha: Trader) -> None:
    Tier.objects.get_or_create(name="unlimited")
    page = desk.post(
        "accounts_apikey_add",
        account=alpha.party.account.pk,
        tier=Tier.objects.get(name="unlimited").pk,
        scopes=["READ"],
        algorithm="hmac-sha256",
        label="desk",
        networks="",
        public_key="",
    )
    shown = dict(re.findall(r'id="api-(key|secret)">([^<]+)<', page))
    key = ApiKey.objects.get(key_id=shown["key"])
    caller = Caller(key, {"apiKey": shown["key"], "apiSecret": shown["secret"], "algorithm": "hmac-sha256"})
    assert caller.get("/api/sdk/quotes").status_code == 200
    for shown_again in (desk.get("accounts_apikey_changelist"), desk.get("accounts_apikey_change", key.pk)):
        assert shown["secret"] not in shown_again
    desk.post("accounts_apikey_changelist", action="revoke", _selected_action=[key.pk])
    assert caller.get("/api/sdk/quotes").json()["code"] == "KEY_REVOKED"
