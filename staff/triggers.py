"""What the database itself does for the record: it refuses changes, seals entries, and writes down changed rows."""

from typing import Final

# Applied by a migration; the functions it names are part of the schema from then on.
APPEND_ONLY: Final = """
CREATE FUNCTION staff_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is only ever appended to.' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER staff_append_only BEFORE UPDATE OR DELETE ON staff_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION staff_refuse();
CREATE TRIGGER staff_no_truncate BEFORE TRUNCATE ON staff_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION staff_refuse();
CREATE TRIGGER staff_append_only BEFORE UPDATE OR DELETE ON staff_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION staff_refuse();
CREATE TRIGGER staff_no_truncate BEFORE TRUNCATE ON staff_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION staff_refuse();
"""

# At the commit, so that no action that waits for a matcher keeps others from being recorded meanwhile.
SEALS: Final = """
CREATE FUNCTION staff_seal_of(entry staff_auditentry, before text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(before || jsonb_build_array(
        entry.id, extract(epoch FROM entry.at), entry.actor_id, entry.actor_name, host(entry.address), entry.action,
        entry.subject_type, entry.subject_id, entry.subject, entry.reason, entry.before, entry.after, entry.request_id
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION staff_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last staff_auditseal;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('staff_auditseal'));
    SELECT * INTO last FROM staff_auditseal ORDER BY number DESC LIMIT 1;
    INSERT INTO staff_auditseal (number, entry_id, hash)
        VALUES (coalesce(last.number, 0) + 1, NEW.id, staff_seal_of(NEW, coalesce(last.hash, '')));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER staff_seal AFTER INSERT ON staff_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION staff_seal();
"""

# Arguments of the trigger: the model's label, its key, the column that names a row, columns that hold secrets, columns
# that are no news.
ROWS: Final = """
CREATE FUNCTION staff_record_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    secrets text[] := TG_ARGV[3]::text[];
    silent text[] := TG_ARGV[4]::text[];
    before jsonb := coalesce(to_jsonb(OLD), '{}') - silent;
    after jsonb := coalesce(to_jsonb(NEW), '{}') - silent;
    whole jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    column_name text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOR column_name IN SELECT jsonb_object_keys(before) LOOP
            IF before -> column_name = after -> column_name THEN
                before := before - column_name;
                after := after - column_name;
            END IF;
        END LOOP;
        IF after = '{}' THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH column_name IN ARRAY secrets LOOP
        IF before ? column_name THEN
            before := jsonb_set(before, ARRAY[column_name], '"(secret)"');
        END IF;
        IF after ? column_name THEN
            after := jsonb_set(after, ARRAY[column_name],
                CASE TG_OP WHEN 'UPDATE' THEN '"(another secret)"' ELSE '"(secret)"' END::jsonb);
        END IF;
    END LOOP;
    INSERT INTO staff_auditentry (at, actor_id, actor_name, address, action, subject_type, subject_id, subject,
                                  reason, before, after, request_id)
    VALUES (
        clock_timestamp(),
        nullif(current_setting('staff.actor_id', true), '')::integer,
        coalesce(nullif(current_setting('staff.actor_name', true), ''), 'database:' || session_user),
        nullif(current_setting('staff.address', true), '')::inet,
        CASE TG_OP WHEN 'INSERT' THEN 'add_row' WHEN 'UPDATE' THEN 'change_row' ELSE 'delete_row' END,
        TG_ARGV[0], whole ->> TG_ARGV[1], left(coalesce(whole ->> TG_ARGV[2], ''), 200),
        '', before, after, coalesce(current_setting('staff.request_id', true), '')
    );
    RETURN NULL;
END $$;
"""


def recording(table: str, label: str, key: str, name: str, secrets: tuple[str, ...], silent: tuple[str, ...]) -> str:
    """The statement that makes a table's rows recorded; it may be carried out again."""
    arguments = ", ".join(f"'{word}'" for word in (label, key, name, array(secrets), array(silent)))
    return (
        f'CREATE OR REPLACE TRIGGER staff_record AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION staff_record_row({arguments})"
    )


def array(words: tuple[str, ...]) -> str:
    return "{" + ",".join(words) + "}"
