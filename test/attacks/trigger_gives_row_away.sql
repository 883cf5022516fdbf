-- what: a BEFORE UPDATE trigger gives the row to a person who permits, and then it is read
-- known: design, assigning a subject column
-- purpose: service
-- expect: row trigger "give" may not see
CREATE FUNCTION give() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.user_id := 1; RETURN NEW; END $$;
CREATE TRIGGER give BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION give();
UPDATE orders SET item = 'x' WHERE user_id = 666;
SELECT note FROM orders WHERE user_id = 1 AND item = 'x';
