"""Whether a key may be used from where its request comes."""

from staff.addresses import (
    Address,
    Network,
    client_address,
    contains,
    parse_address,
    parse_networks,
)

__all__ = ["Address", "Network", "admits", "client_address", "contains", "parse_address", "parse_networks"]


def admits(networks: tuple[Network, ...], colocation: tuple[Network, ...] | None, address: Address | None) -> bool:
    """An empty list admits from anywhere; a co-location profile from its own networks only, on top of the list."""
    if not networks and colocation is None:
        return True
    if address is None or (networks and not contains(networks, address)):
        return False
    return colocation is None or contains(colocation, address)
