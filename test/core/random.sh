#!/bin/bash
# usage: random.sh compare | can_fail | sqlsmith
# Random queries: answers as over tables that hold only what is permitted
# (test/random/run.py); such differences are found when there are any; and
# whatever sqlsmith thinks of does not bring the server down.
. "$(dirname "$0")/common.sh"
export PGHOST=$WDD_WORKSPACE/socket PGPORT=54331 PGUSER=dba PYTHONDONTWRITEBYTECODE=1
cluster=random_$1
wdd_clusters=()
trap wdd_stop_all EXIT

wdd_make_cluster "$cluster" "$PGPORT" "shared_preload_libraries = 'wdd_privacy'" 'max_worker_processes = 16' \
	'max_parallel_workers = 16' &&
	wdd_start "$cluster" || exit

run()
{
	/usr/bin/python3 "$wdd_top/test/random/run.py" ${WDD_SEED:+--seed "$WDD_SEED"} "$@"
}

# Nothing in the server log that a statement should not be able to cause.
no_fault()
{
	! grep -E "PANIC|terminated by signal|unrecognized node type|variable not found in subplan|${1-^$}" \
		"$WDD_WORKSPACE/$cluster.log"
}

case $1 in
	compare)
		if [ -n "${WDD_LONG-}" ]; then run --queries 100000 --seconds 1500; else run --queries 10000 --seconds 240; fi &&
			no_fault 'cache lookup failed|could not find' ;;
	can_fail)
		! run --queries 300 --everything ;;
	sqlsmith)
		command -v sqlsmith >/dev/null || skip 'the distribution has no sqlsmith'
		run --queries 1 &&
			sqlsmith --verbose --max-queries=$((2000 * (1 + 19 * ${WDD_LONG:-0}))) --seed="${WDD_SEED:-$RANDOM}" --exclude-catalog \
				--target="host=$PGHOST port=$PGPORT dbname=random_query user=reader options='-c wdd_privacy.purpose=ads -c search_path=g -c statement_timeout=2000'" \
				>"$core/sqlsmith.log" 2>&1
		tail -n 30 "$core/sqlsmith.log"
		grep -q '^queries: ' "$core/sqlsmith.log" && psql -X -d random_query -Atc 'SELECT 1' && no_fault ;;
esac
