"""What a process keeps is out of the collector's way, and in large pages if the kernel has any."""

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PROGRAM = """
import gc, json
from pathlib import Path
from venue import memory

def large():
    maps = Path("/proc/self/smaps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages:"))

kept = [[number] for number in range(300_000)]
before = large()
memory.settle((50_000, 20, 100)).join()
whole = [number for (number,) in kept] == list(range(300_000))
print(json.dumps([before, large(), gc.get_freeze_count(), gc.get_threshold(), whole]))
"""


def test_what_is_kept_is_settled() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
    )
    before, after, frozen, thresholds, whole = json.loads(run.stdout)
    assert whole
    assert (frozen >= 300_000, thresholds) == (True, [50_000, 20, 100])
    if Path("/sys/kernel/mm/transparent_hugepage").exists():
        assert after > before
