-- what: ON DELETE CASCADE, whose queries are exempt, hands rows to a trigger of the referencing table
-- known: design, code nested in queries of referential integrity
-- purpose: service
-- expect: row trigger "tell" may not see the rows of table "public.orders"
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.note; RETURN OLD; END $$;
CREATE TRIGGER tell BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION tell();
DELETE FROM users WHERE user_id = 666;
