"""What a process has loaded and will keep: out of the collector's way, and in large pages where the kernel has any.
What it frees it needs again for the next command, and keeps as well."""

import ctypes
import gc
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Final

_LARGE_PAGE: Final = 2 << 20
_HUGEPAGE: Final = 14  # madvise: in large pages from now on, …
_COLLAPSE: Final = 25  # … and now; both answer an error where the kernel cannot, which changes nothing
_KEPT: Final = 16 << 20  # bytes that are free at once
_TRIM_THRESHOLD: Final = -1  # of mallopt
_MMAP_THRESHOLD: Final = -3
_LIBC: Final = ctypes.CDLL(None)
_OWN: Final = re.compile(
    r"^(\w+)-(\w+) rw-p \w+ 00:00 0 *(?:\[heap\])?\nSize: +(\d+) kB\n(?:\w+: +\d+ kB\n)*?Rss: +(\d+) kB$", re.MULTILINE
)
_MAPS: Final = Path("/proc/self/smaps")


def settle(collections: tuple[int, int, int]) -> Thread:
    """Call it when all is loaded: nothing of that is looked through for garbage again, and the collector runs as seldom
    as its thresholds say. The thread returned moves it into large pages, which takes up to a quarter of a second that
    nobody should have to wait for."""
    gc.freeze()
    gc.set_threshold(*collections)
    _keep_what_is_freed()
    moving = Thread(target=_use_large_pages, name="large pages", daemon=True)
    moving.start()
    return moving


def _keep_what_is_freed() -> None:
    """glibc would give larger pieces back to the kernel at once, which clears each page of the next one."""
    if hasattr(_LIBC, "mallopt"):
        for parameter in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            _LIBC.mallopt(parameter, _KEPT)


def _use_large_pages() -> None:
    """A heap in small pages needs more of them than a processor remembers, and a virtual machine finds each twice."""
    if not _MAPS.exists():
        return
    for start, end in _whole_pages(_MAPS.read_text()):
        for advice in (_HUGEPAGE, _COLLAPSE):
            _LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), advice)


def _whole_pages(maps: str) -> Iterator[tuple[int, int]]:
    """Where this process's own memory has room for large pages, and is in use for the most part: stacks are not."""
    for start, end, size, resident in _OWN.findall(maps):
        first, last = -(-int(start, 16) // _LARGE_PAGE) * _LARGE_PAGE, int(end, 16) // _LARGE_PAGE * _LARGE_PAGE
        if first < last and 2 * int(resident) >= int(size):
            yield first, last
