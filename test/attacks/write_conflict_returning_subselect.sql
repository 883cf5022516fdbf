-- what: ON CONFLICT DO UPDATE touches a hidden row, and RETURNING asks about its phone in a sub-select's condition
-- known: own
-- purpose: service
INSERT INTO users (user_id, city) VALUES (666, 'x') ON CONFLICT (user_id) DO UPDATE SET city = 'x'
    RETURNING (SELECT 'LEAKED: it begins with 1390' WHERE users.phone LIKE '1390%');
