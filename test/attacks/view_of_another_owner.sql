-- what: read through a view that belongs to somebody else
-- known: policies bound to the reader, not to the table
-- as: analyst
-- expect: column "phone" of table "public.users" cannot be used without a purpose
SELECT phone FROM contacts WHERE user_id = 666;
