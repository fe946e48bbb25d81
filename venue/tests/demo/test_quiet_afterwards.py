"""Whoever stops the demo finds the books as they were, and the demo comes back as the same firms with the same keys.

The file's name puts it after the examples of the protocol, which need this venue untouched.
"""

import signal
import subprocess
import sys
from pathlib import Path

from venue.launch import data
from venue.tests.demo.open_venue import SYMBOLS, OpenVenue


def start_demo(venue: OpenVenue) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=data.PROJECT,
        env=venue.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def end(demo: subprocess.Popen[str]) -> str:
    demo.send_signal(signal.SIGTERM)
    said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 0, said
    return said


def test_it_leaves_nothing_behind_and_comes_back(quiet_venue: OpenVenue) -> None:
    kept = Path(quiet_venue.environment["VENUE_DATA"]) / "demo-keys.json"
    issued = []
    for _ in range(2):
        demo = start_demo(quiet_venue)
        quiet_venue.await_true(lambda: all(len(side) >= 4 for side in quiet_venue.sides("XRP-USD")))
        issued.append(kept.read_text())
        assert "Traceback" not in end(demo)
        quiet_venue.await_true(lambda: not any(side for symbol in SYMBOLS for side in quiet_venue.sides(symbol)))
    assert issued[0] == issued[1]
