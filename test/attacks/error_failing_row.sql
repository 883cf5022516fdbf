-- what: "Failing row contains" shows a whole row that the statement may write without having read it
-- known: CVE-2014-8161
-- as: owner
-- expect: The values are not shown
ALTER TABLE users ADD CONSTRAINT good_city CHECK (city <> 'bad');
UPDATE users SET city = 'bad' WHERE user_id = 666;
