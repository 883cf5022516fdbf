# writes.sh: storing labelled values.

writes()
{
	local set="\\set u random(0, $((persons / 10 - 1))) * 10 + random(2, 9)" open labelled

	open=$(script open "$set
INSERT INTO bench.note_open (user_id, body) VALUES (:u, 'call ' || :u);")
	labelled=$(script labelled "$set
INSERT INTO bench.note_labelled (user_id, body) VALUES (:u, 'call ' || :u);")
	pgbench_mixed $((seconds * 2)) '-M prepared -c 2 -j 2' "$open" "$labelled"
	throughput 'insert of labelled rows of registered persons, throughput' 0.85

	set="\\set n random(1, $notes)"
	open=$(script open "$set
UPDATE bench.note_open SET body = 'called ' || :n WHERE note_id = :n;")
	labelled=$(script labelled "$set
UPDATE bench.note_labelled SET body = 'called ' || :n WHERE note_id = :n;")
	pgbench_mixed $((seconds * 2)) '-M prepared -c 2 -j 2' "$open" "$labelled"
	throughput 'update of labelled rows of registered persons, throughput' 0.85
}

# Persons nobody has heard of, under a purpose that asks no consent.
bulk_insert()
{
	local times=([0]= [1]=) i way tables=(new_open new_labelled) n=$((persons / 10))

	for ((i = 0; i < 3; i++)); do
		for way in $(turn $i 2); do
			times[way]+=$(printf "\\\\timing on\nINSERT INTO bench.%s SELECT %s + i, '1' || i FROM generate_series(1, %s) AS i;\n" \
				"${tables[way]}" "$((100000000 + i * 10000000))::bigint" $n |
				PGOPTIONS='-c wdd_privacy.purpose=bench_service' psql -XAtq -v ON_ERROR_STOP=1 |
				sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p')$'\n'
		done
	done
	for way in 0 1; do
		times[way]=$(sed '/^$/d' <<<"${times[way]}" | median)
	done
	result "bulk insert of $n new persons, throughput" - - "$(calc "${times[0]} / ${times[1]}")" x "${times[1]} ms to ${times[0]} ms"
}
