"""Whether a key may be where it is: asked in the handshake, and each second of whoever is connected."""

from typing import Final

from accounts import authentication, permissions
from accounts.credentials import Credential, cache
from accounts.networks import Address
from accounts.refusals import InvalidApiKey
from accounts.scopes import Scope

LOOK_EVERY: Final = 1.0  # seconds
# A key that cannot be checked for so long is not trusted any more.
PATIENCE: Final = 15.0


def look(key_id: str, address: Address | None, needed: Scope) -> Credential:
    """The key as it is now, not as it is remembered; raises the `Refusal` where it may not be there."""
    cache.refresh()
    credential = cache.find(key_id)
    if credential is None:
        raise InvalidApiKey
    permissions.check_standing(credential, authentication.now_ms())
    permissions.check_network(credential, address)
    permissions.check_scope(credential, needed)
    return credential
