-- what: set_config, an advisory lock and a notification remember a value
-- known: own
-- purpose: service
LISTEN heard;
SELECT 1 FROM users WHERE user_id = 666 AND set_config('my.heard', phone, false) = 'x';
SELECT 1 FROM users WHERE user_id = 666 AND pg_try_advisory_lock(phone::bigint) IS NULL;
SELECT 1 FROM users WHERE user_id = 666 AND pg_notify('heard', phone)::text IS NULL;
SELECT current_setting('my.heard', true);
SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory';
