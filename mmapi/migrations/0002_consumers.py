"""The marks of drop-copy consumers."""

import django.db.models.deletion
import venue.fields
from django.db import migrations, models


class Migration(migrations.Migration):


    dependencies = [
        ('accounts', '0002_tiers'),
        ('mmapi', '0001_batches_and_locks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consumer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shard', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=64)),
                ('acked', models.BigIntegerField(default=0)),
                ('acked_at', venue.fields.MillisField(default=0)),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.firm')),
            ],
            options={
                'ordering': ['firm', 'shard', 'name'],
                'constraints': [models.UniqueConstraint(fields=('firm', 'shard', 'name'), name='one_mark_a_consumer')],
            },
        ),
    ]
