-- wdd.why() and wdd.overview(): what the guard does, and why.
\set VERBOSITY default
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS wdd_privacy CASCADE;
CREATE EXTENSION wdd_privacy;
RESET client_min_messages;
SELECT wdd.add_category('contact'), wdd.add_category('identity', sensitive => true);
SELECT wdd.add_purpose('ads', 'consent'), wdd.add_purpose('push', 'legitimate_interest'),
       wdd.add_purpose('service', 'contract'), wdd.add_purpose('court', 'authority'),
       wdd.add_purpose('visits', 'legitimate_interest', aggregate_only => true, minimum_group => 10);
CREATE TABLE users (user_id bigint, name text, phone text, id_card text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.phone IS 'category=contact; purposes=ads, push, visits';
SECURITY LABEL FOR wdd_privacy ON COLUMN users.id_card IS 'category=identity; purposes=ads; mask=id_card; if_not_listed=mask';
SELECT wdd.grant_consent(1::bigint, 'ads');
SELECT wdd.object_to(1::bigint, 'push', 'contact');
SELECT wdd.grant_purpose(p, session_user::regrole) FROM unnest(ARRAY['ads', 'push', 'court', 'visits', 'self', 'backup']) p;
SELECT relation, column_name, category, purpose, if_not_permitted, persons_permitting FROM wdd.overview();

\pset format unaligned
\pset tuples_only on
\echo - no purpose
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 1::bigint);
\echo - not labelled
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'name', 1::bigint);
SET wdd_privacy.purpose = 'ads';
\echo - permitted
SELECT step, rule, holds, regexp_replace(replace(explanation, session_user, 'superuser'), ', clause.*|[0-9-]+ [0-9:]+ UTC', '...') FROM wdd.why('users', 'phone', 1::bigint);
\echo - silent
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 2::bigint) WHERE step > 7;
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'id_card', 2::bigint) WHERE step > 7;
\echo - nobody
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', NULL::bigint) WHERE step > 7;
SET wdd_privacy.purpose = 'push';
\echo - objected
SELECT step, rule, holds, regexp_replace(replace(explanation, session_user, 'superuser'), '[0-9-]+ [0-9:]+ UTC', '...') FROM wdd.why('users', 'phone', 1::bigint) WHERE step > 7;
\echo - not listed
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'id_card', 1::bigint) WHERE step > 5;
SET wdd_privacy.purpose = 'visits';
\echo - aggregates only
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 1::bigint) WHERE NOT holds OR rule = 'result';
SELECT wdd.set_purpose('court', 'case 7');
\echo - authority
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 1::bigint) WHERE step > 5;
SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '1';
\echo - self
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 1::bigint) WHERE step > 7;
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 2::bigint) WHERE step > 7;
SET wdd_privacy.purpose = 'backup';
\echo - backup
SELECT step, rule, holds, replace(explanation, session_user, 'superuser') FROM wdd.why('users', 'phone', 2::bigint) WHERE step > 7;
\echo - bad input
SELECT * FROM wdd.why(NULL, 'phone', 1::bigint);
SELECT * FROM wdd.why('users', NULL, 1::bigint);
SELECT * FROM wdd.why('users', 'nothing', 1::bigint);
RESET wdd_privacy.purpose;
DROP TABLE users;
DROP EXTENSION wdd_privacy;
