-- what: GROUPING SETS, ROLLUP, CUBE, windows and ordered sets over hidden rows
-- purpose: ads
SELECT phone, city, count(*) FROM users GROUP BY GROUPING SETS ((phone), (city), ());
SELECT phone, city FROM users GROUP BY ROLLUP (city, phone);
SELECT city, phone FROM users GROUP BY CUBE (city, phone);
SELECT mode() WITHIN GROUP (ORDER BY phone DESC), percentile_disc(1) WITHIN GROUP (ORDER BY phone) FROM users;
SELECT user_id, first_value(phone) OVER (ORDER BY phone DESC), lag(phone) OVER (ORDER BY user_id DESC) FROM users;
SELECT string_agg(phone, ',' ORDER BY phone) FILTER (WHERE city = 'Shanghai') FROM users;
SELECT DISTINCT ON (city) city, phone FROM users ORDER BY city, phone DESC;
