"""Part of each page stays free, so that a row's next version finds room beside it and no index changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("venue", "0001_initial")]
    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} SET (fillfactor = 50)", f"ALTER TABLE {table} RESET (fillfactor)")
        for table in ("venue_order", "venue_position", "venue_market", "venue_shard")
    ]
