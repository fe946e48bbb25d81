"""Makes firms with an account and an unbounded key each and prints the keys: `python -m bench.participants 8 TIER`."""

import json
import sys

from accounts import firms, keys
from accounts.models import ApiKey, Firm, Tier
from accounts.scopes import Scope


def make(count: int, tier_name: str) -> list[tuple[str, str]]:
    tier = tier_of(tier_name)
    made = []
    existing = Firm.objects.filter(code__startswith="BENCH").count()
    for number in range(existing, existing + count):
        firm = firms.create(f"BENCH{number}", accounts=(f"bench-{number}",))
        draft = ApiKey(account=firm.accounts.get(), tier=tier, scopes=list(Scope))
        issued = keys.issue(draft, by="bench")
        assert issued.secret is not None
        made.append((issued.key.key_id, issued.secret))
    return made


def tier_of(name: str) -> Tier:
    """`unlimited`, or the same in the fast lane."""
    bounds = {"max_batch_size": 1_000, "lane": Tier.Lane.COLOCATED}
    return Tier.objects.get_or_create(name=name, defaults=bounds)[0]


if __name__ == "__main__":
    print(json.dumps(make(int(sys.argv[1]), sys.argv[2])))
