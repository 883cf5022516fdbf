-- what: casts, arithmetic and regular expressions whose error shows the value, or comes only for a right guess
-- known: bypasses.md: 1/0 or cast-error oracle
-- purpose: service
SELECT 1 FROM users WHERE user_id = 666 AND phone::date IS NULL;
SELECT 1 FROM users WHERE user_id = 666 AND ('x' || phone)::int > 0;
SELECT 1 FROM users WHERE user_id = 666 AND to_date(phone, 'DD') IS NULL;
SELECT 1 FROM users WHERE user_id = 666 AND ('x' ~ (phone || '(')) ;
SELECT 1 FROM users WHERE user_id = 666 AND ('{"a": ' || phone || ' x}')::jsonb IS NULL;
