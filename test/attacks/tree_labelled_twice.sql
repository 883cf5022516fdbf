-- what: a column labelled in a child alone is read through the parent that is given it later, with a wider label
-- known: own
-- as: dba
-- expect: cannot be used through its parent
CREATE TABLE base (user_id bigint);
CREATE TABLE kid (tag text) INHERITS (base);
GRANT SELECT ON base, kid TO app;
INSERT INTO kid VALUES (1, '13900000666');
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE base IS 'subject=user_id';
SECURITY LABEL FOR wdd_privacy ON COLUMN kid.tag IS 'category=contact; purposes=service';
\endif
ALTER TABLE base ADD tag text;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON COLUMN base.tag IS 'category=contact; purposes=service, ads';
\endif
SET SESSION AUTHORIZATION app;
SET wdd_privacy.purpose = 'ads';
SELECT tag FROM base;
SELECT tag FROM kid;
