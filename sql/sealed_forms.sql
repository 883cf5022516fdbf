-- What the sealed types take, store and give back: every kind stored and
-- revealed, equality by normal form, and each refused value with its whole error.
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('identity'), wdd.add_purpose('service', 'contract');
\pset format unaligned
\pset tuples_only on
\pset null NULL

CREATE TABLE users (id bigint PRIMARY KEY, phone wdd.sealed_phone, id_card wdd.sealed_id_card, mail wdd.sealed_email, ip wdd.sealed_inet, born wdd.sealed_date,
    doc wdd.sealed_jsonb, amount wdd.sealed_numeric, photo wdd.sealed_bytea, note wdd.sealed_text);
SECURITY LABEL FOR wdd_privacy ON TABLE users IS 'subject=id';
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY '{phone,id_card,mail,ip,born,doc,amount,photo,note}'::text[] LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN users.%I IS %L', name, 'category=identity; purposes=service');
    END LOOP;
END $$;
SELECT wdd.grant_purpose('service', session_user::regrole);
SET wdd_privacy.purpose = 'service';

INSERT INTO users VALUES
    (1, '+86 138-0013-8000', '11010519491231002x', ' Some.One@Example.COM ', '192.168.001.010/24', '2026-01-31', '{"b": 1,  "a": [1.50, "\u4f60"]}', '1.50', '\x00ff', '你好'),
    (2, '+1 415-555-2671', '110105491231002', '用户@例子.公司', '2001:DB8::0', '0044-03-15 BC', 'null', 'NaN', '', ''),
    (3, NULL, NULL, NULL, '::1', 'infinity', '"x"', '-0', 'abc', NULL);
INSERT INTO users (id, ip, born, amount) VALUES (4, '10.0.0.1', '-infinity', 1e20), (5, '10.0.0.0/8', '5874897-12-31', '-Infinity');
SELECT id, wdd.reveal(phone), wdd.reveal(id_card), wdd.reveal(mail), wdd.reveal(note) FROM users ORDER BY id;
SET DateStyle = 'SQL, DMY';
SELECT id, wdd.reveal(ip), wdd.reveal(born), wdd.reveal(amount), wdd.reveal(doc), wdd.reveal(photo) FROM users ORDER BY id;
SET DateStyle = 'ISO, DMY';
SELECT id, born::date, doc::jsonb -> 'a', amount::numeric + 1, host(ip::inet), length(photo::bytea), phone::text FROM users ORDER BY id;
-- the plain types, too
INSERT INTO users SELECT 6, phone, id_card, mail, ip, born, doc, amount, photo, note
    FROM (VALUES ('１３９００１３９０００'::text, '440524188001010014'::text, 'A@B.CN'::text, inet '10.1.2.3/8', date '2000-02-29', jsonb '{"z": 0}', 12.340::numeric, '\x0102'::bytea, 'Ü'::text)) AS v (phone, id_card, mail, ip, born, doc, amount, photo, note);
SELECT wdd.reveal(phone), wdd.reveal(id_card), wdd.reveal(mail), wdd.reveal(ip), wdd.reveal(born), wdd.reveal(doc), wdd.reveal(amount), wdd.reveal(photo), wdd.reveal(note) FROM users WHERE id = 6;
-- equality goes by normal form
SELECT id FROM users WHERE phone = '０086 13800138000' OR mail = 'SOME.ONE@example.com' ORDER BY id;
SELECT id FROM users WHERE id_card = '110105 19491231 002X' ORDER BY id;
SELECT id FROM users WHERE phone IN ('139 0013 9000', '+14155552671') ORDER BY id;
SELECT id FROM users WHERE phone = '1380013800';
-- masks
SELECT wdd.mask(phone, 'phone'), wdd.mask(id_card, 'id_card'), wdd.mask(mail, 'email'), wdd.mask(note, 'keep=0,1') FROM users WHERE id IN (1, 2) ORDER BY id;

-- refused, and never shown
\set SHOW_CONTEXT never
INSERT INTO users (id, phone) VALUES (7, 'call me at 13800138000');
INSERT INTO users (id, phone) VALUES (7, '1380013800');
INSERT INTO users (id, phone) VALUES (7, repeat('1', 1025));
INSERT INTO users (id, phone) VALUES (7, '');
INSERT INTO users (id, id_card) VALUES (7, '1101051949123100');
INSERT INTO users (id, id_card) VALUES (7, '11010519491231002Y');
INSERT INTO users (id, id_card) VALUES (7, '160105194912310029');
INSERT INTO users (id, id_card) VALUES (7, '110105194902290029');
INSERT INTO users (id, id_card) VALUES (7, '110105209912310029');
INSERT INTO users (id, id_card) VALUES (7, '110105194912310021');
INSERT INTO users (id, mail) VALUES (7, 'someone');
INSERT INTO users (id, mail) VALUES (7, 'Some One <someone@example.com>');
INSERT INTO users (id, mail) VALUES (7, 'some..one@example.com');
INSERT INTO users (id, mail) VALUES (7, 'someone@localhost');
INSERT INTO users (id, mail) VALUES (7, repeat('a', 65) || '@example.com');
INSERT INTO users (id, mail) VALUES (7, 'a@' || repeat('b.', 126) || 'cn');
INSERT INTO users (id, ip) VALUES (7, '192.168.1.256');
INSERT INTO users (id, born) VALUES (7, '2026-02-30');
INSERT INTO users (id, born) VALUES (7, 'my birthday');
INSERT INTO users (id, amount) VALUES (7, '12 yuan');
INSERT INTO users (id, amount) VALUES (7, '1e200000');
INSERT INTO users (id, doc) VALUES (7, '{"name": secret}');
INSERT INTO users (id, doc) VALUES (7, '"secret \u0000"');
INSERT INTO users (id, doc) VALUES (7, (repeat('[', 200000) || '"secret"')::text::wdd.sealed_jsonb);
INSERT INTO users (id, photo) VALUES (7, '\xsecret');
INSERT INTO users (id, note) VALUES (7, 'wdd1:plaintext');
-- SQLSTATEs; in every way that plaintext comes in
\set VERBOSITY sqlstate
INSERT INTO users (id, phone) VALUES (7, 'secret');
INSERT INTO users (id, phone) SELECT 7, 'secret'::text;
PREPARE store(wdd.sealed_phone) AS INSERT INTO users (id, phone) VALUES (7, $1);
EXECUTE store('secret');
PREPARE store_text(text) AS INSERT INTO users (id, phone) VALUES (7, $1);
EXECUTE store_text('secret');
INSERT INTO users (id, born) VALUES (7, 'secret');
INSERT INTO users (id, born) VALUES (7, '2026-02-30');
INSERT INTO users (id, amount) VALUES (7, 'secret');
INSERT INTO users (id, amount) VALUES (7, '1e200000');
INSERT INTO users (id, doc) VALUES (7, '"\u0000"');
INSERT INTO users (id, doc) VALUES (7, (repeat('[', 200000))::text::wdd.sealed_jsonb);
INSERT INTO users (id, ip) VALUES (7, 'secret');
INSERT INTO users (id, photo) VALUES (7, '\xsecret');
\set VERBOSITY default
SELECT count(*) FROM users;

RESET wdd_privacy.purpose;
DROP TABLE users;
DROP EXTENSION wdd_privacy CASCADE;
