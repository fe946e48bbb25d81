"""The data folder (`VENUE_DATA`): where the servers are, the secrets, and the lock of the running venue."""

import fcntl
import json
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any, TypedDict

from venue.launch import environment

PROJECT = Path(__file__).resolve().parents[2]


class Secrets(TypedDict):
    secret_key: str
    secret_keys: list[str]
    database_password: str
    redis_password: str
    staff_password: str


class Servers(TypedDict):
    database_url: str
    redis_url: str
    rest_port: int
    stream_port: int


def folder() -> Path:
    return (PROJECT / environment.text("VENUE_DATA", ".venue")).resolve()


def read(path: Path) -> Any:
    """The file's content, or None where there is no such file."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def write(path: Path, content: object) -> None:
    """Replaces the file in one step, readable by its owner only."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def make_secrets() -> Secrets:
    return {
        "secret_key": secrets.token_urlsafe(50),
        "secret_keys": [urlsafe_b64encode(secrets.token_bytes(32)).decode()],
        "database_password": secrets.token_urlsafe(24),
        "redis_password": secrets.token_urlsafe(24),
        "staff_password": secrets.token_urlsafe(12),
    }


def stored_secrets(data: Path) -> Secrets | None:
    return read(data / "secrets.json")


def secrets_of(data: Path) -> Secrets:
    """The folder's secrets, made at the first call."""
    known = stored_secrets(data)
    if known is None:
        known = make_secrets()
        write(data / "secrets.json", known)
    return known


def servers_of(data: Path) -> Servers | None:
    return read(data / "servers.json")


def remember_servers(data: Path, servers: Servers) -> None:
    write(data / "servers.json", servers)


class AlreadyRunning(Exception):
    """Another process holds the data folder."""


class Hold:
    """The folder's lock; the kernel frees it when the holder ends, however it ends."""

    def __init__(self, data: Path) -> None:
        self.file = open(data / "lock", "a+")  # noqa: SIM115 - held for the life of the process
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.seek(0)
            raise AlreadyRunning(self.file.read().strip()) from None
        self.file.truncate(0)
        self.file.write(str(os.getpid()))
        self.file.flush()

    def __enter__(self) -> "Hold":
        return self

    def __exit__(self, *exception: object) -> None:
        self.file.close()
