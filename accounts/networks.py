"""Where a request comes from, and whether its key may be used from there."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(meta: Mapping[str, Any]) -> Address | None:
    """The peer, or whom a chain of trusted proxies names; a header from any other peer changes nothing."""
    address = parse_address(meta.get("REMOTE_ADDR", ""))
    proxies = trusted_proxies()
    if not proxies:
        return address
    hops = meta.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and address is not None and contains(proxies, address):
        named = parse_address(hops.pop())
        if named is None:
            break
        address = named
    return address


def trusted_proxies() -> tuple[Network, ...]:
    return parse_networks(tuple(str(network) for network in settings.TRUSTED_PROXIES))


@lru_cache(maxsize=8)
def parse_networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address | None:
    """An IP address as proxies write it, with or without port; IPv4 within IPv6 becomes IPv4."""
    try:
        address = ip_address(host_of(text.strip()))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def host_of(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host = text.partition("%")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def contains(networks: Iterable[Network], address: Address) -> bool:
    return any(address in network for network in networks)


def admits(networks: tuple[Network, ...], colocation: tuple[Network, ...] | None, address: Address | None) -> bool:
    """An empty list admits from anywhere; a co-location profile from its own networks only, on top of the list."""
    if not networks and colocation is None:
        return True
    if address is None or (networks and not contains(networks, address)):
        return False
    return colocation is None or contains(colocation, address)
