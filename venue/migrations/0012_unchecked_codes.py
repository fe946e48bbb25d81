"""Codes that only the matcher writes are not checked by the database row by row: of a refreshed quote's report that
was a twelfth of the cost."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('venue', '0011_payloads_as_they_are'),
    ]

    operations = [
        migrations.AlterField(
            model_name='executionreport',
            name='exec_type',
            field=models.SmallIntegerField(choices=[(0, 'new'), (4, 'canceled'), (5, 'replaced'), (8, 'rejected'), (12, 'expired'), (15, 'trade'), (21, 'triggered')]),
        ),
        migrations.AlterField(
            model_name='executionreport',
            name='kind',
            field=models.SmallIntegerField(choices=[(0, 'any'), (1, 'order'), (2, 'quote')]),
        ),
        migrations.AlterField(
            model_name='executionreport',
            name='liquidity',
            field=models.SmallIntegerField(choices=[(0, '-'), (1, 'maker'), (2, 'taker')]),
        ),
        migrations.AlterField(
            model_name='executionreport',
            name='ord_status',
            field=models.SmallIntegerField(choices=[(0, 'new'), (1, 'partially filled'), (2, 'filled'), (4, 'canceled'), (8, 'rejected'), (12, 'expired')]),
        ),
        migrations.AlterField(
            model_name='executionreport',
            name='reason',
            field=models.SmallIntegerField(help_text='Why it was canceled or rejected.'),
        ),
        migrations.AlterField(
            model_name='executionreport',
            name='side',
            field=models.SmallIntegerField(choices=[(0, 'two-sided'), (1, 'buy'), (2, 'sell')]),
        ),
        migrations.AlterField(
            model_name='order',
            name='reason',
            field=models.SmallIntegerField(help_text='Why it was canceled or rejected.'),
        ),
        migrations.AlterField(
            model_name='order',
            name='self_trade_prevention',
            field=models.SmallIntegerField(choices=[(1, 'cancel newest'), (2, 'cancel oldest'), (3, 'cancel both'), (4, 'decrement')]),
        ),
        migrations.AlterField(
            model_name='order',
            name='side',
            field=models.SmallIntegerField(choices=[(1, 'buy'), (2, 'sell')]),
        ),
        migrations.AlterField(
            model_name='order',
            name='status',
            field=models.SmallIntegerField(choices=[(0, 'new'), (1, 'partially filled'), (2, 'filled'), (4, 'canceled'), (8, 'rejected'), (12, 'expired')]),
        ),
        migrations.AlterField(
            model_name='order',
            name='time_in_force',
            field=models.SmallIntegerField(choices=[(1, 'good till cancel'), (3, 'immediate or cancel'), (4, 'fill or kill'), (6, 'good till date')]),
        ),
        migrations.AlterField(
            model_name='order',
            name='type',
            field=models.SmallIntegerField(choices=[(1, 'market'), (2, 'limit')]),
        ),
        migrations.AlterField(
            model_name='trade',
            name='aggressor_side',
            field=models.SmallIntegerField(choices=[(1, 'buy'), (2, 'sell')]),
        ),
        migrations.AlterField(
            model_name='trade',
            name='maker_kind',
            field=models.SmallIntegerField(choices=[(0, 'any'), (1, 'order'), (2, 'quote')]),
        ),
        migrations.AlterField(
            model_name='trade',
            name='taker_kind',
            field=models.SmallIntegerField(choices=[(0, 'any'), (1, 'order'), (2, 'quote')]),
        ),
    ]
