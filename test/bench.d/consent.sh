# consent.sh: what the next query costs after one person has withdrawn.

# One timed statement in an open session: ask_time SESSION STATEMENT
ask_time()
{
	wdd_ask "$1" "$2;" && [ "$wdd_sqlstate" = 00000 ] || wdd_die "$2: $wdd_answer"
	sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' <<<"$wdd_answer"
}

# The one who asks persons withdraws one consent more.
withdraw_one()
{
	withdrawn=$((withdrawn + 1))
	wdd_ask recorder "SELECT wdd.withdraw_consent(($withdrawn * 10 + 1)::bigint, 'bench_dense', 'bench');" &&
		[ "$wdd_sqlstate" = 00000 ] || wdd_die "wdd.withdraw_consent: $wdd_answer"
}

# Medians of two statements, each right after a withdrawal of its own.
after_withdrawal()
{
	local runs=$1 i way times=([0]= [1]=)

	shift
	for ((i = 0; i < runs; i++)); do
		for way in 0 1; do
			withdraw_one
			ask_time reader "SELECT number FROM bench.dense_open WHERE user_id = 5" >/dev/null
			withdraw_one
			times[way]+=$(ask_time reader "${@:way+1:1}")$'\n'
		done
	done
	medians=("$(sed '/^$/d' <<<"${times[0]}" | median)" "$(sed '/^$/d' <<<"${times[1]}" | median)")
}

after_withdrawals()
{
	withdrawn=0
	wdd_session recorder -Atq -U dba -d bench
	PGOPTIONS='-c max_parallel_workers_per_gather=0' wdd_session reader -Atq -d bench
	wdd_ask reader '\timing on'
	ask_time reader 'SELECT count(phone) FROM bench.dense_labelled' >/dev/null
	ask_time reader 'SELECT count(phone) FROM bench.dense_open' >/dev/null
	after_withdrawal $((runs * 4)) 'SELECT phone FROM bench.dense_open WHERE user_id = 4242' \
		'SELECT phone FROM bench.dense_labelled WHERE user_id = 4242'
	result 'after a withdrawal, next point query: more by' '<=' 0.5 "$(calc "${medians[1]} - ${medians[0]}")" ms \
		"${medians[1]} ms to ${medians[0]} ms"
	after_withdrawal "$runs" 'SELECT count(phone) FROM bench.dense_open' 'SELECT count(phone) FROM bench.dense_labelled'
	result 'after a withdrawal, next scan' '<=' 1.35 "$(calc "${medians[1]} / ${medians[0]}")" x \
		"${medians[1]} ms to ${medians[0]} ms"
	wdd_end_session reader
	wdd_end_session recorder
}
