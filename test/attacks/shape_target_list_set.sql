-- what: set-returning functions in the target list
-- known: bypasses.md: SRF in targetlist
-- purpose: service
SELECT unnest(ARRAY[phone]) FROM users WHERE user_id = 666;
SELECT regexp_split_to_table(phone, '') || phone FROM users WHERE user_id = 666;
