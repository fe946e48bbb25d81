"""Reading the environment: a malformed value is refused at start with the variable's name."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


class MalformedValue(SystemExit):
    """Ends the process after saying which variable is wrong and what it may be."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}={os.environ.get(name, '')!r} is malformed: {expected}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31 - 1) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and minimum <= int(value) <= maximum):
        raise MalformedValue(name, f"expected a whole number from {minimum} to {maximum}")
    return int(value)


def port(name: str, default: int) -> int:
    return integer(name, default, minimum=1, maximum=65535)


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name, str(int(default))).strip().lower()
    if value not in TRUE | FALSE:
        raise MalformedValue(name, "expected 1 or 0")
    return value in TRUE


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise MalformedValue(name, f"expected one of {', '.join(allowed)}")
    return value


def names(name: str) -> list[str]:
    """Comma-separated words; empty ones are left out."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word) for word in names(name)]
    except ValueError as error:
        raise MalformedValue(name, f"expected networks such as 10.0.0.0/8, separated by commas ({error})") from None


def server_url(name: str, schemes: tuple[str, ...]) -> str:
    value = text(name)
    if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise MalformedValue(name, f"expected a URL that begins with {schemes[0]}://")
    return value


def database_url() -> str:
    return server_url("DATABASE_URL", ("postgresql", "postgres"))


def redis_url() -> str:
    return server_url("REDIS_URL", ("redis", "rediss", "unix"))
