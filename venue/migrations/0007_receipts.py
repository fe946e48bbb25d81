"""What receipts ask the journal for: when a command was committed, reports of an order or quote."""

import venue.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tiers'),
        ('venue', '0006_fast_lane'),
    ]

    operations = [
        migrations.AddField(
            model_name='command',
            name='committed_at',
            field=venue.fields.MillisField(db_default=0, help_text='When the commit that made it durable was begun.'),
        ),
        migrations.AddIndex(
            model_name='executionreport',
            index=models.Index(models.F('entity_id'), models.F('id'), condition=models.Q(('entity_id__gt', 0)), name='report_entity'),
        ),
        migrations.AddIndex(
            model_name='executionreport',
            index=models.Index(models.F('account'), models.F('client_id'), condition=models.Q(('entity_id', 0), models.Q(('client_id', ''), _negated=True)), name='report_refused_client_id'),
        ),
    ]
