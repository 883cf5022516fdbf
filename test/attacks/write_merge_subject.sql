-- what: MERGE gives the hidden row to a person who permits
-- known: own
-- purpose: service
MERGE INTO orders o USING (SELECT 1) s ON o.user_id = 666 WHEN MATCHED THEN UPDATE SET user_id = 1;
SELECT note FROM orders WHERE order_id = 6660;
