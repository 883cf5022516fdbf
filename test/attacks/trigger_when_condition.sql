-- what: the WHEN condition of a harmless trigger tells, by firing, whether OLD.phone is the value guessed
-- known: own
-- purpose: service
-- expect: row trigger "fires" may not see
CREATE TABLE seen (n integer);
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (1); RETURN NEW; END $$;
GRANT INSERT ON seen TO PUBLIC;
CREATE TRIGGER fires BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.phone = '139' || '00000666') EXECUTE FUNCTION fires();
UPDATE users SET city = 'x' WHERE user_id = 666;
SELECT 'LEAK' || 'ED' FROM seen;
