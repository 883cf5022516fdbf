-- Normal forms in databases of other encodings: UTF-8 is what is sealed.
\getenv module SEALED_PROBE
CREATE DATABASE sealed_euc_cn ENCODING 'EUC_CN' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE sealed_sql_ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C';
\c sealed_euc_cn
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE EXTENSION wdd_privacy;
LOAD 'wdd_privacy';
CREATE FUNCTION sealed_form(kind text, value text) RETURNS bytea LANGUAGE c STRICT AS :'module', 'sealed_form';
CREATE FUNCTION sealed_form_again(kind text, value text) RETURNS bytea LANGUAGE c STRICT AS :'module', 'sealed_form_again';
SET client_encoding = 'UTF8';
SELECT kind, sealed_form(kind, value), sealed_form(kind, value) = sealed_form_again(kind, value)
FROM (VALUES ('text', '你好'), ('jsonb', '{"名": "\u4f60"}'), ('email', '用户@例子.公司'), ('phone', '１３８００１３８０００'), ('id_card', '１１０１０５１９４９１２３１００２Ｘ')) AS v (kind, value);
SELECT sealed_form('jsonb', '"\u00e4 secret"');      -- the encoding lacks it
\c sealed_sql_ascii
SET client_min_messages = warning;
CREATE EXTENSION wdd_privacy;
LOAD 'wdd_privacy';
CREATE FUNCTION sealed_form(kind text, value text) RETURNS bytea LANGUAGE c STRICT AS :'module', 'sealed_form';
CREATE FUNCTION sealed_form_again(kind text, value text) RETURNS bytea LANGUAGE c STRICT AS :'module', 'sealed_form_again';
SELECT sealed_form('text', '你好'), sealed_form_again('text', '你好');
SELECT sealed_form('text', E'secret \xff');
SELECT sealed_form('phone', E'secret \xff');
\c contrib_regression
DROP DATABASE sealed_euc_cn;
DROP DATABASE sealed_sql_ascii;
