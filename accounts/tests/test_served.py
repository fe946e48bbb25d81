"""Through the real server: targets as clients write them, and another process's memory of keys."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from accounts import firms, keys
from accounts.tests.cast import Caller, Party

pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    """Granian with the test database."""
    number = free_port()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(database),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "VENUE_SECRET_KEYS": ",".join(settings.VENUE_SECRET_KEYS),
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "2", "--port", str(number)]
    server = subprocess.Popen([*command, "accounts.tests.wsgi:application"], env=environment)
    try:
        await_port(number)
        yield number
    finally:
        server.terminate()
        server.wait(20)


def await_port(number: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", number), 1).close()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"Nothing listens on {number}.")


def ask(port: int, caller: Caller, target: str, signed_target: str | None = None) -> tuple[int, Any]:
    """Sends the target as it is, which http.client would otherwise refuse or change."""
    headers = caller.sign("GET", signed_target or target, timestamp_ms=caller.next_ms())
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as channel:
        channel.sendall(head.encode())
        answer = http.client.HTTPResponse(channel)
        answer.begin()
        return answer.status, json.loads(answer.read())


TARGETS = [
    ("/orders", None),
    ("/orders?limit=5&side=buy", None),
    ("/any/quote_abc-1.2~3", None),
    ("/any/a:b@c!$&'()*+,;=d", None),
    ("/any/%C3%A9%20x", None),
    ("/any/x?q=%C3%A9&r=a%2Fb&s=a+b%20c", None),
    ("/any/x?q=%c3%a9", None),
    ("/any/x?q=", None),
    # Not in normal form: the normal form is what is signed.
    ("/any/%c3%a9", "/any/%C3%A9"),
    ("/any/%7Ex", "/any/~x"),
    ("/any/a%2Fb", "/any/a/b"),
]


def test_targets_are_signed_as_sent(port: int, alpha: Party) -> None:
    caller = alpha.caller()
    for target, signed_target in TARGETS:
        status, answer = ask(port, caller, target, signed_target)
        assert (target, status, answer.get("code")) == (target, 200, None)
    assert ask(port, caller, "/any/x?q=%C3%A9", "/any/x?q=é")[1]["code"] == "INVALID_SIGNATURE"
    assert ask(port, caller, "/any/x?a=1&b=2", "/any/x?b=2&a=1")[1]["code"] == "INVALID_SIGNATURE"


def test_changes_bite_within_a_second_in_another_process(port: int, alpha: Party, gamma: Party) -> None:
    caller, bystander = alpha.caller(), gamma.caller()
    assert ask(port, caller, "/orders")[0] == 200
    firms.suspend(alpha.firm)
    assert ask(port, caller, "/orders")[1]["code"] == "FIRM_SUSPENDED"
    firms.reinstate(alpha.firm)
    assert ask(port, caller, "/orders")[0] == 200
    keys.revoke(caller.key, "lost", "ops")
    assert ask(port, caller, "/orders")[1]["code"] == "KEY_REVOKED"
    assert ask(port, bystander, "/orders")[0] == 200


def test_the_servers_peer_is_the_clients_network(port: int, alpha: Party) -> None:
    assert ask(port, alpha.caller(networks=("127.0.0.0/8",)), "/orders")[0] == 200
    assert ask(port, alpha.caller(networks=("10.0.0.0/8",)), "/orders")[1]["code"] == "NETWORK_NOT_ALLOWED"
