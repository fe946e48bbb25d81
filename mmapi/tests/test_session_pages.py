"""The desk shows sessions, settings and firings, in words, and changes none of them."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from mmapi.tests.desk import arm, await_firing
from venue.models import Disconnect, DisconnectFiring
from venue.tests.cast import Trader

MODELS = ("accounts_session", "venue_disconnect", "venue_disconnectfiring")


@pytest.fixture
def browser(alpha: Trader) -> Client:
    arm(alpha, 300, "market", "desk-9", market=alpha.market.symbol)
    await_firing(alpha, "desk-9")
    client = Client()
    client.force_login(User.objects.filter(username="desk").first() or User.objects.create_superuser("desk"))
    return client


def text(browser: Client, name: str, *arguments: int, **query: str) -> str:
    answer = browser.get(reverse(f"admin:{name}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_lists_by_account(browser: Client, alpha: Trader) -> None:
    account = alpha.party.account.name
    assert "desk-9" in text(browser, "accounts_session_changelist", q=account)
    assert alpha.market.symbol in text(browser, "venue_disconnect_changelist", q=account)
    assert " ms" in text(browser, "venue_disconnectfiring_changelist", q=account)


def test_pages(browser: Client, alpha: Trader) -> None:
    session = Session.objects.get(key=alpha.caller.key)
    setting, firing = Disconnect.objects.get(session=session.pk), DisconnectFiring.objects.get(session=session.pk)
    assert alpha.caller.key.key_id in text(browser, "accounts_session_change", session.pk)
    assert "0.3 s" in text(browser, "venue_disconnect_change", setting.pk)
    assert alpha.party.account.name in text(browser, "venue_disconnectfiring_change", firing.pk)
    assert alpha.market.symbol in text(browser, "venue_disconnect_changelist", q=str(session.pk))


@pytest.mark.parametrize("model", MODELS)
def test_nobody_adds_one(browser: Client, model: str) -> None:
    assert browser.get(reverse(f"admin:{model}_add")).status_code == 403
