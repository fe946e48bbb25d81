"""From a quote to its last report."""

from django.db import migrations, models

_ENDS = """
    UPDATE quotes_quote q SET last_report_id = r.last FROM (
        SELECT entity_id, max(id) AS last FROM venue_executionreport
        WHERE entity_id > 0 AND exec_type <> 8 GROUP BY entity_id
    ) r WHERE q.id = r.entity_id"""


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0004_unchecked_codes'),
        ('venue', '0013_reports_in_chains'),
    ]

    operations = [
        migrations.AddField(
            model_name='quote',
            name='last_report_id',
            field=models.BigIntegerField(db_default=0, help_text='0 of one that was rejected.'),
        ),
        migrations.RunSQL(_ENDS, migrations.RunSQL.noop),
    ]
