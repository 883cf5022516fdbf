-- What the persons said.  Advertising needs a yes: whose number ends in 7 has
-- not given it.  Text messages may be refused: whose number ends in 3 has.
SELECT wdd.grant_consent(array_agg(user_id ORDER BY user_id), 'ads') FROM users WHERE user_id % 10 <> 7;
SELECT wdd.object_to(array_agg(user_id ORDER BY user_id), 'sms_push') FROM users WHERE user_id % 10 = 3;
SELECT wdd.grant_consent(array_agg(DISTINCT user_id), 'survey', 'survey') FROM surveys;
ANALYZE;
