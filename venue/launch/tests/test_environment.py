"""A malformed value of the environment is refused, with the variable's name."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest

from venue.launch import environment


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: environment.port("X", 1), "80x"),
        (lambda: environment.port("X", 1), "0"),
        (lambda: environment.port("X", 1), "65536"),
        (lambda: environment.integer("X", 1), "-1"),
        (lambda: environment.integer("X", 1), "٣"),
        (lambda: environment.boolean("X", True), "maybe"),
        (lambda: environment.choice("X", "a", ("a", "b")), "c"),
        (lambda: environment.networks("X"), "10.0.0.0/99"),
        (lambda: environment.networks("X"), "10.0.0.1/8"),
        (lambda: environment.server_url("X", ("redis",)), "localhost:6379"),
    ],
)
def test_malformed_is_refused(monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(environment.MalformedValue, match=r"^X=.* is malformed: expected"):
        read()


def test_unset_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    assert environment.port("X", 8000) == 8000
    assert environment.boolean("X", True) is True
    assert environment.networks("X") == []


def test_networks_of_both_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "10.0.0.0/8, 2001:db8::/32")
    assert environment.networks("X") == [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]
