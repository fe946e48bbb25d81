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


def test_an_applicants_link_is_redacted() -> None:
    token = "x-_" + "A" * 40
    event = {"event": f"Internal Server Error: /apply/{token}/documents/", "request": {"path": f"/apply/{token}/"}}
    assert logs.redact_secrets(None, "error", event) == {
        "event": "Internal Server Error: /apply/[redacted]/documents/",
        "request": {"path": "/apply/[redacted]/"},
    }
