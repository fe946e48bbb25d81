"""The audit trail is only appended to, sealed at each commit, and written by triggers of recorded tables."""

from django.db import migrations

from staff import triggers


class Migration(migrations.Migration):

    dependencies = [("staff", "0002_sessions_and_seals")]

    operations = [
        migrations.RunSQL(
            triggers.SEALS,
            """
            DROP TRIGGER staff_seal ON staff_auditentry;
            DROP FUNCTION staff_seal();
            DROP FUNCTION staff_seal_of(staff_auditentry, text);
            """,
        ),
        migrations.RunSQL(triggers.APPEND_ONLY, "DROP FUNCTION staff_refuse() CASCADE"),
        migrations.RunSQL(triggers.ROWS, "DROP FUNCTION staff_record_row() CASCADE"),
    ]
