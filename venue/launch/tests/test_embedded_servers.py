"""The embedded servers keep what they acknowledged, however they end, and come back at the same address."""

import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from venue.launch import data
from venue.launch.own_servers import OwnServers
from venue.launch.postgres import EmbeddedPostgres
from venue.launch.redis_server import EmbeddedRedis


def kill(server: EmbeddedPostgres | EmbeddedRedis) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()


def test_postgres_keeps_commits_when_killed(own_servers: OwnServers) -> None:
    url = own_servers.postgres.url
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    kill(own_servers.postgres)
    own_servers.start()
    assert own_servers.postgres.url == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_the_venue_is_no_superuser(own_servers: OwnServers) -> None:
    with psycopg.connect(own_servers.postgres.url) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")
        connection.rollback()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(own_servers.postgres.url.replace("//venue:", "//postgres:"))


def test_redis_keeps_its_file_when_stopped(own_servers: OwnServers) -> None:
    client = own_servers.redis.client()
    client.set("kept", "yes")
    own_servers.redis.stop()
    own_servers.start()
    assert client.get("kept") == b"yes"


def test_redis_refuses_strangers(own_servers: OwnServers) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=own_servers.redis.port, retry=Retry(NoBackoff(), 0)).ping()


def test_both_answer_by_socket_and_by_port(own_servers: OwnServers) -> None:
    postgres, cache = own_servers.postgres, own_servers.redis
    assert (postgres.cluster / f".s.PGSQL.{postgres.port}").is_socket()
    assert cache.socket.is_socket()
    by_port = f"postgresql://venue:{postgres.password}@127.0.0.1:{postgres.port}/venue"
    psycopg.connect(by_port, connect_timeout=5).close()
    assert redis.Redis(port=cache.port, password=cache.password).ping()


def test_in_a_folder_too_deep_for_sockets_they_answer_by_port() -> None:
    with tempfile.TemporaryDirectory(prefix="deep" * 30) as name:
        folder = Path(name)
        folder.chmod(0o711)
        postgres = EmbeddedPostgres(folder / "postgres", "one", durable=False)
        cache = EmbeddedRedis(folder / "redis", "two", durable=False)
        try:
            for server in (postgres, cache):
                server.start()
                server.wait()
                assert "127.0.0.1" in server.url
        finally:
            cache.stop()
            postgres.stop()


def test_a_cluster_of_before_there_were_sockets(own_servers: OwnServers) -> None:
    own_servers.postgres.stop()
    (own_servers.postgres.cluster / "pg_hba.conf").write_text("local all all reject\nhost all all all scram-sha-256\n")
    own_servers.start()
    assert own_servers.postgres.answers()


LEAVE_RUNNING = """
import os, sys
from pathlib import Path
from venue.launch.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), sys.argv[2])
server.start()
server.wait()
os.kill(os.getpid(), 9)
"""


def test_a_killed_run_leaves_nothing_in_the_way(own_servers: OwnServers) -> None:
    folder = own_servers.folder / "postgres"
    password = data.secrets_of(own_servers.folder)["database_password"]
    own_servers.postgres.stop()
    killed = subprocess.run([sys.executable, "-c", LEAVE_RUNNING, str(folder), password], cwd=data.PROJECT, check=False)
    assert killed.returncode == -9
    own_servers.start()
    assert own_servers.postgres.answers()


def test_a_process_number_that_was_given_anew_is_no_obstacle(own_servers: OwnServers) -> None:
    cluster = Path(own_servers.postgres.cluster)
    remembered = (cluster / "postmaster.pid").read_text().splitlines()
    own_servers.postgres.stop()
    (cluster / "postmaster.pid").write_text("\n".join(["1", *remembered[1:]]) + "\n")
    own_servers.start()
    assert own_servers.postgres.answers()
