"""Unix sockets of the embedded servers: a round trip costs two thirds of one by TCP. The port stays for tools."""

import os
from pathlib import Path

LONGEST = 103  # bytes of a socket's path that every kernel takes


def usable(socket: Path) -> bool:
    """Whether a server can listen there; in a deeper folder it is left to its port."""
    return len(os.fsencode(socket)) <= LONGEST and '"' not in str(socket)
