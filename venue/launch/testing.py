"""Servers for a test run, as a pytest plugin: one PostgreSQL for all workers, one Redis for each.

They are there before the settings are read; DATABASE_URL and REDIS_URL name others instead.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from venue.launch import data
from venue.launch.postgres import EmbeddedPostgres
from venue.launch.redis_server import EmbeddedRedis

Embedded = EmbeddedPostgres | EmbeddedRedis

# Set by the first process of a run; the workers it starts inherit them.
SHARED_FOLDER = "VENUE_TEST_FOLDER"
NAMED_REDIS = "VENUE_TEST_NAMED_REDIS"


class ServersForTests:
    """What this process has started, and how it ends."""

    def __init__(self) -> None:
        self.started: list[Embedded] = []
        self.own_folder: Path | None = None

    def begin_run(self) -> Path:
        """In the first process: a data folder and the database server."""
        folder = Path(tempfile.mkdtemp(prefix="venue-tests-"))
        folder.chmod(0o711)
        self.own_folder = folder
        os.environ[SHARED_FOLDER] = os.environ["VENUE_DATA"] = str(folder)
        os.environ[NAMED_REDIS] = os.environ.get("REDIS_URL", "")
        secrets = data.secrets_of(folder)
        if not os.environ.get("DATABASE_URL"):
            postgres = EmbeddedPostgres(folder / "postgres", secrets["database_password"], durable=False)
            self.start(postgres)
            os.environ["DATABASE_URL"] = postgres.url
        return folder

    def start_redis(self, folder: Path) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        if os.environ[NAMED_REDIS]:
            os.environ["REDIS_URL"] = numbered(os.environ[NAMED_REDIS], worker)
            return
        server = EmbeddedRedis(folder / f"redis-{worker or 'alone'}", "tests", durable=False)
        self.start(server)
        os.environ["REDIS_URL"] = server.url

    def start(self, server: Embedded) -> None:
        server.start()
        self.started.append(server)
        server.wait()

    def end(self) -> None:
        for server in reversed(self.started):
            server.stop()
        if self.own_folder is not None:
            for server in self.started:
                if isinstance(server, EmbeddedPostgres):
                    shutil.rmtree(server.home, ignore_errors=True)
            shutil.rmtree(self.own_folder, ignore_errors=True)


SERVERS = ServersForTests()


def numbered(url: str, worker: str) -> str:
    """The named Redis with a database number of the worker's own."""
    number = int(worker.removeprefix("gw") or 0)
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def runs_tests(config: pytest.Config) -> bool:
    """Not the process that only hands tests to its workers."""
    return bool(os.environ.get("PYTEST_XDIST_WORKER")) or not getattr(config.known_args_namespace, "numprocesses", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    shared = os.environ.get(SHARED_FOLDER)
    folder = Path(shared) if shared else SERVERS.begin_run()
    if runs_tests(early_config):
        SERVERS.start_redis(folder)
    yield


def pytest_unconfigure() -> None:
    SERVERS.end()
