"""Where a request comes from: the peer, or whom trusted proxies name."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

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


def of_request(request: HttpRequest) -> str | None:
    """As text, for records and for the lock-out."""
    address = client_address(request.META)
    return str(address) if address is not None else None


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
