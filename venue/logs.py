"""Logging through structlog; what authenticates a request never reaches a log."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_PREFIXES = ("x-api-", "http_x_api_")
SECRET_WORDS = {"authorization", "cookie", "password", "secret", "apisecret", "api_secret", "signature"}

# An applicant's link is its password.
PRIVATE_LINK = re.compile(r"(/apply/)[\w-]{20,}")


def is_secret(name: object) -> bool:
    word = str(name).lower()
    return word.startswith(SECRET_PREFIXES) or word in SECRET_WORDS


def redact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "[redacted]" if is_secret(name) else redact(inner) for name, inner in value.items()}
    return PRIVATE_LINK.sub(r"\1[redacted]", value) if isinstance(value, str) else value


def redact_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return redact(dict(event))


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    redact_secrets,
]


def renderers(form: str) -> list[Any]:
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "json":
        return [without_meta, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # The default formatter prints local variables, and with them secrets.
    plain = structlog.dev.plain_traceback
    return [without_meta, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def configuration(form: str, level: str) -> dict[str, Any]:
    """For Django's LOGGING: every logger, ours and others', through one handler."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": renderers(form),
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structlog": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structlog"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # A client's 4xx is an answer, not an event of ours; at quoting rates a line each would drown the rest.
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},  # the audit trail has it
            "django": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
