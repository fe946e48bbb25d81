"""The pages of markets and firms, and of kill switches: what they show, what they offer, and to whom."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from desk import owed
from desk.kill import switches
from desk.models import KillSwitch
from desk.owed import Rebate
from desk.tests.conftest import KILLER, officer
from desk.tests.stopping import Kind, key_of, target
from desk.tests.test_board import published
from staff.models import AuditEntry
from venue.models import Market
from venue.tests.cast import MatcherProcess, Trader


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args))
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.fixture
def operator(running_matcher: MatcherProcess) -> User:
    operator = officer("operator", *KILLER)
    operator.user_permissions.add(*Permission.objects.filter(content_type__model="market"))
    return User.objects.get(pk=operator.pk)


@pytest.fixture
def looker(running_matcher: MatcherProcess) -> Client:
    return as_(officer("looker", "desk.view_board"))


def test_a_market(looker: Client, alpha: Trader, beta: Trader) -> None:
    alpha.quote(bidPrice=49900, askPrice=50100)
    beta.order("sell", 1, 49900)
    published(alpha)
    for name in ("market", "market_live"):
        page = text(looker, name, alpha.market.symbol)
        for word in ("49,900.00", "50,100.00", "40.00 bp", "4.0000", "sell", "1.0000"):
            assert word in page


def test_a_market_offers_what_one_may_do(looker: Client, operator: User, alpha: Trader) -> None:
    symbol, number = alpha.market.symbol, alpha.market.number
    page = text(as_(operator), "market", symbol)
    for operation in ("halt", "post_only", "cancel_all", "move_reference"):
        assert f"/admin/venue/market/{number}/{operation}/?next=/admin/desk/markets/{symbol}/" in page
    assert reverse("desk:kill", args=["market", number]) in page
    seen = text(looker, "market", symbol)
    assert "/halt/" not in seen
    assert "/kill/" not in seen


def test_an_operation_leads_back_to_the_page(operator: User, alpha: Trader) -> None:
    client, symbol = as_(operator), alpha.market.symbol
    halt = f"{reverse('admin:venue_market_halt', args=[alpha.market.number])}?next="
    back = client.post(f"{halt}/admin/desk/markets/{symbol}/", {"reason": "Drill"})
    assert back.headers["Location"] == f"/admin/desk/markets/{symbol}/"
    resume = f"{reverse('admin:venue_market_resume', args=[alpha.market.number])}?next=https://elsewhere.example/"
    assert client.post(resume, {}).headers["Location"].startswith("/admin/venue/market/")


def test_cancelling_all_of_a_market(operator: User, alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    beta.order("buy", 1, 49000)
    page = as_(operator).post(
        reverse("admin:venue_market_cancel_all", args=[alpha.market.number]), {"reason": "Bad prices"}, follow=True
    )
    assert b"2 orders and quotes" in page.content
    assert alpha.get("/api/sdk/quotes").body["quotes"][0]["status"] == "cancelled"
    alpha.quote()


def test_a_firm(looker: Client, alpha: Trader, beta: Trader, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = alpha.quote()
    order = alpha.another().order("buy", 1, 48000)
    beta.order("sell", 2, 49900)
    monkeypatch.setattr(owed, "rebates_of", lambda firm: [Rebate("Tier 1", "12.50 USD")])
    page = text(looker, "firm", alpha.party.firm.code)
    for word in (quote["quoteId"], order["orderId"], "+2.0000", "12.50 USD", alpha.party.account.name, "maker"):
        assert word in page
    assert f'title="{key_of(alpha).key_id}"' in page
    assert key_of(alpha).secret not in page
    assert beta.party.firm.code not in text(looker, "firm_live", alpha.party.firm.code)


def test_what_is_not_there(looker: Client, operator: User) -> None:
    for name, args in (("market", ["NO-USD"]), ("market_live", ["NO-USD"]), ("firm", ["NO"]), ("switch", [10**9])):
        assert looker.get(reverse(f"desk:{name}", args=args)).status_code == 404
    for kind, number in (("firm", 10**9), ("planet", 1)):
        assert as_(operator).get(reverse("desk:kill", args=[kind, number])).status_code == 404


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.VENUE])
def test_killing_takes_the_typed_name(operator: User, alpha: Trader, kind: str) -> None:
    stopped = target(kind, alpha)
    client, address = as_(operator), reverse("desk:kill", args=[kind, stopped.number])
    assert stopped.word in client.get(address).content.decode()
    refused = client.post(address, {"name": "something else", "cause": "Drill", "note": ""})
    assert b"This is not the name" in refused.content
    assert switches.engaged(stopped) is None
    client.post(address, {"name": stopped.word.lower(), "cause": "Drill", "note": "the first"})
    switch = switches.engaged(stopped)
    assert switch is not None
    assert (switch.state, switch.reason, switch.engaged_by) == ("engaged", "Drill: the first", operator)
    entry = AuditEntry.objects.filter(action="engage_kill_switch").latest("id")
    assert (entry.actor, entry.address, entry.after["switch"]) == (operator, "127.0.0.1", switch.pk)


def test_lifting_takes_a_second_person(operator: User, second: User, alpha: Trader) -> None:
    switch = switches.engage(target(Kind.FIRM, alpha), operator, "Drill")
    address = reverse("desk:switch", args=[switch.pk])
    form = {"name": alpha.party.firm.code, "reason": "It is over"}
    assert b"somebody else has to lift it" in as_(operator).get(address).content
    assert b"a second person is needed" in as_(operator).post(address, form).content
    assert not lifted(switch)
    assert b"This is not the name" in as_(second).post(address, {**form, "name": "?"}).content
    page = as_(second).post(address, form, follow=True)
    assert b"is lifted" in page.content
    assert lifted(switch)


def lifted(switch: KillSwitch) -> bool:
    return KillSwitch.objects.get(pk=switch.pk).state == "lifted"


def test_a_silent_matcher_is_said_to_be_silent(operator: User, alpha: Trader, silent: None) -> None:
    address = reverse("desk:kill", args=["firm", alpha.party.firm.pk])
    page = as_(operator).post(address, {"name": alpha.party.firm.code, "cause": "Drill", "note": ""}, follow=True)
    assert b"is engaged and holds, but the matcher did not confirm" in page.content
    assert b"not yet: it is repeated each second" in page.content


def test_it_is_seen_on_every_page_while_engaged(operator: User, second: User, viewer: Any, alpha: Trader) -> None:
    switch = switches.engage(target(Kind.FIRM, alpha), operator, "Drill")

    def shown() -> str:
        """Other tests leave theirs engaged."""
        engaged = KillSwitch.objects.filter(lifted_at=None).count()
        return f"Killed: {alpha.party.firm.code}" if engaged == 1 else f"{engaged} kill switches"

    for client, address in (
        (viewer.client, reverse("admin:venue_market_changelist")),
        (as_(operator), reverse("desk:firm", args=[alpha.party.firm.code])),
    ):
        assert shown() in client.get(address).content.decode()
    assert shown() not in Client().get(reverse("admin:login")).content.decode()
    switches.lift(switch, second, "Over")


PAGES = [
    ("board", "desk.view_board"),
    ("board_json", "desk.view_board"),
    ("charts", "desk.view_board"),
    ("market", "desk.view_board"),
    ("market_live", "desk.view_board"),
    ("firm", "desk.view_board"),
    ("firm_live", "desk.view_board"),
    ("kill", "desk.engage_killswitch"),
    ("switch", "desk.view_board"),
]


def subject(name: str, trader: Trader, switch: KillSwitch) -> list[Any]:
    """What the page's address names."""
    named: dict[str, list[Any]] = {
        "market": [trader.market.symbol],
        "market_live": [trader.market.symbol],
        "firm": [trader.party.firm.code],
        "firm_live": [trader.party.firm.code],
        "kill": ["market", trader.market.number],
        "switch": [switch.pk],
    }
    return named.get(name, [])


