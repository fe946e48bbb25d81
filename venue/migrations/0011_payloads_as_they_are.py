"""What a command carried is stored as it is: PostgreSQL spent more on compressing a batch than on writing it."""

from django.db import migrations

_STORAGE = "ALTER TABLE venue_command ALTER COLUMN payload SET STORAGE {0}, ALTER COLUMN reply SET STORAGE {0}"


class Migration(migrations.Migration):
    dependencies = [("venue", "0010_seldom_reports")]
    operations = [migrations.RunSQL(_STORAGE.format("EXTERNAL"), _STORAGE.format("EXTENDED"))]
