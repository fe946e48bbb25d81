from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("venue", "0008_permissions")]

    operations = [
        migrations.AddIndex(
            model_name="executionreport",
            index=models.Index(
                models.F("exec_type"),
                models.F("id"),
                condition=models.Q(("exec_type__in", [8, 12, 21])),
                name="report_seldom",
            ),
        ),
    ]
