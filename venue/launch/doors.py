"""Where the venue listens."""

import urllib.error
import urllib.request

from venue.launch import environment, ports
from venue.launch.refusal import CannotStart

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104


class Doors:
    """The addresses that the environment chose."""

    def __init__(self) -> None:
        self.host = environment.text("LISTEN", "127.0.0.1")
        self.rest = environment.port("REST_PORT", 8000)
        self.stream = environment.port("STREAM_PORT", 8001)

    def demand(self) -> None:
        if self.rest == self.stream:
            raise CannotStart(f"REST_PORT and STREAM_PORT are both {self.rest}: choose two")
        ports.demand(self.host, self.rest, "REST_PORT")
        ports.demand(self.host, self.stream, "STREAM_PORT")

    @property
    def here(self) -> str:
        """As seen from this machine."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    def rest_answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://{self.here}:{self.rest}/api/v1/time", timeout=2).close()
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False
        return True
