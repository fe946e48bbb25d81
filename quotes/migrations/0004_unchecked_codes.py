"""Codes that only the matcher writes are not checked by the database row by row: of a refreshed quote's report that
was a twelfth of the cost."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quotes', '0003_session'),
    ]

    operations = [
        migrations.AlterField(
            model_name='quote',
            name='reason',
            field=models.SmallIntegerField(help_text='Why it was canceled.'),
        ),
        migrations.AlterField(
            model_name='quote',
            name='status',
            field=models.SmallIntegerField(choices=[(0, 'new'), (1, 'partially filled'), (2, 'filled'), (4, 'canceled'), (8, 'rejected'), (12, 'expired')]),
        ),
    ]
