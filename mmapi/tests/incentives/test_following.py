"""The follower of the journal keeps its place whatever happens, and one is at it at a time."""

from threading import Thread
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction

from mmapi.incentives import ledger, tasks
from mmapi.incentives.models import LedgerAccount, LedgerEntry, LedgerPlace
from mmapi.incentives.verification import verify
from mmapi.tests.incentives.days import Days
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.matcher.shard import Shard


@pytest.fixture
def days(shard: Shard) -> Days:
    days = Days(shard, "1 09:00")
    for _ in range(5):
        days.trade(ALPHA, BETA, 1, 100)
    return days


def test_chunk_by_chunk(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five trades leave twenty reports, of which ten are of fills; places are reports, wherever fills are."""
    monkeypatch.setattr(ledger, "CHUNK", 3)
    assert ledger.follow(1) + ledger.follow(2) + ledger.follow() == LedgerEntry.objects.count() == 10
    assert ledger.follow() == 0
    assert verify().differences == []


def test_what_fails_on_the_way_leaves_nothing(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> int:
        posted(*span)
        raise RuntimeError("the worker dies here")

    posted, span = ledger._post, (1 << 44, 1 << 45)
    monkeypatch.setattr(ledger, "_post", fails)
    with pytest.raises(RuntimeError):
        ledger.follow()
    assert not LedgerEntry.objects.exists()
    assert not LedgerAccount.objects.exists()
    monkeypatch.undo()
    assert ledger.follow() == 10
    assert verify().differences == []


def test_two_followers_do_not_post_twice(days: Days) -> None:
    """The second finds the place taken, and leaves it to the first."""
    LedgerPlace.objects.create(shard=1)
    posted: list[int] = []

    def follow() -> None:
        posted.append(ledger.follow())
        connection.close()

    with transaction.atomic():
        LedgerPlace.objects.select_for_update().get(shard=1)
        other = Thread(target=follow)
        other.start()
        other.join()
    assert posted == [0]
    assert ledger.follow() == 10


def test_the_beat_knows_its_tasks(days: Days) -> None:
    current_app.loader.import_default_modules()
    for name in settings.CELERY_IMPORTS:
        __import__(name)
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)
    tasks.follow_fills()
    assert LedgerEntry.objects.count() == 10
