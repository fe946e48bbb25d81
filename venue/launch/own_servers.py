"""A PostgreSQL and a Redis for one test or benchmark alone, over a folder that is removed afterwards."""

import os
import shutil
import tempfile
from pathlib import Path

from venue.launch import data, ports
from venue.launch.postgres import EmbeddedPostgres
from venue.launch.redis_server import EmbeddedRedis


class OwnServers:
    """Both servers answer when this is made; `environment` makes a process use them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="venue-own-"))
        self.folder.chmod(0o711)
        secrets = data.secrets_of(self.folder)
        self.postgres = EmbeddedPostgres(self.folder / "postgres", secrets["database_password"])
        self.redis = EmbeddedRedis(self.folder / "redis", secrets["redis_password"])
        self.rest_port = ports.any_free()
        self.stream_port = ports.any_free()
        self.start()

    def start(self) -> None:
        """Whichever does not run."""
        stopped = [server for server in (self.postgres, self.redis) if not server.running()]
        for server in stopped:
            server.start()
        for server in stopped:
            server.wait()

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "VENUE_DATA": str(self.folder),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "REST_PORT": str(self.rest_port),
            "STREAM_PORT": str(self.stream_port),
        }

    def stop(self) -> None:
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self.postgres.home, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
