"""A statement that was issued is neither changed nor deleted, whoever asks."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION mmapi_statement_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'A statement that was issued stays as it is; issue a correction.'; END $$;
CREATE TRIGGER statement_stays BEFORE UPDATE OR DELETE ON mmapi_statement
FOR EACH ROW EXECUTE FUNCTION mmapi_statement_stays();
"""
ALLOW = "DROP TRIGGER statement_stays ON mmapi_statement; DROP FUNCTION mmapi_statement_stays();"


class Migration(migrations.Migration):
    dependencies = [("mmapi", "0003_incentives")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
