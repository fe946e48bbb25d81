"""The follower may be killed, doubled, interrupted and rebuilt under; its figures are those of a rebuild."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from mmapi.obligations import following, rebuilding
from mmapi.obligations.following import Follower
from mmapi.obligations.models import ObligationCourse, ObligationDay, ObligationPlace, ObligationProgramme
from mmapi.obligations.programmes import millis
from mmapi.tests.obligations.floor import Floor
from venue.engine import commands
from venue.engine.terms import MarketStatus, Side
from venue.launch import data
from venue.launch.children import signalled_with_parent
from venue.tests.cast import environment, wait_until


@pytest.fixture
def programme(floor: Floor) -> ObligationProgramme:
    made = floor.programme()
    floor.member(made)
    return made


def busy(floor: Floor, begin: float) -> None:
    """Some minutes of quoting, with fills of several reports in one command."""
    floor.quote(begin, "q1", (9980, 5), (10020, 5))
    floor.order(begin + 10, "o1", Side.BUY, 9970, 5)
    floor.order(begin + 20.25, "o2", Side.SELL, 9970, 7, floor.beta)
    floor.tell(begin + 30, commands.SetMarketStatus(floor.number, MarketStatus.HALTED))
    floor.tell(begin + 35, commands.SetMarketStatus(floor.number, MarketStatus.OPEN))
    floor.cancel(begin + 40, "q1")
    floor.quote(begin + 50.5, "q2", (9900, 5), (10100, 5))
    floor.pass_time(begin + 60)


def differences(floor: Floor) -> tuple[int, int]:
    done = rebuilding.rebuild(floor.shard, keep=False)
    return done.changed_days, done.changed_intervals


def test_steps_cut_off_anywhere(floor: Floor, programme: ObligationProgramme, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step may end between two reports of one command."""
    monkeypatch.setattr(following, "_REPORTS_TOGETHER", 1)
    busy(floor, 0)
    busy(floor, 100)
    following.catch_up(floor.shard)
    assert differences(floor) == (0, 0)
    assert ObligationDay.objects.filter(market_id=floor.number).count() == 1


def test_two_followers_take_turns(floor: Floor, programme: ObligationProgramme) -> None:
    """Each finds that the other has moved the place, and goes on from there."""
    with following.connect() as one, following.connect() as two:
        followers = [Follower(one, floor.shard), Follower(two, floor.shard)]
        for number in range(4):
            busy(floor, 100 * number)
            followers[number % 2].step()
    assert differences(floor) == (0, 0)


def test_a_rebuild_under_a_follower(floor: Floor, programme: ObligationProgramme) -> None:
    """What it remembers is wrong after that, and it notices."""
    with following.connect() as connection:
        follower = Follower(connection, floor.shard)
        busy(floor, 0)
        follower.step()
        ObligationCourse.objects.filter(market_id=floor.number).update(legs=b"")
        ObligationPlace.objects.filter(shard=floor.shard).update(circumstances=b"")
        ObligationDay.objects.filter(market_id=floor.number).delete()
        rebuilding.rebuild(floor.shard)
        busy(floor, 100)
        follower.step()
    assert differences(floor) == (0, 0)


@pytest.fixture
def process() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.kill()
        one.wait()


def start(process: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(data.PROJECT / "manage.py"), "followobligations"]
    process.append(subprocess.Popen(command, env=environment(), preexec_fn=signalled_with_parent(signal.SIGTERM)))
    return process[-1]


def followed(floor: Floor, second: float) -> bool:
    place = ObligationPlace.objects.filter(shard=floor.shard).first()
    return place is not None and millis(place.until) >= floor.millis(second)


def test_killed_and_started_again(
    floor: Floor, programme: ObligationProgramme, process: list[subprocess.Popen[bytes]]
) -> None:
    first = start(process)
    busy(floor, 0)
    wait_until(lambda: followed(floor, 60), 30)
    busy(floor, 100)
    first.kill()
    first.wait()
    busy(floor, 200)
    second = start(process)
    wait_until(lambda: followed(floor, 260), 30)
    assert differences(floor) == (0, 0)
    second.send_signal(signal.SIGTERM)
    assert second.wait(10) == 0
