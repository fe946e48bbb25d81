"""PostgreSQL and Redis for one data folder: embedded ones, or those that the environment names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from venue.launch import data, environment
from venue.launch.doors import Doors
from venue.launch.postgres import EmbeddedPostgres
from venue.launch.redis_server import EmbeddedRedis
from venue.launch.refusal import CannotStart

Embedded = EmbeddedPostgres | EmbeddedRedis


def say(text: str) -> None:
    print(text, flush=True)


def opened_folder() -> Path:
    """The data folder; others may pass through it, for the database server's user, but list nothing."""
    folder = data.folder()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


def start_servers(folder: Path) -> list[Embedded]:
    """Those that the environment does not name, started and answering."""
    secrets = data.secrets_of(folder)
    embedded: list[Embedded] = []
    if not environment.database_url():
        embedded.append(EmbeddedPostgres(folder / "postgres", secrets["database_password"]))
    if not environment.redis_url():
        embedded.append(EmbeddedRedis(folder / "redis", secrets["redis_password"]))
    try:
        for server in embedded:
            server.start()
        for server in embedded:
            server.wait()
            say(f"{server.name}: embedded, port {server.port}")
    except BaseException:
        stop_servers(embedded)
        raise
    return embedded


def stop_servers(embedded: list[Embedded]) -> None:
    for server in reversed(embedded):
        server.stop()


def addresses(embedded: list[Embedded], doors: Doors) -> data.Servers:
    found = {server.name: server.url for server in embedded}
    return {
        "database_url": found.get("postgres") or environment.database_url(),
        "redis_url": found.get("redis") or environment.redis_url(),
        "rest_port": doors.rest,
        "stream_port": doors.stream,
    }


def demand_answers(servers: data.Servers) -> None:
    """Servers named by the environment are not ours to start: say so if they do not answer."""
    try:
        psycopg.connect(servers["database_url"], connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise CannotStart(f"DATABASE_URL: no connection ({error})") from None
    try:
        redis.Redis.from_url(servers["redis_url"], socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        raise CannotStart(f"REDIS_URL: no connection ({error})") from None


def hold(folder: Path) -> data.Hold:
    try:
        return data.Hold(folder)
    except data.AlreadyRunning as running:
        raise CannotStart(
            f"A venue runs on {folder} already (process {running}). Stop it, or give this one a VENUE_DATA of its own."
        ) from None


@contextmanager
def servers_up(doors: Doors) -> Iterator[tuple[Path, list[Embedded]]]:
    """The data folder held, its servers up and known to every command; stopped at the end."""
    folder = opened_folder()
    with hold(folder):
        doors.demand()
        embedded = start_servers(folder)
        try:
            servers = addresses(embedded, doors)
            demand_answers(servers)
            data.remember_servers(folder, servers)
            yield folder, embedded
        finally:
            stop_servers(embedded)
