"""A firm's page: exposure and limits of its accounts, what is open, what was filled, its sessions and its keys."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiKey, Firm, TradingAccount
from desk import firm_figures, operations, owed
from desk.board import building, makers
from desk.doors import BOARD, needs, page
from desk.models import KillSwitch

Kind = KillSwitch.Kind


@needs(BOARD)
def show(request: HttpRequest, code: str) -> HttpResponse:
    firm = existing(code)
    return page(
        request,
        "desk/firm.html",
        title=firm.code,
        operations=operations.offers(request, firm),
        kill=operations.kill_link(request, Kind.FIRM, firm.pk),
        **live_context(request, firm),
    )


@needs(BOARD)
def live(request: HttpRequest, code: str) -> HttpResponse:
    return TemplateResponse(request, "desk/firm_live.html", live_context(request, existing(code)))


def existing(code: str) -> Firm:
    firm = Firm.objects.filter(code=code).first()
    if firm is None:
        raise Http404
    return firm


def live_context(request: HttpRequest, firm: Firm) -> dict[str, Any]:
    accounts = list(firm.accounts.all())
    numbers = [account.pk for account in accounts]
    obligations = owed.obligations_today(numbers)
    return {
        "firm": firm,
        "accounts": [account_line(request, account) for account in accounts],
        "positions": firm_figures.positions(numbers),
        "sessions": makers.lines(numbers),
        "obligations": [(account, obligations.get(account.pk)) for account in accounts],
        "quotes": firm_figures.open_quotes(accounts),
        "orders": firm_figures.open_orders(accounts),
        "fills": firm_figures.fills(accounts),
        "keys": [key_line(request, key) for key in keys_of(firm)],
        "rebates": owed.rebates_of(firm.pk),
        "switches": building.switches(kind=Kind.FIRM, subject_id=firm.pk)
        + building.switches(kind=Kind.ACCOUNT, subject_id__in=numbers)
        + building.switches(kind=Kind.KEY, subject_id__in=ApiKey.objects.filter(account__firm=firm).values("pk"))
        + building.switches(kind=Kind.VENUE),
    }


def account_line(request: HttpRequest, account: TradingAccount) -> dict[str, Any]:
    return {
        "name": account.name,
        "status": account.status,
        "link": reverse("admin:accounts_tradingaccount_change", args=[account.pk]),
        "kill": operations.kill_link(request, Kind.ACCOUNT, account.pk),
        "shards": firm_figures.risk(account.pk),
    }


def keys_of(firm: Firm) -> Any:
    return ApiKey.objects.filter(account__firm=firm).select_related("account", "tier").defer("secret")[:50]


def key_line(request: HttpRequest, key: ApiKey) -> dict[str, Any]:
    status = key.status_at(timezone.now())
    return {
        "key": key,
        "status": status,
        "link": reverse("admin:accounts_apikey_change", args=[key.pk]),
        "kill": operations.kill_link(request, Kind.KEY, key.pk) if status == "active" else "",
    }
