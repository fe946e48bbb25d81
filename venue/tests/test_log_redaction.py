"""What authenticates a request never reaches a log."""

from venue import logs


def test_credentials_are_redacted_at_any_depth() -> None:
    event = {
        "event": "refused",
        "X-API-Key": "k",
        "headers": {"x-api-signature": "s", "Authorization": "a", "Host": "h"},
        "meta": {"HTTP_X_API_TIMESTAMP": "1"},
    }
    assert logs.redact_secrets(None, "info", event) == {
        "event": "refused",
        "X-API-Key": "[redacted]",
        "headers": {"x-api-signature": "[redacted]", "Authorization": "[redacted]", "Host": "h"},
        "meta": {"HTTP_X_API_TIMESTAMP": "[redacted]"},
    }
