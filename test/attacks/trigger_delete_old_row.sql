-- what: deleting needs no purpose, and a DELETE row trigger copies OLD into a table of the app
-- known: own
-- expect: DETAIL:  It is not approved, and so counts as a use of every labelled column. Column "(name|phone|note)" of table "public.(users|orders)" cannot be used without a purpose
CREATE TABLE loot (t text);
GRANT INSERT ON loot TO PUBLIC;
CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO loot VALUES (OLD::text); RETURN OLD; END $$;
CREATE TRIGGER take AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION take();
DELETE FROM users WHERE user_id = 666;
SELECT * FROM loot;
