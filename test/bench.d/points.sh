# points.sh: look-ups by index and point selects.

# look_up NAME "SETTING OF A VARIABLE" CONDITION [MODE]
look_up()
{
	local open labelled bar='<= 1.25'

	open=$(script open "$2
SELECT phone, email FROM bench.dense_open WHERE $3;")
	labelled=$(script labelled "$2
SELECT phone, email FROM bench.dense_labelled WHERE $3;")
	pgbench_mixed "$seconds" "-M ${4:-prepared}" "$open" "$labelled"
	[ -z "${4-}" ] || bar='- -'
	# shellcheck disable=SC2086
	result "look-up by index, $1" $bar "$(calc "${medians[1]} / ${medians[0]}")" x "${medians[1]} ms to ${medians[0]} ms"
}

look_ups()
{
	local i="\\set i random(1, $persons)" prefix

	prefix=$(psql -XAtq -U dba -c 'SELECT left(phone, 7) FROM bench.dense_open WHERE user_id = 4242')
	look_up 'text =' "$i
\\set v 10000000000 + :i * 48271093 % 10000000000" 'phone = :v::text'
	look_up 'bigint =' "$i" 'number = :i'
	look_up 'lower(text) =' "$i" "lower(email) = 'user' || :i || '@example.com'"
	look_up 'numeric =' "$i
\\set v :i * 7919 % 1000003" 'balance = :v::numeric + 0.25'
	look_up 'jsonb @>' '' "profile @> '{\"card\": 4242}'"
	look_up 'prefix LIKE' '' "phone LIKE '$prefix%'"
	look_up 'bigint =, planned each time' "$i" 'number = :i' simple
	look_up 'jsonb @>, planned each time' "$i" "profile @> '{\"card\": :i}'" simple
	look_up 'prefix LIKE, planned each time' '\set v 1000000 + random(0, 999999)' "phone LIKE ':v%'" simple
}

point_selects()
{
	local open labelled set="\\set i random(1, $persons)"

	open=$(script open "$set
SELECT phone FROM bench.dense_open WHERE user_id = :i;")
	labelled=$(script labelled "$set
SELECT phone FROM bench.dense_labelled WHERE user_id = :i;")
	pgbench_mixed $((seconds * 2)) '-M prepared -c 2 -j 2' "$open" "$labelled"
	throughput 'point select by primary key, throughput, prepared' 0.92
	pgbench_mixed $((seconds * 2)) '-M simple -c 2 -j 2' "$open" "$labelled"
	throughput 'point select by primary key, throughput, simple' 0.85
	pgbench_runs $((slices * 3)) 1 -C "$open" "$labelled"
	result 'point select by primary key, throughput, a connection each' '>=' 0.95 "$ratio" x "${medians[1]} to ${medians[0]} a second"
}

# The throughput of a session is one over the time of a transaction.
throughput()
{
	result "$1" '>=' "$2" "$(calc "${medians[0]} / ${medians[1]}")" x "${medians[1]} ms to ${medians[0]} ms"
}

# The first statement of a connection, by the client's clock.
first_of_connection()
{
	local i table times=([0]= [1]=) tables=(dense_open dense_labelled)

	for ((i = 0; i < connections; i++)); do
		for table in $(turn $i 2); do
			times[table]+=$(printf '\\timing on\nSELECT phone FROM bench.%s WHERE user_id = %s;\n' "${tables[table]}" \
				$((1 + i * 7919 % persons)) | psql -XAtq -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p')$'\n'
		done
	done
	for table in 0 1; do
		times[table]=$(sed '/^$/d' <<<"${times[table]}" | median)
	done
	result "first point query of a new connection, $persons consents: more by" '<=' 1 "$(calc "${times[1]} - ${times[0]}")" ms \
		"${times[1]} ms to ${times[0]} ms"
}
