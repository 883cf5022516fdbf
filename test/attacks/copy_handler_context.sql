-- what: functions that COPY FROM itself runs read the line that is stored: in their own CONTEXT, and in that of an error that they caught
-- known: own
-- as: dba
-- expect: of_default\(\) line 5 at GET DIAGNOSTICS / COPY orders, line 1\n
CREATE TABLE seen (context text);
GRANT INSERT ON seen TO app;
GRANT SELECT ON seen TO owner;
CREATE FUNCTION of_default() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    c text;
BEGIN
    GET DIAGNOSTICS c = PG_CONTEXT;
    INSERT INTO seen VALUES (c);
    RETURN 'book';
END $$;
CREATE FUNCTION of_handler() RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    c text;
BEGIN
    RETURN 1 / 0;
EXCEPTION WHEN division_by_zero THEN
    GET STACKED DIAGNOSTICS c = PG_EXCEPTION_CONTEXT;
    INSERT INTO seen VALUES (c);
    RETURN 0;
END $$;
CREATE FUNCTION of_trigger() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    c text;
BEGIN
    PERFORM 1 / 0;
EXCEPTION WHEN division_by_zero THEN
    GET STACKED DIAGNOSTICS c = PG_EXCEPTION_CONTEXT;
    INSERT INTO seen VALUES (c);
    RETURN NEW;
END $$;
ALTER TABLE orders ALTER item SET DEFAULT of_default(), ALTER amount SET DEFAULT of_handler();
CREATE TRIGGER of_trigger BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION of_trigger();
\if :guarded
SELECT wdd.approve_trigger('orders', 'of_trigger', 'it only looks at its context');
\endif
SET SESSION AUTHORIZATION app;
SET wdd_privacy.purpose = 'service';
COPY orders (order_id, user_id, note) FROM STDIN;
21	1	call 13900000666
22	2	call 13900000666
\.
RESET wdd_privacy.purpose;
SET SESSION AUTHORIZATION owner;
SELECT replace(context, E'\n', ' / ') FROM seen;
