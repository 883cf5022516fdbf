-- what: a NOT NULL violation shows the row
-- known: CVE-2014-8161
-- as: owner
-- expect: The values are not shown
ALTER TABLE users ALTER city SET NOT NULL;
UPDATE users SET city = NULL WHERE user_id = 666;
