"""From each report of an order or quote to the one before it, and from an order to its last one: histories are read
along these, and the index for them is needed for refusals only, which are not in a chain."""

from django.db import migrations, models

# 8: refusals.
_CHAIN = """
    UPDATE venue_executionreport r SET previous_id = c.before FROM (
        SELECT id, lag(id) OVER (PARTITION BY entity_id ORDER BY id) AS before FROM venue_executionreport
        WHERE entity_id > 0 AND exec_type <> 8
    ) c WHERE r.id = c.id AND c.before IS NOT NULL"""
_ENDS = """
    UPDATE venue_order o SET last_report_id = r.last FROM (
        SELECT entity_id, max(id) AS last FROM venue_executionreport
        WHERE entity_id > 0 AND exec_type <> 8 GROUP BY entity_id
    ) r WHERE o.id = r.entity_id"""


class Migration(migrations.Migration):

    dependencies = [
        ('venue', '0012_unchecked_codes'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='executionreport', name='report_entity'),
        migrations.AddField(
            model_name='executionreport',
            name='previous_id',
            field=models.BigIntegerField(db_default=0, help_text='The report before it of the same order or quote; 0 of the first, and of a refusal.'),
        ),
        migrations.AddField(
            model_name='order',
            name='last_report_id',
            field=models.BigIntegerField(db_default=0, help_text='0 of one that was rejected.'),
        ),
        migrations.RunSQL(_CHAIN, migrations.RunSQL.noop),
        migrations.RunSQL(_ENDS, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='executionreport',
            index=models.Index(models.F('entity_id'), models.F('id'), condition=models.Q(('entity_id__gt', 0), ('exec_type', 8)), name='report_refused_entity'),
        ),
    ]
