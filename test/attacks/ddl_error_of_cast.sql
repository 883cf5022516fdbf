-- what: a constraint, an index and a conversion whose casts fail show the value in the error
-- known: own
-- as: owner
ALTER TABLE users ADD CHECK (user_id <> 666 OR ('x' || phone)::int > 0);
CREATE INDEX ON users ((CASE WHEN user_id = 666 THEN ('x' || phone)::int END));
CREATE INDEX ON users (city) WHERE user_id <> 666 OR ('x' || phone)::int > 0;
ALTER TABLE users ADD EXCLUDE USING btree ((('x' || phone)::int) WITH =);
DROP VIEW contacts;
ALTER TABLE users ALTER phone TYPE date USING phone::date;
