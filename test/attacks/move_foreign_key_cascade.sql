-- what: ON UPDATE CASCADE of a foreign key copies the new value into a table without labels
-- known: own
-- as: owner
-- expect: ON UPDATE CASCADE would store them
CREATE TABLE copies (phone text REFERENCES users (phone) ON UPDATE CASCADE);
INSERT INTO copies VALUES ('13800000003');
\connect - app
SET wdd_privacy.purpose = 'service';
UPDATE users SET phone = '1390000066' || '6x' WHERE user_id = 3;
\connect - owner
SELECT phone FROM copies;
