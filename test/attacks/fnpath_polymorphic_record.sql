-- what: functions that return record, refcursor and RETURNS TABLE with OUT parameters
-- known: own
-- purpose: service
CREATE FUNCTION r() RETURNS SETOF record LANGUAGE sql STABLE AS $$ SELECT user_id, phone FROM users $$;
CREATE FUNCTION o(OUT a bigint, OUT p text) LANGUAGE sql AS $$ SELECT user_id, phone FROM users WHERE user_id = 666 $$;
SELECT p FROM r() AS (id bigint, p text) WHERE id = 666;
SELECT p FROM ROWS FROM (r() AS (id bigint, p text), generate_series(1, 3)) WITH ORDINALITY AS x (id, p, g, n) WHERE id = 666;
SELECT (o()).p;
SELECT p FROM o();
