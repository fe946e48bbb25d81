"""Fee rates that accounts have of their own in a market."""

import django.db.models.deletion
import venue.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sessions'),
        ('venue', '0008_permissions'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeeRates',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('maker_ppm', models.BigIntegerField(help_text='Parts per million of the notional; negative is a rebate.')),
                ('taker_ppm', models.BigIntegerField(help_text='Parts per million of the notional; negative is a rebate.')),
                ('sequence', models.BigIntegerField(help_text='Of the command that set them.')),
                ('since', venue.fields.MillisField()),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.tradingaccount')),
                ('firm', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.firm')),
                ('market', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venue.market')),
            ],
            options={
                'verbose_name_plural': 'fee rates',
                'constraints': [models.UniqueConstraint(fields=('account', 'market'), name='one_fee_rates_a_market')],
            },
        ),
    ]
