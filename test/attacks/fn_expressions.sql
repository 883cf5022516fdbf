-- what: expressions that are not planned with a query: defaults, checks, CALL arguments, policies, COPY conditions
-- purpose: ads
CREATE FUNCTION secret() RETURNS text LANGUAGE sql STABLE AS 'SELECT phone FROM public.users WHERE user_id = 666';
CREATE TABLE found (i int, p text DEFAULT secret(), CHECK (i > 0 OR secret() <> ''));
INSERT INTO found (i) VALUES (1);
COPY found (i) FROM STDIN WHERE secret() <> 'x' OR i > 0;
2
\.
SELECT * FROM found;
CREATE PROCEDURE show(p text) LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%'', p; END';
CALL show(secret());
ALTER TABLE found ADD COLUMN q text DEFAULT secret();
SELECT q FROM found;
SELECT set_config('a.b', secret(), false);
