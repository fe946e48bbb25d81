"""A key may be bound to networks; who the client is cannot be forged."""

from ipaddress import ip_network
from typing import Any

import pytest

from accounts.models import ColocationProfile
from accounts.networks import client_address
from accounts.tests.cast import Party, tier_of

PROXIES = [ip_network("192.0.2.0/24"), ip_network("2001:db8:ffff::/48")]


@pytest.mark.parametrize(
    ("networks", "peer", "status"),
    [
        ((), "203.0.113.9", 200),
        (("10.0.0.0/8",), "10.1.2.3", 200),
        (("10.0.0.0/8",), "11.1.2.3", 403),
        (("198.51.100.7",), "198.51.100.7", 200),
        (("198.51.100.7/32",), "198.51.100.8", 403),
        (("2001:db8::/32",), "2001:db8::1", 200),
        (("2001:db8::/32",), "2001:db9::1", 403),
        (("10.0.0.0/8", "2001:db8::/32"), "2001:0DB8:0:0::1", 200),
        (("10.0.0.0/8",), "::ffff:10.1.2.3", 200),
        (("2001:db8::/32",), "10.1.2.3", 403),
        (("10.0.0.0/8",), "", 403),
    ],
)
def test_the_list_of_networks(alpha: Party, networks: tuple[str, ...], peer: str, status: int) -> None:
    answer = alpha.caller(networks=networks).get("/orders", peer=peer)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "NETWORK_NOT_ALLOWED"


def test_a_forged_header_changes_nothing(alpha: Party) -> None:
    caller = alpha.caller(networks=("10.0.0.0/8",))
    forged = {"X-Forwarded-For": "10.0.0.1", "X-Real-IP": "10.0.0.1", "Forwarded": "for=10.0.0.1"}
    assert caller.get("/orders", peer="203.0.113.9", **forged).status_code == 403
    assert caller.get("/orders", peer="10.0.0.1", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("192.0.2.1", "10.0.0.1", "10.0.0.1"),
        ("192.0.2.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "10.0.0.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        ("192.0.2.1", "10.0.0.1,203.0.113.9 ,2001:db8:ffff::2", "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9:4711", "203.0.113.9"),
        ("192.0.2.1", "[2001:db8::5]:4711", "2001:db8::5"),
        ("192.0.2.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "10.0.0.1, unknown", "192.0.2.1"),
        ("192.0.2.1", "10.0.0.1,", "192.0.2.1"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.2, 192.0.2.3", "192.0.2.2"),
    ],
)
def test_a_trusted_proxy_is_read_from_the_right(settings: Any, peer: str, forwarded: str, client: str) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert str(client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded})) == client


def test_a_client_behind_a_proxy_cannot_prepend_an_address(alpha: Party, settings: Any) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    caller = alpha.caller(networks=("10.0.0.0/8",))
    assert caller.get("/orders", peer="192.0.2.1", **{"X-Forwarded-For": "10.0.0.1, 203.0.113.9"}).status_code == 403
    assert caller.get("/orders", peer="192.0.2.1", **{"X-Forwarded-For": "10.0.0.1"}).status_code == 200


def test_a_colocation_profile_admits_its_own_networks_only(alpha: Party) -> None:
    profile = ColocationProfile.objects.create(name="rack-7", networks=["172.16.7.0/24", "2001:db8:7::/48"])
    caller = alpha.caller(colocation=profile)
    assert caller.get("/orders", peer="172.16.7.9").status_code == 200
    assert caller.get("/orders", peer="2001:db8:7::9").status_code == 200
    assert caller.get("/orders", peer="172.16.8.9").json()["code"] == "NETWORK_NOT_ALLOWED"


def test_a_key_with_both_must_satisfy_both(alpha: Party) -> None:
    profile = ColocationProfile.objects.create(name="rack-7", networks=["172.16.7.0/24"])
    caller = alpha.caller(colocation=profile, networks=("172.16.7.128/25",))
    assert caller.get("/orders", peer="172.16.7.200").status_code == 200
    assert caller.get("/orders", peer="172.16.7.9").status_code == 403


def test_a_refused_network_costs_the_key_nothing(alpha: Party) -> None:
    tier = tier_of("slow", requests_per_second=1, request_burst=2)
    caller = alpha.caller(networks=("10.0.0.0/8",), tier=tier)
    for _ in range(9):
        assert caller.get("/orders", peer="203.0.113.9").status_code == 403
    assert caller.get("/orders", peer="10.0.0.1").status_code == 200
