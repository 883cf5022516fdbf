# planning.sh: many protected tables, and servers with and without the library.

# The planning times that EXPLAIN tells of statements, in order.
planning_times()
{
	sed 's/.*/EXPLAIN (SUMMARY) &;/' | psql -XAtq -v ON_ERROR_STOP=1 | sed -n 's/^Planning Time: \([0-9.]*\) ms/\1/p'
}

many_tables()
{
	local i statements= open labelled n=$1

	for ((i = 0; i < 200; i++)); do
		statements+="SELECT c1 FROM bench_many.open_7 WHERE user_id = $i"$'\n'"SELECT c1 FROM bench_many.labelled_7 WHERE user_id = $i"$'\n'
	done
	planning_times <<<"${statements%$'\n'}" >"$WDD_WORKSPACE/tmp/planning"
	open=$(awk 'NR > 40 && NR % 2 == 1' "$WDD_WORKSPACE/tmp/planning" | median)
	labelled=$(awk 'NR > 40 && NR % 2 == 0' "$WDD_WORKSPACE/tmp/planning" | median)
	result "$n protected tables, $((n * 10)) labelled columns: planning more by" '<=' 0.1 "$(calc "$labelled - $open")" ms \
		"$labelled ms to $open ms"

	statements=
	for ((i = 1; i <= n; i++)); do
		statements+="SELECT c1 FROM bench_many.open_$i WHERE user_id = 1"$'\n'"SELECT c1 FROM bench_many.labelled_$i WHERE user_id = 1"$'\n'
	done
	planning_times <<<"${statements%$'\n'}" >"$WDD_WORKSPACE/tmp/planning"
	open=$(awk 'NR > 40 && NR % 2 == 1' "$WDD_WORKSPACE/tmp/planning" | median)
	labelled=$(awk 'NR > 40 && NR % 2 == 0' "$WDD_WORKSPACE/tmp/planning" | median)
	result "first plan of a session on each of them: more by" - - "$(calc "$labelled - $open")" ms "$labelled ms to $open ms"
}

# Unlabelled tables in two servers: one has the library loaded, one has not.
unlabelled()
{
	local select file i way times=([0]= [1]=) ports=("$port_without" "$port_with")

	for way in 0 1; do
		pgbench -i -q -s "$scale" -p "${ports[way]}" -U dba unlabelled >/dev/null 2>&1 || wdd_die 'pgbench -i failed'
		psql -Xq -p "${ports[way]}" -U dba -d unlabelled -c 'CREATE TABLE copied (i bigint, t text, n numeric)'
	done
	select=$(script select "\\set aid random(1, $((scale * 100000)))
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;")
	pgbench_runs $((slices * 3)) 1 '-M simple -U dba unlabelled' "$select=-p ${ports[0]}" "$select=-p ${ports[1]}"
	result 'unlabelled tables, library loaded: select-only, simple' '>=' 0.98 "$ratio" x \
		"${medians[1]} to ${medians[0]} a second"
	pgbench_runs $((slices * 3)) 1 '-M prepared -U dba unlabelled' "$select=-p ${ports[0]}" "$select=-p ${ports[1]}"
	result 'unlabelled tables, library loaded: select-only, prepared' '>=' 0.98 "$ratio" x \
		"${medians[1]} to ${medians[0]} a second"

	file=$WDD_WORKSPACE/tmp/copy.data
	awk -v n=$((persons / 2)) 'BEGIN { for (i = 1; i <= n; i++) printf "%d\ttext of row %d\t%d.25\n", i, i, i % 1000 }' >"$file"
	for ((i = 0; i < runs + 2; i++)); do
		for way in $(turn $i 2); do
			times[way]+=$(printf "TRUNCATE copied;\n\\\\timing on\nCOPY copied FROM '%s';\n" "$file" |
				psql -XAtq -v ON_ERROR_STOP=1 -p "${ports[way]}" -U dba -d unlabelled |
				sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p')$'\n'
		done
	done
	for way in 0 1; do
		times[way]=$(sed '/^$/d' <<<"${times[way]}" | median)
	done
	result 'unlabelled tables, library loaded: COPY FROM' '>=' 0.98 "$(calc "${times[0]} / ${times[1]}")" x "${times[1]} ms to ${times[0]} ms"
	rm "$file"
}