@pytest.mark.parametrize(("name", "permission"), PAGES)
def test_each_page_asks_for_its_permission(
    first: User, second: User, alpha: Trader, name: str, permission: str
) -> None:
    switch = switches.engage(target(Kind.FIRM, alpha), first, "Drill")
    switches.lift(switch, second, "Over")
    address = reverse(f"desk:{name}", args=subject(name, alpha, switch))
    others = sorted({"desk.view_board", "desk.engage_killswitch", "desk.lift_killswitch"} - {permission})
    assert Client().get(address).status_code == 302
    assert as_(officer("stranger", *others, "venue.view_market")).get(address).status_code == 403
    assert as_(officer("insider", permission)).get(address).status_code == 200
    assert Market.objects.get(number=alpha.market.number).symbol == alpha.market.symbol


def test_who_may_look_may_not_lift(first: User, looker: Client, alpha: Trader) -> None:
    switch = switches.engage(target(Kind.FIRM, alpha), first, "Drill")
    form = {"name": alpha.party.firm.code, "reason": "Please"}
    page = looker.post(reverse("desk:switch", args=[switch.pk]), form)
    assert b"may not do this" in page.content
    assert not lifted(switch)


def test_the_list_of_switches(first: User, alpha: Trader) -> None:
    switches.engage(target(Kind.FIRM, alpha), first, "Drill")
    address = reverse("admin:desk_killswitch_changelist")
    page = as_(first).get(address, {"q": alpha.party.firm.code}).content.decode()
    assert alpha.party.firm.code in page
    assert as_(first).get(reverse("admin:desk_killswitch_add")).status_code == 403
    assert as_(officer("stranger", "desk.view_board")).get(address).status_code == 403
