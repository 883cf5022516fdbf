-- Who works with the data, by GRANT as always, and for which purposes.
CREATE ROLE wdd_app LOGIN;        -- the application's servers
CREATE ROLE wdd_marketing LOGIN;
CREATE ROLE wdd_support LOGIN;
CREATE ROLE wdd_legal LOGIN;      -- answers the authorities
CREATE ROLE wdd_backup LOGIN IN ROLE pg_read_all_data;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO wdd_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO wdd_marketing, wdd_support, wdd_legal;
GRANT UPDATE ON users TO wdd_marketing;

SELECT wdd.grant_purpose(p, 'wdd_app') FROM unnest(array['registration', 'service', 'security', 'personalization', 'survey', 'self']) AS p;
SELECT wdd.grant_purpose(p, 'wdd_marketing') FROM unnest(array['ads', 'sms_push', 'email_push']) AS p;
SELECT wdd.grant_purpose('troubleshooting', 'wdd_support');
SELECT wdd.grant_purpose('visit_statistics', 'wdd_support');
SELECT wdd.grant_purpose('authority_request', 'wdd_legal');
SELECT wdd.grant_purpose('backup', 'wdd_backup');
SELECT wdd.grant_duty('record_consent', 'wdd_app');
SELECT wdd.grant_duty('officer', 'wdd_app');   -- shows persons who may use what, and why
