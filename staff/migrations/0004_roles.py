"""The roles as groups. Their permissions are filled in from the table after every migration, as apps bring them."""

from django.db import migrations

ROLES = ("viewer", "onboarding", "risk", "market operations", "finance", "administrator")


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for role in ROLES:
        groups.get_or_create(name=role)


class Migration(migrations.Migration):

    dependencies = [("staff", "0003_triggers"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
