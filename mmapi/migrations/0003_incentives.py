"""Fee programmes and their members, announced rates, the ledger of fees, statements."""

import datetime
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import mmapi.incentives.models
import venue.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sessions'),
        ('mmapi', '0002_consumers'),
        ('venue', '0009_fee_rates'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeeSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='LedgerPlace',
            fields=[
                ('shard', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('report', models.BigIntegerField(default=0)),
                ('complete_before', venue.fields.MillisField(default=0, help_text='Every fill before this moment is in the ledger.')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('member', 'Member'), ('fees', 'Fees earned'), ('rebates', 'Rebates granted')], max_length=8)),
                ('currency', models.CharField(max_length=16)),
                ('debits', models.DecimalField(decimal_places=15, default=0, max_digits=38)),
                ('credits', models.DecimalField(decimal_places=15, default=0, max_digits=38)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.tradingaccount')),
            ],
            options={
                'ordering': ['currency', 'kind', 'account'],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('trade_id', models.BigIntegerField()),
                ('side', models.PositiveSmallIntegerField(choices=[(1, 'buy'), (2, 'sell')])),
                ('liquidity', models.PositiveSmallIntegerField(choices=[(1, 'maker'), (2, 'taker')])),
                ('price', models.BigIntegerField(help_text='In ticks.')),
                ('size', models.BigIntegerField(help_text='In lots.')),
                ('rate_ppm', models.BigIntegerField(help_text='In force when it traded.')),
                ('currency', models.CharField(max_length=16)),
                ('amount', models.DecimalField(decimal_places=15, max_digits=38)),
                ('executed_at', venue.fields.MillisField()),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.tradingaccount')),
                ('credit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='mmapi.ledgeraccount')),
                ('debit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='mmapi.ledgeraccount')),
                ('firm', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.firm')),
                ('market', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venue.market')),
            ],
            options={
                'verbose_name_plural': 'ledger entries',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(help_text='Rates are given at the cut of this day for the first time, if it is to come.')),
                ('until', models.DateField(blank=True, help_text='At the cut of this day they end.', null=True)),
                ('account', models.ForeignKey(blank=True, help_text='Empty: the whole firm.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tradingaccount')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.firm')),
            ],
            options={
                'ordering': ['programme', 'firm', 'account'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateTimeField()),
                ('tier', models.CharField(blank=True, max_length=32)),
                ('min_volume', models.DecimalField(decimal_places=2, max_digits=24, null=True)),
                ('maker_ppm', models.IntegerField(null=True)),
                ('taker_ppm', models.IntegerField(null=True)),
                ('markets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('window_from', models.DateTimeField()),
                ('window_to', models.DateTimeField()),
                ('volume', models.DecimalField(decimal_places=9, help_text='Maker volume within the window.', max_digits=38)),
                ('compliance', models.DecimalField(decimal_places=6, help_text='Percent.', max_digits=9, null=True)),
                ('changes', models.BooleanField(help_text='Not the same as the one before it.')),
                ('announced_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('applied_at', models.DateTimeField(help_text='When the matcher had confirmed the rates.', null=True)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='mmapi.membership')),
            ],
            options={
                'ordering': ['-effective_from', 'membership'],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('quote_currency', models.CharField(help_text='Volume is counted in it, in markets that have it.', max_length=16)),
                ('markets', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, help_text='Empty: all markets of the quote currency.', size=None)),
                ('cut_at', models.TimeField(default=datetime.time(0, 0), help_text='UTC; rates change at this time of day.', validators=[mmapi.incentives.models.validate_full_hour], verbose_name='cut')),
                ('window_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='window (days)')),
                ('active', models.BooleanField(default=True, help_text="Ended, its members pay the markets' own rates after a cut.")),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='mmapi.feeschedule')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='membership',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='mmapi.programme'),
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day.')),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('issued_by', models.CharField(max_length=150)),
                ('reason', models.CharField(blank=True, help_text='Why it corrects the version before it.', max_length=500)),
                ('fills', models.BigIntegerField()),
                ('totals', models.JSONField(help_text='By currency; exact decimals as text.')),
                ('lines', models.BinaryField(help_text='The fills as CSV, compressed.')),
                ('digest', models.CharField(help_text='SHA-256 of the fills as CSV.', max_length=64)),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tradingaccount')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.firm')),
            ],
            options={
                'ordering': ['-month', 'firm', 'account', '-version'],
                'permissions': [('issue_statement', 'Can issue statements'), ('view_volume_report', 'Can see volume reports')],
            },
        ),
        migrations.CreateModel(
            name='FeeTier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('min_volume', models.DecimalField(decimal_places=2, help_text="Maker volume within the programme's window, in its quote currency.", max_digits=24, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='from volume')),
                ('min_compliance', models.DecimalField(blank=True, decimal_places=2, help_text="Percent of quote obligations met over the window's whole days; empty: not asked for.", max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='from compliance')),
                ('maker_bps', models.DecimalField(decimal_places=2, help_text='Basis points of the notional; negative is a rebate.', max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('-1000')), django.core.validators.MaxValueValidator(Decimal('1000'))], verbose_name='maker rate')),
                ('taker_bps', models.DecimalField(decimal_places=2, help_text='Basis points of the notional; negative is a rebate.', max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('-1000')), django.core.validators.MaxValueValidator(Decimal('1000'))], verbose_name='taker rate')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tiers', to='mmapi.feeschedule')),
            ],
            options={
                'ordering': ['schedule', 'min_volume'],
                'constraints': [models.UniqueConstraint(fields=('schedule', 'min_volume'), name='one_tier_a_volume'), models.UniqueConstraint(fields=('schedule', 'name'), name='one_tier_a_name')],
            },
        ),
        migrations.CreateModel(
            name='HourTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=16)),
                ('hour', models.BigIntegerField(help_text='Hours since the Unix epoch.')),
                ('fills', models.BigIntegerField()),
                ('maker_volume', models.DecimalField(decimal_places=9, max_digits=38)),
                ('taker_volume', models.DecimalField(decimal_places=9, max_digits=38)),
                ('fees', models.DecimalField(decimal_places=15, max_digits=38)),
                ('rebates', models.DecimalField(decimal_places=15, max_digits=38)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.tradingaccount')),
                ('firm', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.firm')),
                ('market', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venue.market')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'market', 'hour'), name='one_total_an_hour')],
            },
        ),
        migrations.AddConstraint(
            model_name='ledgeraccount',
            constraint=models.UniqueConstraint(fields=('kind', 'account', 'currency'), name='one_ledger_account', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(models.F('account'), models.F('executed_at'), models.F('id'), name='ledger_account_time'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='ledger_amount_is_no_debt'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['-effective_from', 'membership'], name='assignment_newest'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('membership', 'effective_from'), name='one_assignment_a_cut'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('programme', 'firm', 'account'), name='one_membership_a_programme', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('firm', 'account', 'month', 'version'), name='one_statement_a_version', nulls_distinct=False),
        ),
    ]
