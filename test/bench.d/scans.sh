# scans.sh: full scans, joins, parallel scans; growth; memory.

# A benchmark of a guard that lets everybody through would be worth nothing.
guard_is_on()
{
	local seen

	seen=$(psql -XAtq -F ' ' -c 'SELECT count(phone) FROM bench.dense_labelled' \
		-c 'SELECT count(phone) FROM bench.dense_open WHERE number % 10 <> 0' | xargs)
	[ "${seen% *}" = "${seen#* }" ] || wdd_die "persons who permit and all who do: $seen"
}

# Ratio of a labelled column's scan to its twin's: scan_ratio NAME RUNS
scan_ratio()
{
	time_statements "$2" "SELECT count(phone) FROM bench.$1_open" "SELECT count(phone) FROM bench.$1_labelled"
	measured="${medians[1]} ms to ${medians[0]} ms"
}

scans_of_dense_keys()
{
	export PGOPTIONS='-c max_parallel_workers_per_gather=0 -c wdd_privacy.purpose=bench_dense'
	scan_ratio dense $runs
	result "full scan of a labelled column, $persons persons, dense bigint keys" '<=' 1.25 "$ratio" x "$measured"
	dense_ratio=$ratio

	time_statements $((runs < 5 ? runs : 5)) "SELECT count(phone) FROM bench.dense_labelled" \
		"SELECT count(phone) FROM bench.dense_row_security"
	result 'the same, faster than row security with EXISTS' '>=' 8 "$ratio" x \
		"${medians[0]} ms to ${medians[1]} ms"

	time_statements "$runs" \
		"SELECT o.item, count(p.phone) FROM bench.orders AS o JOIN bench.dense_open AS p USING (user_id) GROUP BY o.item" \
		"SELECT o.item, count(p.phone) FROM bench.orders AS o JOIN bench.dense_labelled AS p USING (user_id) GROUP BY o.item"
	result 'joined to orders, grouped' '<=' 1.25 "$ratio" x "${medians[1]} ms to ${medians[0]} ms"

	export PGOPTIONS='-c max_parallel_workers_per_gather=2 -c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0 -c wdd_privacy.purpose=bench_dense'
	scan_ratio dense $runs
	result 'full scan with 2 parallel workers' '<=' 1.25 "$ratio" x "$measured"
	time_statements "$runs" \
		"SELECT o.item, count(p.phone) FROM bench.orders AS o JOIN bench.dense_open AS p USING (user_id) GROUP BY o.item" \
		"SELECT o.item, count(p.phone) FROM bench.orders AS o JOIN bench.dense_labelled AS p USING (user_id) GROUP BY o.item"
	result 'joined to orders, grouped, with 2 parallel workers' '<=' 1.25 "$ratio" x \
		"${medians[1]} ms to ${medians[0]} ms"
	unset PGOPTIONS
}

# Other sizes: scans_of NAME TEXT ["BAR"]
scans_of()
{
	export PGOPTIONS="-c max_parallel_workers_per_gather=0 -c wdd_privacy.purpose=bench_$1"
	scan_ratio "$1" $runs
	# shellcheck disable=SC2086
	result "full scan, $2" ${3:-- -} "$ratio" x "$measured"
	unset PGOPTIONS
}

# Does the ratio stay as persons grow?  Each size in a database of its own; the
# greatest over the least is told.
growth()
{
	local size text="$persons: $dense_ratio x" ratios=$dense_ratio

	export PGOPTIONS='-c max_parallel_workers_per_gather=0'
	for size in "${growing[@]}"; do
		PGDATABASE=bench_$size scan_ratio dense $((runs * (size < 100000 ? 20 : 4)))
		text="$size: $ratio x, $text"
		ratios+=$'\n'$ratio
	done
	unset PGOPTIONS
	ratios=$(sort -g <<<"$ratios")
	result 'ratio as persons grow: greatest over least' '<=' 1.25 \
		"$(calc "$(tail -n 1 <<<"$ratios") / $(head -n 1 <<<"$ratios")")" x "$text"
	runs=$((runs * 20)) scans_of few "10000 persons among all other consents" '<= 1.5'
}

# What a set takes, by what the extension says of it, after a scan in the same
# session has built it.
memory()
{
	local bytes

	bytes=$(PGOPTIONS='-c wdd_privacy.purpose=bench_dense' psql -XAtq -v ON_ERROR_STOP=1 -U dba \
		-c 'SELECT FROM (SELECT count(phone) FROM bench.dense_labelled) AS scan WHERE count < 0' \
		-c "SELECT sum(bytes) FROM wdd.consent_cache_status() WHERE purpose = 'bench_dense'") && [ -n "$bytes" ] ||
		wdd_die 'wdd.consent_cache_status() tells of no set for bench_dense'
	result 'memory per purpose and category, dense keys' '<=' 2 "$(calc "$bytes * 8 / $persons")" bit "a person; $bytes bytes"
}
