-- Normal forms of sealed types: good input and bad, and each error as a whole.
-- What is made of a form again has the same form.
\getenv module SEALED_PROBE
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS wdd_privacy;
LOAD 'wdd_privacy';         -- the probe is linked with it when it is loaded
RESET client_min_messages;
CREATE FUNCTION sealed_form(kind text, value text) RETURNS bytea LANGUAGE c STRICT AS :'module', 'sealed_form';
CREATE FUNCTION sealed_form_again(kind text, value text) RETURNS bytea LANGUAGE c STRICT AS :'module', 'sealed_form_again';
CREATE FUNCTION sealed_last_four(form text) RETURNS text LANGUAGE c STRICT AS :'module', 'sealed_last_four';
-- The form of each example, or its SQLSTATE and DETAIL.
CREATE FUNCTION told(kind text, VARIADIC examples text[]) RETURNS TABLE (example text, form text) LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; hint text;
BEGIN
    FOREACH example IN ARRAY examples LOOP
        BEGIN
            form := CASE sealed_form(kind, example) WHEN sealed_form_again(kind, example) THEN convert_from(sealed_form(kind, example), 'UTF8')
                    ELSE 'differs when made again' END;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            form := concat_ws(' ', SQLSTATE, detail, CASE WHEN length(example) > 3 AND position(example IN concat(message, detail, hint)) > 0 THEN 'VALUE SHOWN' END);
            example := left(example, 30);
        END;
        RETURN NEXT;
    END LOOP;
END $$;
\pset format unaligned
\pset tuples_only on

-- phone: mobile numbers of the mainland
SELECT * FROM told('phone', '13800138000', '19912345678', '+8613800138000', '008613800138000', '8613800138000', '86 138 0013 8000', '+86 138-0013-8000', ' 138 - 0013 - 8000 ', '１３８００１３８０００', '＋８６　１３８００１３８０００',
    U&'\202D13800138000\202C', U&'138\20100013\20118000', U&'138\00A00013\00A08000');
-- other numbers
SELECT * FROM told('phone', '+14155552671', '+1 415-555-2671', '+1234567', '+123456789012345', '+86 10 6552 9988', '0086 21-12345678', '+864008001234', '+13800138000');
-- neither
SELECT * FROM told('phone', '', ' ', '+', '86', '+86', '0086', '12345678901', '12800138000', '1380013800', '138001380000', '86138001380001', '861380013800', '+86 1380013800', '+86 138001380000', '+86 12345678901', '+86 010 65529988', '+86 1',
    '010-65529988', '65529988', '00852 12345678', '+123456', '+1234567890123456', '+01234567', '+(86)13800138000', '13800138000 ext 1', '13800138000x', '138--00138000', '-13800138000', '13800138000-', '138+00138000', '++8613800138000',
    '１３８００１３８０００Ａ', '138.0013.8000', '一三八', repeat('1', 1000), repeat(' ', 2000), U&'\0661\0663\0668');
SELECT sealed_form('phone', '1380013800');
SELECT sealed_form('phone', 'call me');
SELECT sealed_form('phone', repeat('1', 1025));
SELECT sealed_last_four('13800138000'), sealed_last_four('+14155552671'), sealed_last_four('123'), sealed_last_four('12X456'), sealed_last_four('');

-- id_card: the standard's examples, the older form, Hong Kong, Macao, Taiwan, permanent residents from abroad
SELECT * FROM told('id_card', '11010519491231002X', '11010519491231002x', '440524188001010014', '110105 19491231 002X', '１１０１０５１９４９１２３１００２Ｘ', '110105491231002', '53010219200508011X', '110101200002290018', '810000199408230021', '830000199201300022', '911124198108030024');
SELECT * FROM told('id_card', '', 'X', '1101051949123100', '11010519491231002', '11010519491231002XX', '110105-19491231-002X', '1101051949123100X2', '11010549123100X', '110105194912310021', '11010519491231002Y', '010105194912310026', '160105194912310029', '240105194912310029',
    '720105194912310023', '840105194912310020', '901124198108030022', '971124198108030025', '110105194902290029', '110105190002290025', '110105194900310022', '110105194913310021', '110105194912000021', '110105194912320025', '110105179912310024', '110105209912310029', '110105490229002');
SELECT sealed_form('id_card', '110105194912310021');
SELECT sealed_form('id_card', '160105194912310029');
SELECT sealed_form('id_card', '110105194902290029');
SELECT sealed_form('id_card', '110105209912310029');
SELECT sealed_form('id_card', '1101051949');
SELECT sealed_form('id_card', 'E12345678');

