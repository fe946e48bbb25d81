"""Ports: free ones for the embedded servers, and a clear word where one of the venue's is taken."""

import socket
from pathlib import Path

from venue.launch.refusal import CannotStart


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def remembered(file: Path) -> int:
    """The port of the last start, so that whoever knows the address keeps it; another one if it is taken now."""
    port = int(file.read_text()) if file.exists() else 0
    if not (port and is_free("127.0.0.1", port)):
        port = any_free()
        file.write_text(str(port))
    return port


def demand(host: str, port: int, variable: str) -> None:
    if not is_free(host, port):
        raise CannotStart(f"Port {port} is taken. Choose another one: make run {variable}={port + 10}")
