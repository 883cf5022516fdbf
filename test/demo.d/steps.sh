# steps.sh: the walk through the database, step by step.  A step says who does
# what, whether it is allowed or refused, what it shows, and patterns that the
# answer must match (with "!": must not); where it comes otherwise, the
# demonstration fails.

part 'A purpose on every query'

try wdd_marketing refused 'SELECT real_name, phone FROM users LIMIT 3;' \
	'GRANT SELECT alone opens nothing: nobody reads personal data without saying what for.' 'DETAIL' 'HINT'

try wdd_app allowed "SET wdd_privacy.purpose = 'service';
SELECT user_id, real_name, phone, city FROM users WHERE user_id IN (1, 2, 3);" \
	'The application serves its users: a purpose of the agreement (2.1), on the label, granted to the role.' \
	'夏鹏 .*15948271093' '(3 rows)'

try wdd_marketing refused "SET wdd_privacy.purpose = 'service';" \
	'A purpose must be granted to the role that states it.' 'may not act for purpose "service"'

try wdd_marketing refused "SET wdd_privacy.purpose = 'ads';
SELECT phone FROM users WHERE user_id = 1;" \
	'Advertising is granted to this role, but the label of phone does not list it.' 'phone' 'ads'

try wdd_support allowed 'SELECT count(*), max(registered_at)::date FROM users;' \
	'What is not personal stays as it was, without any purpose: count(*), unlabelled columns, \d, VACUUM ...' '100000'

part 'Consent, person by person'

try wdd_marketing allowed 'SELECT user_id, email FROM users WHERE user_id BETWEEN 5 AND 9 ORDER BY user_id;' \
	'Person 7 has not agreed to advertising (2.5), and is not there.' '6 \| qin6@' '!tan7@' '(4 rows)'

try wdd_marketing allowed 'SELECT count(*) AS persons, (SELECT count(email) FROM users) AS reachable FROM users;' \
	'Nine in ten agreed. The filter stands at the scan, in whatever query.' '100000 \| +90000'

try wdd_marketing allowed 'SELECT user_id, city FROM users WHERE user_id BETWEEN 5 AND 9 ORDER BY user_id;' \
	'This label says if_not_permitted=mask: the row of person 7 stays, the value does not.' '7 \| *$' '(5 rows)' '6 \| 深圳'

try wdd_marketing allowed 'SELECT user_id, pictured_id, path FROM photos WHERE photo_id < 8;' \
	'A photo belongs to who took it and to who is on it (1.4): both must agree.' '!7 \|' '(5 rows)'

try wdd_marketing allowed "SET wdd_privacy.purpose = 'sms_push';
SELECT count(phone) FROM users;" \
	'Text messages may be refused (7.1): silence permits, and who objected is left out.' '90000'

try wdd_app allowed 'SELECT user_id, real_name, id_card FROM users WHERE user_id < 4;' \
	'ID numbers serve security only; for an ORM that selects every column, if_not_listed=mask shows a mask.' \
	'440305\*+5970' '!198703'

try wdd_marketing allowed "SET wdd_privacy.purpose = 'ads';
PREPARE mail AS SELECT user_id, email FROM users WHERE user_id = \$1;
EXECUTE mail(25);" \
	'A plan is prepared while person 25 consents ...' '25 \| .*25@'

try wdd_app allowed "SELECT wdd.withdraw_consent(25, 'ads');" \
	'... person 25 withdraws, in the application ...'

try wdd_marketing allowed 'EXECUTE mail(25);' \
	'... and is gone at once, for plans and sessions that are open too.' '(0 rows)'

part 'No way round'

try dba refused 'SELECT real_name, phone FROM users LIMIT 3;' \
	'A superuser states a purpose like everybody else.' 'HINT'

