-- what: an event trigger on table_rewrite and ddl_command_end looks into the table that is altered
-- known: own
-- as: dba
-- expect: cannot be used without a purpose
CREATE FUNCTION look() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING '%', (SELECT string_agg(phone, ' ') FROM users); END $$;
CREATE EVENT TRIGGER look ON ddl_command_end EXECUTE FUNCTION look();
ALTER TABLE orders ALTER COLUMN item TYPE varchar(100);