-- email
SELECT * FROM told('email', 'someone@example.com', ' Some.One+Tag@Example.COM ', 'a@b.cn', 'ａ＠ｂ．ｃｎ', '用户@例子.公司', 'o''neil_{x}~@b-c.cn', 'a@1b.2c.cn', U&'a@b.cn\200B', 'x@sub.sub.sub.example.co');
SELECT form = repeat('a', 64) || '@' || repeat('b', 63) || '.cn' FROM told('email', repeat('a', 64) || '@' || repeat('b', 63) || '.cn');
SELECT length(form) FROM told('email', 'a@' || repeat('b.', 125) || 'cn');
SELECT * FROM told('email', '', ' ', 'a', '@', 'a@', '@b.cn', 'a@b', 'a@@b.cn', 'a@b@c.cn', 'a b@c.cn', 'a@b c.cn', '.a@b.cn', 'a.@b.cn', 'a..b@c.cn', 'a@.cn', 'a@b.cn.', 'a@b..cn', 'a@-b.cn', 'a@b-.cn', 'a@b_c.cn', 'a@b.1', 'a@1.2.3.4',
    'a@[1.2.3.4]', '"a"@b.cn', 'a(x)@b.cn', 'Name <a@b.cn>', 'a,b@c.cn', 'a;b@c.cn', E'a\n@b.cn', E'a\x01@b.cn', U&'a\0085@b.cn', U&'a\200Bb@c.cn', repeat('a', 65) || '@b.cn', 'a@' || repeat('b', 64) || '.cn', 'a@' || repeat('b.', 126) || 'cn');
SELECT sealed_form('email', 'nobody');
SELECT sealed_form('email', 'no body@example.com');
SELECT sealed_form('email', 'a..b@example.com');
SELECT sealed_form('email', 'a@localhost');
SELECT sealed_form('email', repeat('a', 65) || '@b.cn');
SELECT sealed_form('email', 'a@' || repeat('b.', 126) || 'cn');

-- inet
SELECT * FROM told('inet', '192.168.1.10', '192.168.1.10/32', '192.168.1.0/24', '2001:DB8:0:0:0:0:0:1', '::FFFF:1.2.3.4', '1.2.3', '1.2.3.256', '', 'localhost');
SELECT sealed_form('inet', '1.2.3.256');
-- numeric
SELECT * FROM told('numeric', '1.5', '1.50', ' -0 ', '+07', '1e3', 'NaN', '-Infinity', '123456789012345678901234567890.5', '', 'x', '1,5', '1e200000');
SELECT sealed_form('numeric', '12 secret');
SELECT sealed_form('numeric', '1e200000');
-- date, in every DateStyle
SELECT * FROM told('date', '2026-01-31', 'Jan 31, 2026', '0044-03-15 BC', '4713-11-24 BC', '5874897-12-31', '0001-01-01', 'infinity', '-infinity', 'epoch', '', '2026-02-29', '2026-13-01', '5874898-01-01', 'secret');
SET DateStyle = 'SQL, DMY';
SELECT * FROM told('date', '31/01/2026', '2026-01-31', '0044-03-15 BC', '01/31/2026');
SET DateStyle = 'German, MDY';
SELECT * FROM told('date', '01.31.2026', '2026-01-31', '31/01/2026');
SET DateStyle = 'Postgres, YMD';
SELECT * FROM told('date', '26-01-31', '0099-01-31', '2026-01-31 BC');
SELECT sealed_form('date', '31/31/2026');
SELECT sealed_form('date', 'secret');
RESET DateStyle;
SELECT sealed_form('date', 'today') = convert_to(to_char(current_date, 'YYYY-MM-DD'), 'UTF8');
-- jsonb
SELECT * FROM told('jsonb', '{"b": 1,   "a": [1.50, null, "\u4f60"], "b": 2}', 'null', '"x"', '', '{"a": secret}', '{"a": 1', '"\u0000"', '1e200000');
SELECT sealed_form('jsonb', '{"a": secret}');
SELECT sealed_form('jsonb', '"\u0000 secret"');
SELECT sealed_form('jsonb', repeat('[', 200000) || '"secret"');
-- bytea
SELECT example, sealed_form('bytea', example) FROM unnest(ARRAY['\x4100', 'ab\\\000', '']) example WHERE sealed_form('bytea', example) = sealed_form_again('bytea', example);
SELECT * FROM told('bytea', '\x4', '\x4g', 'a\9');
SELECT sealed_form('bytea', '\xsecret');
-- text
SELECT * FROM told('text', '你好', '', ' as it is ', U&'\+01F600');

-- The errors of PostgreSQL's own input functions leave nothing behind.
DO $$
BEGIN
    FOR i IN 1..20000 LOOP
        BEGIN
            PERFORM sealed_form('jsonb', '{"a": [1, 2, {"b": "' || i || '"}');
        EXCEPTION WHEN invalid_text_representation THEN
            NULL;
        END;
    END LOOP;
END $$;
SELECT sealed_form('numeric', '1');
