"""The engine as machine code, where it was compiled from exactly the sources that stand here; else Python runs these.

What was compiled lies in the environment of this interpreter, under a name made of the sources, so nothing stale is
ever loaded. `NATIVE=0` has Python run them all the same.
"""

import sys
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = "venue.engine"
SOURCES: Final = Path(__file__).parent / "engine"
COMPILED: Final = Path(sys.prefix) / "native"
SHARED: Final = "venue"  # the library that all the compiled modules are parts of, less mypyc's ending of its name

# These only say what data looks like, and msgspec's compiled code is what handles it.
_DATA: Final = {"__init__.py", "commands.py", "events.py", "records.py", "rejects.py", "terms.py"}


def modules() -> list[Path]:
    """The sources that are compiled."""
    return [source for source in sorted(SOURCES.glob("*.py")) if source.name not in _DATA]


@cache
def folder() -> Path:
    """Where the engine lies once it is compiled; each version of it has its own."""
    digest = blake2b(digest_size=12)
    for source in sorted(SOURCES.glob("*.py")):
        content = source.read_bytes()
        digest.update(b"%s %d " % (source.name.encode(), len(content)) + content)
    return COMPILED / f"{sys.implementation.cache_tag}-{digest.hexdigest()}"


class _Finder(MetaPathFinder):
    """Finds the compiled modules before Python finds their sources."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        if name.startswith(f"{PACKAGE}."):
            return PathFinder.find_spec(name, [str(folder() / "venue" / "engine")])
        return PathFinder.find_spec(name, [str(folder())]) if name == f"{SHARED}__mypyc" else None


def use() -> None:
    """From now on imports find the compiled engine, if there is one."""
    if folder().is_dir():
        sys.meta_path.insert(0, _Finder())


def in_use() -> bool:
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)
