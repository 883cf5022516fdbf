-- what: arrays whose dimensions differ, or whose elements nothing compares, fail only where a guess is right
-- known: own; 1/0 or cast-error oracle
-- purpose: service
SET plan_cache_mode = force_generic_plan;
PREPARE q (int[]) AS SELECT 1 FROM users WHERE CASE WHEN phone = '13900000666' THEN ARRAY[ARRAY[1], $1] IS NOT NULL END;
DO $$ BEGIN
    EXECUTE $q$EXECUTE q ('{1,2}')$q$;
EXCEPTION WHEN array_subscript_error THEN RAISE NOTICE 'LEAKED';
END $$;
DO $$ BEGIN
    PERFORM 1 FROM users WHERE phone = '13900000666' AND ARRAY[ROW(user_id)] = ARRAY[ROW(city)];
EXCEPTION WHEN datatype_mismatch THEN RAISE NOTICE 'LEAKED';
END $$;
PREPARE r (point[]) AS SELECT 1 FROM users WHERE phone = '13900000666' AND $1 = ARRAY[point(user_id, 1)];
DO $$ BEGIN
    EXECUTE $q$EXECUTE r ('{"(1,1)"}')$q$;
EXCEPTION WHEN undefined_function THEN RAISE NOTICE 'LEAKED';
END $$;
