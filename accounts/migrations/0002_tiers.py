"""The tiers that every venue begins with; ops edit them from then on."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TIERS = {
    "standard": {
        "requests_per_second": 50,
        "request_burst": 100,
        "order_operations_per_second": 500,
        "order_operations_burst": 1_000,
        "max_batch_size": 100,
        "max_open_orders": 1_000,
        "max_sessions": 5,
        "min_cancel_on_disconnect_ms": 1_000,
        "lane": "standard",
    },
    "professional": {
        "requests_per_second": 1_000,
        "request_burst": 2_000,
        "order_operations_per_second": 20_000,
        "order_operations_burst": 40_000,
        "max_batch_size": 500,
        "max_open_orders": 20_000,
        "max_sessions": 20,
        "min_cancel_on_disconnect_ms": 500,
        "lane": "standard",
    },
    "colocated": {
        "requests_per_second": 2_000,
        "request_burst": 4_000,
        "order_operations_per_second": 40_000,
        "order_operations_burst": 80_000,
        "max_batch_size": 500,
        "max_open_orders": 50_000,
        "max_sessions": 50,
        "min_cancel_on_disconnect_ms": 250,
        "lane": "colocated",
    },
    # For benches: no bounds but the batch's.
    "unlimited": {
        "requests_per_second": 0,
        "request_burst": 0,
        "order_operations_per_second": 0,
        "order_operations_burst": 0,
        "max_batch_size": 1_000,
        "max_open_orders": 0,
        "max_sessions": 0,
        "min_cancel_on_disconnect_ms": 100,
        "lane": "standard",
    },
}


def create_tiers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    tier = apps.get_model("accounts", "Tier")
    tier.objects.bulk_create(tier(name=name, **limits) for name, limits in TIERS.items())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create_tiers, migrations.RunPython.noop)]
