-- what: a row of two persons, of whom one does not permit
-- known: own
-- as: dba
CREATE TABLE deals (buyer bigint, seller bigint, note text);
INSERT INTO deals VALUES (1, 666, 'from 139' || '00000666'), (666, 1, 'to 139' || '00000666');
GRANT SELECT, UPDATE ON deals TO app;
\if :guarded
SECURITY LABEL FOR wdd_privacy ON TABLE deals IS 'subject=buyer, seller';
SECURITY LABEL FOR wdd_privacy ON COLUMN deals.note IS 'category=trade; purposes=service';
\endif
\connect - app
SET wdd_privacy.purpose = 'service';
SELECT note FROM deals;
UPDATE deals SET seller = 2 WHERE buyer = 1;
UPDATE deals SET buyer = 2 WHERE seller = 1 RETURNING note;
SELECT note FROM deals;
