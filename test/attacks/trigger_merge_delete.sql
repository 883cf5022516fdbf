-- what: MERGE deletes a row that nobody may see, in front of a trigger
-- known: own
-- purpose: service
-- expect: row trigger "tell" may not see
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', OLD.note; RETURN OLD; END $$;
CREATE TRIGGER tell BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION tell();
MERGE INTO orders o USING (VALUES (666)) v (id) ON o.user_id = v.id WHEN MATCHED THEN DELETE;
