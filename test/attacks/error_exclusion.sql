-- what: an exclusion constraint shows the key of the row that is in the way
-- known: own
-- as: owner
-- expect: The values are not shown
CREATE TABLE cards (user_id bigint, day integer, phone text, EXCLUDE USING btree (day WITH =, phone WITH =));
INSERT INTO cards SELECT 666, d, '139' || '00000666' FROM generate_series(1, 2) d;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE cards IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN cards.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
UPDATE cards SET day = 1 WHERE day = 2;
