"""Half of each page stays free, so that a refreshed quote's next version finds room beside it and no index changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE quotes_quote SET (fillfactor = 50)", "ALTER TABLE quotes_quote RESET (fillfactor)"
        )
    ]
