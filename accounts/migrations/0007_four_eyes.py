"""Four eyes in the database itself: nobody approves what they reviewed, and a review, once written, stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_approver_has_not_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM accounts_review WHERE application_id = NEW.id AND by_id = NEW.approved_by_id
    ) THEN
        RAISE EXCEPTION 'Who reviewed an application cannot approve it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_four_eyes';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER application_four_eyes BEFORE INSERT OR UPDATE ON accounts_application
    FOR EACH ROW EXECUTE FUNCTION accounts_approver_has_not_reviewed();

-- FOR SHARE: an approval in progress is waited for, and one that follows waits for this review.
CREATE FUNCTION accounts_reviewer_has_not_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts_application WHERE id = NEW.application_id FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM accounts_application WHERE id = NEW.application_id AND approved_by_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'Who approved an application cannot review it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_four_eyes';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER review_four_eyes BEFORE INSERT ON accounts_review
    FOR EACH ROW EXECUTE FUNCTION accounts_reviewer_has_not_approved();

CREATE FUNCTION accounts_review_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Reviews are only ever added.' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_stays';
END $$;

CREATE TRIGGER review_stays BEFORE UPDATE OR DELETE ON accounts_review
    FOR EACH ROW EXECUTE FUNCTION accounts_review_stays();
"""
BACKWARD = """
DROP TRIGGER review_stays ON accounts_review;
DROP TRIGGER review_four_eyes ON accounts_review;
DROP TRIGGER application_four_eyes ON accounts_application;
DROP FUNCTION accounts_review_stays();
DROP FUNCTION accounts_reviewer_has_not_approved();
DROP FUNCTION accounts_approver_has_not_reviewed();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_onboarding")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
