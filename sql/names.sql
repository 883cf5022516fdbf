-- Names with quotes, semicolons, backslashes, line breaks, dots, and of 63 bytes of
-- UTF-8: every message stays well-formed, and what a HINT proposes can be run.
SET client_min_messages = warning;
CREATE EXTENSION wdd_privacy;
CREATE ROLE "o'dd ""role""; -- \ 角色" LOGIN;
CREATE ROLE U&"b\000Areak; DROP TABLE x" LOGIN;
SELECT wdd.add_purpose('service', 'contract'), wdd.add_purpose(repeat('目', 21), 'consent');
SELECT wdd.add_category('contact'), wdd.add_category(repeat('类', 21));
SELECT wdd.add_purpose('case', 'legal_obligation');

-- runs a statement, and says how it was refused
CREATE FUNCTION refusal(statement text)
RETURNS TABLE (message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'done'; RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    message := SQLSTATE || ' ' || message;
    RETURN NEXT;
END $$;
-- a command between "SELECT" and the full stop at the end of a HINT
CREATE FUNCTION run_hint(hint text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE rtrim(substring(hint FROM 'SELECT wdd\..*$'), '.');
    RETURN 'ran';
END $$;
\x on

\echo - a schema, a table and columns
CREATE SCHEMA "s'ch.e""ma; \";
CREATE TABLE "s'ch.e""ma; \"."ta'b""le; -- \ 表" ("i'd""; =," bigint PRIMARY KEY, "ph'o""ne; \ 号码" text, "表表表表表表表表表表表表表表表表表表表表表" text, U&"b\000Areak" text);
INSERT INTO "s'ch.e""ma; \"."ta'b""le; -- \ 表" VALUES (1, 'a', 'b', 'c'), (2, 'a2', 'b2', 'c2');
SET search_path = "s'ch.e""ma; \", public;
GRANT USAGE ON SCHEMA "s'ch.e""ma; \" TO PUBLIC;
GRANT ALL ON "ta'b""le; -- \ 表" TO PUBLIC;
\echo - a subject column whose name a label has to quote
SECURITY LABEL FOR wdd_privacy ON TABLE "ta'b""le; -- \ 表" IS 'subject=i''d"; =,';
ALTER TABLE "ta'b""le; -- \ 表" RENAME COLUMN "i'd""; =," TO "i'd""编号";
SECURITY LABEL FOR wdd_privacy ON TABLE "ta'b""le; -- \ 表" IS 'subject=i''d"编号';
SELECT label FROM pg_seclabels WHERE provider = 'wdd_privacy' AND objtype = 'table';
\echo - label texts that are no labels
SELECT * FROM refusal($$SECURITY LABEL FOR wdd_privacy ON COLUMN "ta'b""le; -- \ 表"."ph'o""ne; \ 号码" IS E'purposes=service\n; x''"\\=1'$$);
SELECT * FROM refusal($$SECURITY LABEL FOR wdd_privacy ON COLUMN "ta'b""le; -- \ 表"."ph'o""ne; \ 号码" IS 'purposes=''); DROP TABLE x; --'$$);
SELECT * FROM refusal($$SECURITY LABEL FOR wdd_privacy ON TABLE "ta'b""le; -- \ 表" IS 'subject=不存在'$$);
SECURITY LABEL FOR wdd_privacy ON COLUMN "ta'b""le; -- \ 表"."ph'o""ne; \ 号码" IS 'category=contact; purposes=service, case';
SECURITY LABEL FOR wdd_privacy ON COLUMN "ta'b""le; -- \ 表"."表表表表表表表表表表表表表表表表表表表表表" IS 'category=类类类类类类类类类类类类类类类类类类类类类; purposes=目目目目目目目目目目目目目目目目目目目目目; mask=name; if_not_permitted=mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN "ta'b""le; -- \ 表".U&"b\000Areak" IS 'category=contact; purposes=service; if_not_permitted=error';

\echo - refusals, as a role of such a name; the commands of HINTs are run by the administrator
SET SESSION AUTHORIZATION "o'dd ""role""; -- \ 角色";
SELECT * FROM refusal($$SELECT "ph'o""ne; \ 号码" FROM "ta'b""le; -- \ 表"$$);
SELECT * FROM refusal($$SELECT * FROM "ta'b""le; -- \ 表"$$);
SELECT * FROM refusal($$SET wdd_privacy.purpose = 'service'$$) \gset
SELECT :'message' AS message, :'detail' AS detail, :'hint' AS hint;
RESET SESSION AUTHORIZATION;
SELECT run_hint(:'hint');
SET SESSION AUTHORIZATION "o'dd ""role""; -- \ 角色";
SET wdd_privacy.purpose = 'service';
SELECT "ph'o""ne; \ 号码", U&"b\000Areak" FROM "ta'b""le; -- \ 表";
SELECT * FROM refusal($$SELECT * FROM "ta'b""le; -- \ 表"$$);
SET wdd_privacy.purpose = $$x'"; DROP$$;
SELECT * FROM refusal($$SELECT U&"b\000Areak" FROM "ta'b""le; -- \ 表"$$);
RESET wdd_privacy.purpose;
RESET SESSION AUTHORIZATION;
\echo - a purpose that is stated by a role setting, and not granted
SET SESSION AUTHORIZATION U&"b\000Areak; DROP TABLE x";
SELECT * FROM refusal($$SET LOCAL wdd_privacy.purpose = '目目目目目目目目目目目目目目目目目目目目目'$$) \gset
SELECT :'message' AS message, :'hint' AS hint;
RESET SESSION AUTHORIZATION;
SELECT run_hint(:'hint');
SET SESSION AUTHORIZATION U&"b\000Areak; DROP TABLE x";
SELECT * FROM refusal($$SECURITY LABEL FOR wdd_privacy ON TABLE public.nothing IS NULL$$);
CREATE TEMP TABLE "my'own" (x int);
SELECT * FROM refusal($$SECURITY LABEL FOR wdd_privacy ON TABLE "my'own" IS 'subject=x'$$) \gset
SELECT :'message' AS message, :'detail' AS detail, :'hint' AS hint;
RESET SESSION AUTHORIZATION;
SELECT run_hint(:'hint');
SET SESSION AUTHORIZATION U&"b\000Areak; DROP TABLE x";
SET wdd_privacy.purpose = '目目目目目目目目目目目目目目目目目目目目目';
SELECT "表表表表表表表表表表表表表表表表表表表表表" FROM "ta'b""le; -- \ 表" ORDER BY 1;
SELECT wdd.break_glass('x');
RESET SESSION AUTHORIZATION;

\echo - writing, COPY, publications, errors of constraints
SET SESSION AUTHORIZATION "o'dd ""role""; -- \ 角色";
SET wdd_privacy.purpose = 'service';
COPY "ta'b""le; -- \ 表" ("ph'o""ne; \ 号码", U&"b\000Areak") TO STDOUT;
COPY "ta'b""le; -- \ 表" ("i'd""编号", "ph'o""ne; \ 号码") FROM STDIN;
3	a3
\.
INSERT INTO "ta'b""le; -- \ 表" ("i'd""编号", U&"b\000Areak") VALUES (4, 'c4') RETURNING U&"b\000Areak";
UPDATE "ta'b""le; -- \ 表" SET "ph'o""ne; \ 号码" = upper("ph'o""ne; \ 号码") WHERE "ph'o""ne; \ 号码" LIKE 'a%' RETURNING "i'd""编号";
SELECT * FROM refusal($$UPDATE "ta'b""le; -- \ 表" SET "表表表表表表表表表表表表表表表表表表表表表" = 'x'$$);
SELECT jsonb_pretty(x) FROM wdd.with_purpose('service', $$SELECT "ph'o""ne; \ 号码" AS "k'""\ey" FROM "s'ch.e""ma; \"."ta'b""le; -- \ 表" WHERE "i'd""编号" = $1$$, 1) x;
RESET SESSION AUTHORIZATION;
SELECT * FROM refusal($$CREATE PUBLICATION "p'u""b; \" FOR TABLE "ta'b""le; -- \ 表"$$);
CREATE UNIQUE INDEX "u'n""ique" ON "ta'b""le; -- \ 表" ("ph'o""ne; \ 号码");
SELECT * FROM refusal($$INSERT INTO "ta'b""le; -- \ 表" ("i'd""编号", "ph'o""ne; \ 号码") VALUES (9, 'A')$$);
SET wdd_privacy.purpose = 'restore';
SELECT * FROM refusal($$INSERT INTO "ta'b""le; -- \ 表" ("i'd""编号", "ph'o""ne; \ 号码") VALUES (9, 'A')$$);
RESET wdd_privacy.purpose;

\echo - functions that take and give names
SELECT attnum, column_name, key, value FROM wdd.label_fields('"ta''b""le; -- \ 表"') ORDER BY 1, 3;
SELECT * FROM wdd.overview();
SELECT step, holds, explanation FROM wdd.why('"ta''b""le; -- \ 表"', 'ph''o"ne; \ 号码', 1::bigint) WHERE NOT holds OR step = 1;
ALTER TABLE "ta'b""le; -- \ 表" RENAME TO "表表表表表表表表表表表表表表表表表表表表表";
SELECT * FROM refusal($$SELECT "ph'o""ne; \ 号码" FROM "表表表表表表表表表表表表表表表表表表表表表"$$);
ALTER TABLE "表表表表表表表表表表表表表表表表表表表表表" RENAME COLUMN "ph'o""ne; \ 号码" TO U&"line\000Abreak";
SELECT * FROM refusal($$SELECT U&"line\000Abreak" FROM "表表表表表表表表表表表表表表表表表表表表表"$$);

DROP SCHEMA "s'ch.e""ma; \" CASCADE;
RESET search_path;
DROP FUNCTION refusal, run_hint;
DROP EXTENSION wdd_privacy;
DROP OWNED BY "o'dd ""role""; -- \ 角色", U&"b\000Areak; DROP TABLE x";
DROP ROLE "o'dd ""role""; -- \ 角色", U&"b\000Areak; DROP TABLE x";
