-- what: a BEFORE INSERT trigger gives what COPY FROM stores, after its check, to somebody else
-- known: design, COPY FROM and BEFORE triggers
-- purpose: service
-- expect: row trigger "turn" may not alter the rows of table "public.orders"
CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.user_id := 666; RETURN NEW; END $$;
CREATE TRIGGER turn BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION turn();
COPY orders (order_id, user_id, note) FROM stdin;
1	1	stored for 1
\.
SELECT 'LEAK' || 'ED' FROM orders WHERE order_id = 1 AND user_id = 666;
