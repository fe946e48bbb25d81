"""Which tables the database itself records row by row, so that bulk statements and raw SQL are in the record, too.

Tables of configuration and of people. Not the journal and what it explains: they are their own record.
"""

from typing import Any, Final, NamedTuple

from django.apps import AppConfig, apps
from django.db import connection
from django.db.models import Model

from staff.triggers import recording


class Recorded(NamedTuple):
    """`name` is the column that names a row. Of secret columns it is said that they changed, of silent ones nothing."""

    name: str
    secrets: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


# By model; one that a relation makes is named as in `auth.user_groups`.
RECORDED: Final[dict[str, Recorded]] = {
    "accounts.firm": Recorded("code", silent=("updated_at",)),
    "accounts.tradingaccount": Recorded("name", silent=("updated_at",)),
    "accounts.apikey": Recorded("key_id", secrets=("secret",)),
    "accounts.tier": Recorded("name"),
    "accounts.colocationprofile": Recorded("name"),
    "auth.user": Recorded("username", secrets=("password",), silent=("last_login",)),
    "auth.user_groups": Recorded("id"),
    "auth.user_user_permissions": Recorded("id"),
    "auth.group": Recorded("name"),
    "auth.group_permissions": Recorded("id"),
    "otp_totp.totpdevice": Recorded(
        "name",
        secrets=("key",),
        silent=("drift", "last_t", "last_used_at", "throttling_failure_count", "throttling_failure_timestamp"),
    ),
}


def record_rows_of(sender: AppConfig, **_: Any) -> None:
    """After the app's migrations."""
    for label, recorded in RECORDED.items():
        if label.partition(".")[0] == sender.label:
            model = model_of(label)
            statement = recording(
                model._meta.db_table, label, key_of(model), recorded.name, recorded.secrets, recorded.silent
            )
            with connection.cursor() as cursor:
                cursor.execute(statement)


def model_of(label: str) -> type[Model]:
    app, name = label.split(".")
    found = apps.get_app_config(app).get_models(include_auto_created=True)
    return next(model for model in found if model._meta.model_name == name)


def key_of(model: type[Model]) -> str:
    key = model._meta.pk
    assert key is not None
    return str(key.column)
