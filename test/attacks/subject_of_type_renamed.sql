-- what: attributes of the type that a table is of are renamed, so that another column is its subject
-- known: own
-- purpose: service
-- expect: may not become its subject
\connect - owner
CREATE TYPE order_type AS (user_id bigint, note text, other bigint);
CREATE TABLE typed OF order_type;
INSERT INTO typed VALUES (666, NULL, 1);
GRANT SELECT ON typed TO app;
\connect - dba
SET wdd_privacy.purpose = '';
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE typed IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN typed.note IS 'category=trade; purposes=service';
\endif
BEGIN;
SELECT wdd.break_glass('fill') \g /dev/null
UPDATE typed SET note = 'call 139' || '00000' || '666';
COMMIT;
\connect - owner
ALTER TYPE order_type RENAME ATTRIBUTE user_id TO x CASCADE;
ALTER TYPE order_type RENAME ATTRIBUTE other TO user_id CASCADE;
\connect - app
SELECT note FROM typed;
