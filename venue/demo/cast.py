"""The firms of the demo and their keys: set up in the rows, as operations would; from then on they are only clients."""

import json
import os
import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Final

from accounts import firms, keys
from accounts.models import ApiKey, Tier, TradingAccount
from accounts.scopes import Scope
from venue.demo.client import Client, Key
from venue.demo.makers import Maker
from venue.demo.takers import Taker
from venue.demo.traders import Trader
from venue.demo.walk import Walk

MAKERS: Final = {"DEMO_MAKER_A": Decimal("0.0004"), "DEMO_MAKER_B": Decimal("0.0006")}  # by firm, its width
TAKERS: Final = ("DEMO_TAKER_A", "DEMO_TAKER_B")
_SCOPES: Final = {
    **dict.fromkeys(MAKERS, (Scope.READ, Scope.MARKET_MAKING)),
    **dict.fromkeys(TAKERS, (Scope.READ, Scope.TRADE)),
}
_TIER: Final = "professional"


def traders(host: str, port: int, folder: Path) -> list[Trader]:
    known = keys_of(folder)
    clients = {firm: Client(host, port, key) for firm, key in known.items()}
    # One walk a market for all makers: they differ in width, not in what they believe.
    walks: defaultdict[str, Walk] = defaultdict(lambda: Walk(random.Random()))
    return [
        *(Maker(firm, clients[firm], walks, width) for firm, width in MAKERS.items()),
        *(Taker(firm, clients[firm]) for firm in TAKERS),
    ]


def keys_of(folder: Path) -> dict[str, Key]:
    """One key a firm, kept in the data folder; issued where there is none or the database does not know it."""
    file = folder / "demo-keys.json"
    kept = {firm: Key(*key) for firm, key in json.loads(file.read_text()).items()} if file.exists() else {}
    issued = set(
        ApiKey.objects.filter(key_id__in=[key.api_key for key in kept.values()]).values_list("key_id", flat=True)
    )
    missing = [firm for firm in _SCOPES if firm not in kept or kept[firm].api_key not in issued]
    if missing:
        kept |= {firm: issue(firm) for firm in missing}
        write(file, json.dumps(kept))
    return kept


def issue(firm: str) -> Key:
    draft = ApiKey(
        account=account_of(firm), scopes=list(_SCOPES[firm]), tier=Tier.objects.get(name=_TIER), label="demo"
    )
    issued = keys.issue(draft, by="demo")
    assert issued.secret is not None
    return Key(issued.key.key_id, issued.secret)


def account_of(firm: str) -> TradingAccount:
    name = firm.lower().replace("_", "-")
    found = TradingAccount.objects.filter(firm__code=firm, name=name).first()
    return found or firms.create(firm, accounts=(name,)).accounts.get(name=name)


def write(file: Path, content: str) -> None:
    """Replaces the file in one step, readable by its owner only."""
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(content)
    partial.replace(file)
