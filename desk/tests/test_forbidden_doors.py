"""Each role before each door of the admin: what opens is what the table says, and what is sent by POST as well."""

import secrets
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from accounts.models import ColocationProfile, Firm, Session, Tier
from accounts.onboarding.tests.cast import begun
from accounts.tests.cast import tier_of
from desk.models import KillSwitch
from desk.tests import doors
from mmapi.models import (
    AccountLocks,
    Assignment,
    Consumer,
    FeeSchedule,
    LedgerAccount,
    LedgerEntry,
    Membership,
    ObligationProgramme,
    Programme,
    Statement,
)
from mmapi.tests.desk import arm, await_firing
from staff import audit
from staff.models import StaffSession
from staff.tests.people import SignedIn, member
from venue import participants
from venue.models import FeeRates, Market
from venue.tests.cast import Trader

ROLES = sorted(doors.EVERYONE)


def site_names() -> set[str]:
    import_module(settings.ROOT_URLCONF)  # the pages are found with the addresses
    return set(names_of(admin.site.get_urls()))


def names_of(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def tabled_names() -> set[str]:
    kinds = ("changelist", "add", "history", "delete", "change")
    pages = {f"{model}_{kind}" for model in doors.MODELS for kind in kinds}
    exports = {f"{model}_export" for model, page in doors.MODELS.items() if page.export is not None}
    further = {*doors.OPERATIONS, *doors.VIEWS, *doors.PAGES, *doors.FILES}
    return pages | exports | further | doors.SITE | doors.THRESHOLD


def test_every_door_is_in_the_table() -> None:
    names = site_names()
    assert names - tabled_names() == set(), "say in desk/tests/doors.py who may open these"
    assert tabled_names() - names - {"view_on_site"} == set()


def test_every_action_is_in_the_table(rf: Any, db: None) -> None:
    site_names()
    request = rf.get("/")
    request.user = User.objects.create_superuser("root")
    found = {
        (name_of(model), action)
        for model, pages in admin.site._registry.items()
        for action in pages.get_actions(request)
    }
    assert found == set(doors.ACTIONS)


def name_of(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


@pytest.fixture
def furnished(alpha: Trader, beta: Trader, gamma: Trader) -> dict[str, Any]:
    """A row of each model; of those that an action changes, one that nobody needs."""
    alpha.quote(clientQuoteId="q")
    beta.order("sell", 2, 49900)
    terms = {"market": alpha.market.symbol, "windowMs": 1000, "frozenMs": 60_000, "notional": 1}
    assert alpha.call("PUT", "/api/v1/mm/protection", terms).status == 200
    beta.order("sell", 1, 49900)
    participants.set_risk_limits(gamma.party.account, max_open_orders=10, max_exposure=10**15)
    participants.suspend_firm(gamma.party.firm)
    participants.reinstate_firm(gamma.party.firm)
    arm(beta, 300, "market", "doors", market=beta.market.symbol)
    await_firing(beta, "doors")
    Consumer.objects.create(firm=alpha.party.firm, shard=1, name="doors")
    AccountLocks.objects.create(shard=99, account=alpha.party.account, firm=alpha.party.firm, locks=[])
    audit.record(None, "open_doors")
    incentives = furnish_incentives(alpha)
    profile = ColocationProfile.objects.create(name=f"doors-{alpha.market.number}", networks=["10.9.0.0/16"])
    return {
        **incentives,
        "accounts_application": begun(),
        "accounts_firm": gamma.party.firm,
        "accounts_tradingaccount": gamma.party.account,
        "accounts_apikey": gamma.caller.key,
        "accounts_tier": tier_of(f"doors-{alpha.market.number}"),
        "accounts_colocationprofile": profile,
        "accounts_session": Session.objects.latest("pk"),
        "venue_market": None,
        "auth_user": member("viewer"),
        "auth_group": Group.objects.get(name="viewer"),
    }


def furnish_incentives(alpha: Trader) -> dict[str, Any]:
    """A switch that is lifted, a member of a programme with rates and entries, a statement, and obligations. A schedule
    and a programme that nobody is in, which may be deleted."""
    first, second = member("risk"), member("market operations")
    now, today = timezone.now(), timezone.now().date()
    lifted = {"lifted_at": now, "lifted_by": second, "lift_reason": "Drill"}
    KillSwitch.objects.create(kind="market", subject_id=1, subject="X", reason="Drill", engaged_by=first, **lifted)
    market, account, firm = Market.objects.get(number=alpha.market.number), alpha.party.account, alpha.party.firm
    owner = {"account": account, "firm": firm}
    schedule = FeeSchedule.objects.create(name=f"doors-{secrets.token_hex(4)}")
    programme = Programme.objects.create(name=schedule.name, schedule=schedule, quote_currency="USD")
    membership = Membership.objects.create(programme=programme, since=today, **owner)
    window = {"window_from": now, "window_to": now, "volume": 0, "changes": True}
    Assignment.objects.create(membership=membership, effective_from=now, markets=[market.pk], **window)
    entry = {"market": market, "trade_id": 1, "side": 1, "liquidity": 1, "price": 1, "size": 1, "rate_ppm": 1}
    books = [LedgerAccount.objects.get_or_create(kind=kind, currency="USD")[0] for kind in ("fees", "rebates")]
    money = {"currency": "USD", "amount": 1, "debit": books[0], "credit": books[1], "executed_at": 1}
    LedgerEntry.objects.create(id=secrets.randbits(60), **owner, **entry, **money)
    FeeRates.objects.create(market=market, maker_ppm=1, taker_ppm=1, sequence=1, since=1, **owner)
    ObligationProgramme.objects.create(market=market)
    Statement.objects.create(
        month=today.replace(day=1), issued_by="x", fills=0, totals={}, lines=zlib.compress(b""), digest="x", **owner
    )
    unused = FeeSchedule.objects.create(name=f"doors-{secrets.token_hex(4)}")
    empty = Programme.objects.create(name=unused.name, schedule=schedule, quote_currency="USD")
    return {"mmapi_feeschedule": unused, "mmapi_programme": empty}


def row_of(furnished: dict[str, Any], model: type[Model]) -> Any:
    found = furnished.get(name_of(model)) or model._default_manager.order_by("-pk").first()
    assert found is not None, model
    return found


def newest(name: str) -> Any:
    model = next(model for model in admin.site._registry if name_of(model) == name)
    return model._default_manager.order_by("-pk").first()


def status(client: Client, method: str, name: str, row: Any = None, **form: Any) -> int:
    address = reverse(f"admin:{name}", args=[row.pk] if row is not None else [])
    return int(getattr(client, method)(address, form).status_code)


def is_open(code: int) -> bool:
    assert code in (200, 302, 403), code
    return code != 403


@pytest.mark.parametrize("role", ROLES)
def test_doors(furnished: dict[str, Any], signed_in: SignedIn, alpha: Trader, role: str) -> None:
    """One walk, since what it needs takes a while to furnish."""
    client = signed_in(role)
    walk_pages(client, furnished, role)
    walk_operations(client, {**furnished, "venue_market": Market.objects.get(number=alpha.market.number)}, role)
    walk_deletions(client, furnished, role)


def walk_pages(client: Client, furnished: dict[str, Any], role: str) -> None:
    for model in admin.site._registry:
        name, row = name_of(model), row_of(furnished, model)
        pages = doors.MODELS[name]
        seen = {
            "view": is_open(status(client, "get", f"{name}_changelist")),
            "row": is_open(status(client, "get", f"{name}_change", row)),
            "history": is_open(status(client, "get", f"{name}_history", row)),
            "add": is_open(status(client, "get", f"{name}_add")),
            "sent": is_open(status(client, "post", f"{name}_add")),
            "change": is_open(status(client, "post", f"{name}_change", row)),
            "delete": is_open(status(client, "get", f"{name}_delete", row)),
        }
        assert seen == {
            **dict.fromkeys(("view", "row", "history"), role in pages.view),
            **dict.fromkeys(("add", "sent"), role in pages.add),
            "change": role in pages.change,
            "delete": role in pages.delete,
        }, name
        if pages.export is not None:
            assert is_open(status(client, "get", f"{name}_export")) is (role in pages.export), name


def walk_deletions(client: Client, furnished: dict[str, Any], role: str) -> None:
    for model in admin.site._registry:
        name, row = name_of(model), row_of(furnished, model)
        allowed = role in doors.MODELS[name].delete
        assert is_open(status(client, "post", f"{name}_delete", row, post="yes")) is allowed, name
        assert model._default_manager.filter(pk=row.pk).exists() is not allowed, name


def walk_operations(client: Client, rows: dict[str, Any], role: str) -> None:
    for name, roles in {**doors.OPERATIONS, **doors.VIEWS}.items():
        owner = next(model for model in sorted(doors.MODELS, key=len, reverse=True) if name.startswith(f"{model}_"))
        address = reverse(f"admin:{name}", args=[rows[owner].pk if owner in rows else newest(owner).pk])
        for method in ("get", "post"):
            # The form is empty: nothing is done by whom it opens to.
            assert is_open(getattr(client, method)(address).status_code) is (role in roles), (name, method)
    for name, roles in doors.PAGES.items():
        assert is_open(client.get(reverse(f"admin:{name}")).status_code) is (role in roles), name


CHANGED = {
    "reinstate": lambda row: row.status == "active",
    "revoke": lambda row: row.revoked_at is not None,
}
FIRST = {"reinstate": "suspended"}


def prepared(name: str, action: str, trader: Trader) -> Any:
    """A row on which the action would change something."""
    if name == "accounts_tier":
        return Tier.objects.create(name=f"{action}-{secrets.token_hex(4)}")
    if name == "accounts_colocationprofile":
        return ColocationProfile.objects.create(name=f"{action}-{secrets.token_hex(4)}", networks=["10.9.0.0/16"])
    if name in ("mmapi_feeschedule", "mmapi_programme"):
        schedule = FeeSchedule.objects.create(name=f"{action}-{secrets.token_hex(4)}")
        if name == "mmapi_feeschedule":
            return schedule
        return Programme.objects.create(name=schedule.name, schedule=schedule, quote_currency="USD")
    party = trader.party
    if name == "accounts_apikey":
        return trader.another().caller.key
    row: Any = party.firm if name == "accounts_firm" else party.account
    status_first = FIRST.get(action, "active")
    type(row).objects.filter(pk=row.pk).update(status=status_first)
    Firm.objects.filter(pk=party.firm.pk).exclude(pk=row.pk if name == "accounts_firm" else 0).update(status="active")
    return row


@pytest.mark.parametrize("role", ROLES)
def test_actions_of_lists(alpha: Trader, signed_in: SignedIn, settings: Any, role: str) -> None:
    settings.PARTICIPANTS = "accounts.standing"  # no engine need be told
    client = signed_in(role)
    for (name, action), roles in doors.ACTIONS.items():
        row = prepared(name, action, alpha)
        form = {"action": action, "_selected_action": [row.pk], "post": "yes"}
        client.post(reverse(f"admin:{name}_changelist"), form)
        now = type(row)._default_manager.filter(pk=row.pk).first()
        done = now is None if action == "delete_selected" else CHANGED[action](now)
        assert done is (role in roles), (name, action)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_the_site(running_matcher: Any, signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    for name in ("index", "search", "own_sign_in", "password_change"):
        assert client.get(reverse(f"admin:{name}")).status_code == 200
    assert client.post(reverse("admin:recovery_codes")).status_code == 200


def test_who_is_no_staff_opens_nothing(running_matcher: Any) -> None:
    user = User.objects.filter(username="outsider").first() or User.objects.create_user("outsider")
    client = Client()
    client.force_login(user)
    for name in sorted(site_names() - doors.THRESHOLD):
        alone = name in doors.SITE or name in doors.PAGES
        takes_row = name.rpartition("_")[2] not in {"changelist", "add", "export"} and not alone
        args = [1, *doors.FILES.get(name, ())] if takes_row else []
        if name in ("view_on_site", "app_list"):
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(reverse(f"admin:{name}", args=args))
            assert answer.status_code == 302, name
            assert "/login/" in answer["Location"], name
    assert StaffSession.objects.filter(user=user).exists()


def test_no_secret_is_on_any_page(furnished: dict[str, Any], signed_in: SignedIn, gamma: Trader) -> None:
    secret = gamma.caller.credentials["apiSecret"]
    client = signed_in("viewer")
    for model in admin.site._registry:
        name, row = name_of(model), row_of(furnished, model)
        for answer in (
            client.get(reverse(f"admin:{name}_changelist")),
            client.get(reverse(f"admin:{name}_change", args=[row.pk])),
        ):
            assert secret not in answer.content.decode()
