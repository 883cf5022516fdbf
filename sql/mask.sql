-- wdd.mask(): every kind, values of its form and others; custom masks; masks of labels
CREATE EXTENSION wdd_privacy;
\pset format unaligned
\pset tuples_only on
\pset null NULL

SELECT kind, wdd.mask(value, kind) FROM (VALUES
    ('null', '13812345678'), ('full', '13812345678'), ('full', ''),
    ('phone', '13812345678'), ('phone', '+14155552671'), ('phone', '1381234567'), ('phone', ''),
    ('id_card', '11010519491231002X'), ('id_card', '110105491231002'), ('id_card', '1101051949'),
    ('name', '张三'), ('name', '欧阳修'), ('name', 'Li'), ('name', '张'), ('name', ''),
    ('email', 'someone@example.com'), ('email', 'a@b.cn'), ('email', '"a@b"@c.cn'), ('email', '@b.cn'), ('email', 'someone'), ('email', ''),
    ('ip', '192.168.1.10'), ('ip', '192.168.1.10/32'), ('ip', '10.20.0.0/16'), ('ip', '255.255.255.255'), ('ip', '2001:db8:1:2:3:4:5:6'), ('ip', '2001:db8::/32'),
    ('ip', '::ffff:192.168.1.10'), ('ip', '192.168.1'), ('ip', '192.168.1.10:80'), ('ip', 'fe80::1%eth0'), ('ip', '192.168.1.256'), ('ip', ' 192.168.1.1'), ('ip', ''), ('ip', repeat('1', 200)),
    ('keep=3,4', '13812345678'), ('keep=3,4', '12345678'), ('keep=3,4', '1234567'), ('keep=0,2', '杭州西湖'), ('keep=2,0', '杭州西湖区'), ('keep=0,0', 'abc'), ('keep=99,99', 'abc'), ('keep=3,4', '')
) AS t (kind, value);
SELECT wdd.mask(NULL::text, 'phone'), wdd.mask('13812345678', NULL), wdd.mask(NULL, 'phone');
-- inet
SELECT value, wdd.mask(value, 'ip') FROM unnest(ARRAY['192.168.1.10', '10.20.30.40/8', '0.0.0.0/0', '2001:db8:1:2:3:4:5:6', '::1', '2001:db8::/32']::inet[]) value;
SELECT wdd.mask(inet '10.0.0.1', 'null'), wdd.mask(NULL::inet, 'ip'), pg_typeof(wdd.mask(inet '10.0.0.1', 'ip')), pg_typeof(wdd.mask('10.0.0.1', 'ip'));
-- no mask; and no value in the message, whatever the order of the arguments
DO $$
DECLARE
    kind text; told text; hint text; state text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['moustache', '', 'PHONE', '13812345678', 'keep', 'keep=', 'keep=3', 'keep=3,', 'keep=,3', 'keep=3, 4', 'keep=3,4,5', 'keep=-1,4', 'keep=100,1', 'keep=1,x', 'keep=3,4 '] LOOP
        BEGIN
            PERFORM wdd.mask('phone', kind);
            RAISE NOTICE 'taken: %', kind;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS told = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
            IF kind = 'moustache' THEN RAISE NOTICE '% % %', state, told, hint; END IF;
            ASSERT told = 'argument "kind" names no mask' AND state = '22023', kind;
        END;
    END LOOP;
END $$;
SELECT wdd.mask(inet '10.0.0.1', 'phone');
SELECT wdd.mask(inet '10.0.0.1', '10.0.0.1');

-- labels: a custom mask with blanks in its list, ip on text, inet and a domain
SELECT wdd.add_category('contact'), wdd.add_purpose('service', 'contract'), wdd.add_purpose('other', 'contract');
CREATE DOMAIN address AS inet;
CREATE TABLE visits (person bigint, code varchar(20), last_ip inet, from_ip address, text_ip text, net cidr);
INSERT INTO visits VALUES (1, 'AB1234567', '192.168.1.10', '2001:db8:1:2::3', '192.168.1.10', '10.0.0.0/8'), (2, 'ü', '10.0.0.0/8', NULL, 'localhost', NULL);
SECURITY LABEL FOR wdd_privacy ON TABLE visits IS 'subject=person';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.code IS 'category=contact; purposes=service; if_not_listed=mask; mask = keep=2 , 3';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.last_ip IS 'category=contact; purposes=service; if_not_listed=mask; mask=ip';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.from_ip IS 'category=contact; purposes=service; if_not_listed=mask; mask=ip';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.text_ip IS 'category=contact; purposes=service; if_not_listed=mask; mask=ip';
SELECT attnum, value FROM wdd.label_fields('visits') WHERE key = 'mask';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.net IS 'category=contact; purposes=service; mask=ip';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.last_ip IS 'category=contact; purposes=service; mask=phone';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.last_ip IS 'category=contact; purposes=service; mask=keep=1,1';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.code IS 'category=contact; purposes=service; mask=keep=1';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.code IS 'category=contact; purposes=service; mask=keep=1,';
SECURITY LABEL FOR wdd_privacy ON COLUMN visits.code IS 'category=contact; purposes=service; mask=phone, name';
SELECT wdd.grant_purpose('service', session_user::regrole), wdd.grant_purpose('other', session_user::regrole);
SET wdd_privacy.purpose = 'service';
SELECT code, last_ip, from_ip, text_ip FROM visits ORDER BY person;
SET wdd_privacy.purpose = 'other';
SELECT code, last_ip, from_ip, text_ip, pg_typeof(code), pg_typeof(last_ip), pg_typeof(from_ip) FROM visits ORDER BY person;
RESET wdd_privacy.purpose;

DROP EXTENSION wdd_privacy CASCADE;
DROP TABLE visits;
DROP DOMAIN address;
