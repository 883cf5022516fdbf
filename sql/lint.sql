-- wdd.lint(): columns that ought to be labelled, and labels that are too wide.
CREATE EXTENSION wdd_privacy;
SELECT wdd.add_category('contact'), wdd.add_purpose('ads', 'consent'), wdd.add_purpose('service', 'contract');
CREATE ROLE regress_one LOGIN;
\pset format unaligned
\pset tuples_only on

-- identity numbers: the standard's examples, wrong check digits, wrong dates
SELECT value, wdd.is_id_number(value) FROM unnest('{11010519491231002X,11010519491231002x,440524188001010014,110105194912310021,110105194913310022,
    440524188001010015,1101051949123100,11010519491231002XX,abcdefghijklmnopqr,53010219200508011X,53010219200508011x,530102192005080118}'::text[]) value;
SELECT wdd.is_id_number(NULL) IS NULL;

-- content
SELECT value, wdd.content_kind(value) FROM unnest(ARRAY['13812345678', '+86 138-1234-5678', '8613812345678', '12812345678', '138123456789', '2026-11-24 10:00:00', '12:30:45',
    '53010219200508011X', 'someone@example.com', 'not@example', 'a b@example.com', '192.168.1.10', '1.2.3', '999.1.1.1', '2001:db8::1', '1:2:3:4:5:6:7:8',
    '北京市朝阳区建国路88号', '广东省深圳市南山区科技园路1栋', '北京市', '王芳', '欧阳修', '李雷雷', '苹果', '手机', '张三丰李四', 'hello', '']) value;
SELECT value, wdd.json_kind(value) FROM unnest(ARRAY['{"a": "13812345678"}', '{"a": [1, "someone@example.com"]}', '{"n": 13812345678}', '{"a": "nothing"}', '{}', '[]', 'null']) value;

-- names
SELECT name, wdd.name_kind(name) FROM unnest(ARRAY['phone', 'mobile', 'tel', 'telephone', 'user_phone', 'phoneNumber', 'contactMobile', '手机号', '联系电话', 'id_card', 'idcard', 'idCardNo',
    '身份证号', 'email', 'e_mail', 'user_email', '邮箱', 'name', 'real_name', 'userName', 'nickname', '姓名', 'address', 'home_addr', '收货地址', 'ip', 'login_ip', 'ip_address', 'birthday',
    'birth_date', 'date_of_birth', '生日', 'wechat', 'weixin_id', '微信号', 'openid', 'open_id', 'wx_openid', 'unionid', 'password', 'pwd', 'gps', 'latitude', 'lng', 'location',
    'passport_no', 'bank_card', 'bankCardNo', '银行卡号']) name;
SELECT name, wdd.name_kind(name) FROM unnest(ARRAY['filename', 'hostname', 'description', 'shipment', 'ship', 'file_name', 'host_name', 'product_name', 'table_name', 'phone_verified', 'email_count',
    'address_id', 'mac_address', 'clip', 'tip', 'recipe', 'hotel', 'intel', 'longest', 'latest', 'password_hash', 'id', 'order_id', 'status', 'created_at', 'namespace', 'renamed', '状态', '名称']) name
WHERE wdd.name_kind(name) IS NOT NULL;

-- columns, by name, type and content
CREATE TABLE person (person_id bigint, phone text, email_verified boolean, filename text, last_ip inet, birthday date, memo text, number numeric, big bigint, doc jsonb, remark varchar(50), who text,
    made text GENERATED ALWAYS AS (memo || 'x') STORED);
INSERT INTO person SELECT i, 'p', true, 'f', '10.0.0.1', '2000-01-01', CASE WHEN i % 5 = 0 THEN '1381234567' || i % 10 ELSE 'nothing' END, 1.5, 13812345678, '{"mail": "someone@example.com"}', '53010219200508011X', '王芳'
    FROM generate_series(1, 100) i;
CREATE TABLE "Odd ""name""" ("e-Mail;x" text, "weird, ""column" text);
INSERT INTO "Odd ""name""" VALUES ('x', '13812345678');
CREATE TABLE rare (note text);
INSERT INTO rare SELECT CASE i WHEN 1 THEN '13812345678' ELSE 'a' END FROM generate_series(1, 100) i;
CREATE TABLE parent (id bigint, phone text) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (10);
CREATE VIEW person_view AS SELECT * FROM person;
SELECT severity, object, finding, action FROM wdd.lint() WHERE object ~ 'public\.';
SELECT severity, object, finding, action FROM wdd.lint(0) WHERE object ~ 'public\.' AND finding ~ 'sampled';
SECURITY LABEL FOR wdd_privacy ON TABLE person IS 'subject=person_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN person.phone IS 'category=contact; purposes=ads';
SECURITY LABEL FOR wdd_privacy ON COLUMN person.memo IS 'category=contact; purposes=ads, service';
SELECT object, finding FROM wdd.lint() WHERE object ~ 'phone|memo|made';
SELECT wdd.grant_purpose('service', 'regress_one');
SELECT object, finding FROM wdd.lint() WHERE object ~ 'person.phone|person.memo';
SELECT wdd.grant_purpose('ads', 'regress_one');
SELECT object, finding FROM wdd.lint() WHERE object ~ 'person.phone|person.memo';
DROP TABLE parent;

