-- what: a CHECK constraint of built-in functions only, that puts the value into a setting
-- known: own
-- as: owner
-- expect: may not apply function set_config\(text,text,boolean\)
ALTER TABLE users ADD CONSTRAINT watched CHECK (set_config('found.phone', phone, false) IS NOT NULL);
SHOW found.phone;
