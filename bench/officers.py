"""Two officers of the benchmark: one engages kill switches, the other lifts them; prints what each kind took."""

import json
import os
import statistics
import sys
import time

import django

# What a killed key has sent stays locked out for as long as a command can be under way.
_PAUSES = {"key": 6.0}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
    django.setup()
    key_id, rounds, *kinds = sys.argv[1:]
    print(json.dumps([taken(kind, key_id, int(rounds)) for kind in kinds]))


def taken(kind: str, key_id: str, rounds: int) -> tuple[str, float, float, int]:
    from django.contrib.auth.models import User  # noqa: PLC0415 - the models need the apps

    from desk.kill import switches, targets  # noqa: PLC0415

    first, second = (
        User.objects.get_or_create(username=name, is_staff=True, is_superuser=True)[0] for name in ("first", "second")
    )
    durations, cancelled = [], 0
    for _ in range(rounds):
        target = targets.named(kind, name_of(kind, key_id))
        assert target is not None
        begun = time.perf_counter()
        switch = switches.engage(target, first, "Benchmark")
        durations.append(1_000 * (time.perf_counter() - begun))
        cancelled += switch.cancelled
        switches.lift(switch, second, "Benchmark")
        time.sleep(_PAUSES.get(kind, 1.5))
    return kind, statistics.median(durations), max(durations), cancelled


def name_of(kind: str, key_id: str) -> str:
    from accounts.models import ApiKey  # noqa: PLC0415

    account = ApiKey.objects.select_related("account__firm").get(key_id=key_id).account
    return {"key": key_id, "account": account.name, "firm": account.firm.code, "market": "BTC-USD"}.get(kind, "")


if __name__ == "__main__":
    main()