-- labelled columns in the clear: by category, mask, name, in domains and types
-- that cannot be sealed as they are; not what is sealed, subjects, passwords,
-- what is made of others, children, and views
SELECT wdd.add_category('health', true), wdd.add_category('trade');
CREATE DOMAIN short_text AS varchar(20);
CREATE DOMAIN own_sealed AS wdd.sealed_text;
CREATE TABLE "Pa""tient" (patient_phone bigint, "id'no" text, diagnosis jsonb, allergic boolean, seen timestamptz, mail short_text, code text, plain_text text,
    birthday date, password text, real_name text, last_ip inet, phone bigint, "card no" text, made text GENERATED ALWAYS AS (code || 'x') STORED, mobile wdd.sealed_phone, note own_sealed) PARTITION BY RANGE (patient_phone);
CREATE TABLE "Pa""tient_1" PARTITION OF "Pa""tient" FOR VALUES FROM (0) TO (10);
SECURITY LABEL FOR wdd_privacy ON TABLE "Pa""tient" IS 'subject = patient_phone';
DO $$
DECLARE
    name text; label text;
BEGIN
    FOR name, label IN VALUES ('patient_phone', 'category=trade'), ('id''no', 'category=trade; mask = id_card'), ('diagnosis', 'Category = health'), ('allergic', 'category=health'),
        ('seen', 'category=health'), ('mail', 'category=trade; mask=email'), ('code', 'category=contact'), ('plain_text', 'category=trade'), ('birthday', 'category=trade'),
        ('password', 'category=trade'), ('real_name', 'category=trade'), ('last_ip', 'category=trade; mask=ip'), ('phone', 'category=trade'), ('card no', 'category=trade'), ('made', 'category=health'), ('mobile', 'category=health'), ('note', 'category=health')
    LOOP
        EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN "Pa""tient".%I IS %L', name, 'purposes=ads; ' || label);
    END LOOP;
END $$;
CREATE MATERIALIZED VIEW patient_codes AS SELECT 'x' AS phone;
SECURITY LABEL FOR wdd_privacy ON COLUMN patient_codes.phone IS 'category=health; purposes=ads';
SELECT severity, object, finding, action FROM wdd.lint(0) WHERE finding ~ 'sealed';
DROP MATERIALIZED VIEW patient_codes;
DROP TABLE "Pa""tient";
DROP DOMAIN short_text, own_sealed;

-- what cannot be read is told of, and nothing else stops: a table that needs a
-- purpose, one whose functions raise; code of users is not run
CREATE TABLE shut (id bigint, comment text);
INSERT INTO shut VALUES (1, '13812345678');
SECURITY LABEL FOR wdd_privacy ON TABLE shut IS 'purposes=ads';
CREATE FUNCTION shout() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE WARNING ''code of a user ran''; RETURN true; END';
CREATE TABLE trap (comment text, CHECK (shout()));
ALTER TABLE trap ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON trap USING (shout());
CREATE DOMAIN loud AS text CHECK (shout());
ALTER TABLE trap ADD loud loud;
INSERT INTO trap VALUES ('13812345678', '13812345678');
SELECT object, finding FROM wdd.lint() WHERE object ~ 'shut|trap';
DROP TABLE shut, trap;
DROP DOMAIN loud;
DROP FUNCTION shout();

-- no lock of what was sampled is kept
BEGIN;
SELECT count(*) >= 0 FROM wdd.lint();
SELECT mode FROM pg_locks WHERE relation = 'rare'::regclass;
COMMIT;

-- wide purposes
SELECT wdd.add_purpose('p' || i, 'contract') FROM generate_series(1, 11) i;
CREATE TABLE wide (id bigint, a1 text, a2 text, a3 text, a4 text, a5 text, a6 text, a7 text, a8 text, a9 text, a10 text);
SECURITY LABEL FOR wdd_privacy ON TABLE wide IS 'subject=id';
DO $$ BEGIN FOR i IN 1..10 LOOP EXECUTE format('SECURITY LABEL FOR wdd_privacy ON COLUMN wide.a%s IS ''purposes=ads''', i); END LOOP; END $$;
SECURITY LABEL FOR wdd_privacy ON COLUMN wide.a1 IS 'purposes=ads,p1,p2,p3,p4,p5,p6,p7,p8,p9,p10,p11';
DO $$ BEGIN FOR i IN 1..6 LOOP EXECUTE format('CREATE ROLE regress_many_%s LOGIN', i); PERFORM wdd.grant_purpose('p1', ('regress_many_' || i)::regrole); END LOOP; END $$;
SELECT lo_create(4712);
SELECT severity, object, regexp_replace(finding, 'of \d+ that', 'of N that'), action FROM wdd.lint(0) WHERE object ~ 'purpose|wide|large';
SELECT lo_unlink(4712);

-- arguments, and who may ask
SELECT * FROM wdd.lint(NULL);
SELECT * FROM wdd.lint(-1);
SET ROLE regress_one;
SELECT * FROM wdd.lint();
RESET ROLE;
SELECT wdd.grant_duty('officer', 'regress_one');
SET ROLE regress_one;
SELECT count(*) > 0 FROM wdd.lint();
RESET ROLE;

DROP EXTENSION wdd_privacy CASCADE;
DROP VIEW person_view;
DROP TABLE person, "Odd ""name""", rare, wide;
DROP ROLE regress_one, regress_many_1, regress_many_2, regress_many_3, regress_many_4, regress_many_5, regress_many_6;
