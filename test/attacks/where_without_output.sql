-- what: ask about a value in WHERE and count, without selecting it
-- known: projection-only masks (Snowflake, SQL Server, Oracle Redaction)
-- purpose: ads
SELECT 'LEAKED' FROM users WHERE phone LIKE '139%' AND user_id = 666;