try dba allowed "CREATE VIEW phone_book AS SELECT real_name, phone FROM users;
GRANT SELECT ON phone_book TO wdd_marketing;
CREATE FUNCTION phones() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
    AS 'SELECT phone FROM users';" \
	'Let us build detours: a view, and a function with the rights of a superuser.' 'CREATE FUNCTION'

try wdd_marketing refused 'SELECT phone FROM phone_book LIMIT 3;' \
	'The view is looked through.' 'phone'

try wdd_marketing refused 'SELECT * FROM phones() LIMIT 3;' \
	'So is the function: its rights are the superuser'\''s, the purpose is still "ads".' 'phone'

try wdd_marketing refused "WITH p AS MATERIALIZED (SELECT user_id, phone FROM users)
SELECT user_id FROM p WHERE phone LIKE '138%';" \
	'Filtering by a column uses it, in a CTE or anywhere.' 'phone'

try wdd_marketing allowed 'WITH p AS (SELECT user_id, city, phone FROM users)
SELECT city, count(*) FROM p GROUP BY city ORDER BY 2 DESC LIMIT 2;' \
	'But what is only selected by a subquery, and ignored, is not used: views with SELECT * still work.' '(2 rows)'

try wdd_marketing refused 'COPY (SELECT phone FROM users) TO STDOUT;' \
	'COPY of a query is a query.' 'phone'

try dba refused 'COPY users TO STDOUT;' \
	'COPY of a table too, for a superuser too.' 'HINT'

try wdd_marketing refused 'CREATE TEMP TABLE copy_of_users AS SELECT user_id, phone FROM users;' \
	'And so is the query of CREATE TABLE AS.' 'phone'

part 'Storing'

try wdd_app allowed "SET wdd_privacy.purpose = 'registration';
INSERT INTO users VALUES (200001, '李雷', '13800138000', '11010519491231002X', 'lilei@example.com', '北京')
RETURNING user_id, real_name;" \
	'Storing is a use as well; "registration" (1.2) may store all that a new person fills in.' '200001 \| 李雷'

try wdd_app allowed "SET wdd_privacy.purpose = 'survey';
INSERT INTO surveys VALUES (200001, 200001, '李雷', '13800138000', '北京市朝阳路 1 号', 5, '很满意');
SELECT purpose, category, permitted FROM wdd.consents(200001) WHERE purpose LIKE 'survey%';" \
	'consent_by=provision: who fills in a survey agrees to its evaluation (1.2); it stands in the ledger at once.' \
	'survey +\| survey +\| t'

try wdd_marketing refused "UPDATE users SET real_name = '张三' WHERE user_id = 6;" \
	'Advertising may not write what it may not read.' 'real_name'

try wdd_marketing allowed "UPDATE users SET language = 'en' WHERE user_id = 6;" \
	'An unlabelled column is anybody'\''s who has the privilege.' 'UPDATE 1'

part "The person's own, and the authorities'"

try wdd_app allowed "SET wdd_privacy.purpose = 'self';
SET wdd_privacy.subject = '25';
SELECT user_id, real_name, phone, email FROM users;" \
	'Purpose "self" shows a person everything of their own (5.1), and nothing else.' '25 \| ' '(1 row)'

try wdd_app allowed 'SELECT sender_id, receiver_id, body FROM messages;' \
	'Messages belong to sender and receiver; either of them may read (9.1), the platform may not.' '25 \| ' '(3 rows)'

try wdd_app allowed "SET wdd_privacy.purpose = 'service';
SELECT wdd.with_purpose('self', 'SELECT count(*) AS my_orders FROM orders WHERE amount > \$1', 0);" \
	'One statement under another purpose; the session keeps its own.' 'my_orders'

try wdd_legal refused "SET wdd_privacy.purpose = 'authority_request';" \
	'Authorities (6.5) need no consent, but a case.' 'case reference'

try wdd_legal allowed "SELECT wdd.set_purpose('authority_request', '(2024) 京 0105 刑初 318');
SELECT body FROM messages WHERE message_id = 1;" \
	'With its reference, it is answered.' '(1 row)'

