-- what: a BEFORE INSERT trigger puts a value into a labelled column that the statement did not name
-- known: own
-- purpose: service
-- expect: may not store column "note" of table "public.orders" in this row
CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'stored for a person who objects'; RETURN NEW; END $$;
CREATE TRIGGER turn BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION turn();
INSERT INTO orders (order_id, user_id) VALUES (1, 666);
SELECT 'LEAK' || 'ED' FROM orders WHERE order_id = 1;
