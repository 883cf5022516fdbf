-- what: no partition takes the row, and the message shows its key
-- known: own
-- as: owner
-- expect: no partition of relation "parted" found for row
CREATE TABLE parted (user_id bigint, phone text, day integer) PARTITION BY RANGE (phone, day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('13900000666', 1) TO ('13900000666', 9);
INSERT INTO parted SELECT 666, '139' || '00000666', 1;
\connect - dba
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE parted IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN parted.phone IS 'category=contact; purposes=service';
\endif
\connect - owner
UPDATE parted SET day = 99 WHERE user_id = 666;