try wdd_support refused "SET wdd_privacy.purpose = 'visit_statistics';
SELECT ip FROM visits LIMIT 1;" \
	'IP addresses serve counting only (1.3.1): no row of them can be read by anybody.'

try dba allowed "BEGIN;
SELECT wdd.break_glass('restore of order 4711, ticket 2024-118');
SELECT real_name, phone FROM users WHERE user_id = 1;
COMMIT;" \
	'In an emergency the glass can be broken, for one transaction, with a reason that stands in the server log.' \
	'夏鹏' 'COMMIT'

part 'Backups'

try_command refused 'pg_dump -U wdd_backup -t users weidandan > users.sql' \
	'pg_dump without a purpose is refused; the HINT has the line that works.' 'HINT' 'PGOPTIONS'

try_command allowed "PGOPTIONS='-c wdd_privacy.purpose=backup' pg_dump -U wdd_backup -t users weidandan | grep -c '@example'" \
	'Under "backup" every row is dumped, labels and all.' "^$((persons + 1))\$"

part 'Sealed: one row, seen from four sides'

try dba allowed "CREATE TABLE payouts (user_id bigint PRIMARY KEY, id_card wdd.sealed_id_card UNIQUE, account wdd.sealed_text);
SECURITY LABEL FOR wdd_privacy ON TABLE payouts IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN payouts.id_card IS 'purposes=service';
SECURITY LABEL FOR wdd_privacy ON COLUMN payouts.account IS 'purposes=service';
GRANT SELECT, INSERT ON payouts TO wdd_app, wdd_backup;" \
	'Identity numbers and bank accounts are sensitive (6.2, 9.1): of sealed types, they are ciphertext under a key of each person.' 'CREATE TABLE'

try wdd_app allowed "SET wdd_privacy.purpose = 'service';
INSERT INTO payouts VALUES (1, '440524188001010014', 'account 6222021001122334455');
SELECT wdd.reveal(id_card), account::text, wdd.mask(id_card, 'id_card') FROM payouts WHERE id_card = '440524188001010014';" \
	'The application stores plaintext, finds by it, and reads it, for a purpose on the label.' \
	'440524188001010014 \| account 6222021001122334455 \| 440524\*+0014'

try dba allowed "BEGIN;
SELECT wdd.break_glass('what lies in the table, ticket 2024-119');
SELECT * FROM payouts;
COMMIT;" \
	'The DBA, even behind broken glass, sees armour; who has the rows has not the keys.' 'wdd1:' '!440524188001010014' '!6222021001122334455'

try_command allowed "PGOPTIONS='-c wdd_privacy.purpose=backup' pg_dump -U wdd_backup -t payouts weidandan | grep -A 2 '^COPY'" \
	'The dump has it as it lies there.' 'wdd1:' '!440524188001010014' '!6222021001122334455'

try dba allowed 'CHECKPOINT;' 'And on disk, table, index and log?'

try_command refused "grep -rlE '440524188001010014|6222021001122334455' \"\$(psql -XAtq -U dba -c 'SHOW data_directory')\"" \
	'No file of the server has the number, or the account.'

part 'Why, and at what cost'

try dba allowed "SELECT wdd.grant_purpose('ads', 'dba');
SET wdd_privacy.purpose = 'ads';
SELECT * FROM wdd.why('users', 'email', 7);" \
	'Why does a value show or not? One row for each rule, now, for this session.' 'result .*hidden'

try dba allowed "SELECT * FROM wdd.overview() WHERE relation = 'users'::regclass AND column_name = 'email';" \
	'What is protected how, and how many persons permit it.' 'ads'

try wdd_marketing allowed "SET wdd_privacy.purpose = 'sms_push';
EXPLAIN (COSTS OFF) SELECT user_id FROM users WHERE phone = '15948271093';" \
	'Indexes stay in use.' 'Index' 'phone'

compare_scans
