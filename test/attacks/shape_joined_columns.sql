-- what: columns that NATURAL JOIN and USING merge
-- known: bypasses.md: NATURAL JOIN / USING merged columns
-- purpose: service
CREATE TABLE guesses (phone text);
INSERT INTO guesses VALUES ('139' || '00000666');
SELECT 'LEAKED' FROM users NATURAL JOIN guesses;
SELECT phone FROM users FULL JOIN (SELECT NULL::text AS phone) n USING (phone) WHERE user_id = 666;
SELECT j.phone FROM (users LEFT JOIN (SELECT 1 AS one) n ON true) j WHERE user_id = 666;
SELECT j FROM users JOIN (SELECT 666::bigint AS user_id) n USING (user_id) AS j CROSS JOIN users u WHERE u.user_id = 666 AND u.phone <> '';
