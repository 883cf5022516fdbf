# sealed.sh: sealed values: opening, sealing, searching, and the size of indexes.

sealed_rows=200000

make_sealed()
{
	[ "$persons" -ge $sealed_rows ] || sealed_rows=$persons
	"${CC:-gcc}" -O2 -o "$WDD_WORKSPACE/tmp/raw_open" test/bench.d/raw_open.c -lsodium || wdd_die 'raw_open does not compile'
	as_dba -v rows=$sealed_rows -f test/bench.d/sealed.sql
	as_dba -c 'VACUUM (ANALYZE, FREEZE)' -c CHECKPOINT
}

# Nanoseconds a row that the second of two statements takes more than the first:
# more_a_row RUNS ROWS STATEMENT STATEMENT
more_a_row()
{
	time_statements "$1" "$3" "$4"
	calc "(${medians[1]} - ${medians[0]}) * 1000000 / $2"
}

# In turn with libsodium alone, since a machine's speed changes: reveal_ratio TABLE
reveal_ratio()
{
	local round raw own ratios=

	for round in 1 2 3; do
		raw=$("$WDD_WORKSPACE/tmp/raw_open" $sealed_rows 37 11)
		own=$(more_a_row 5 $sealed_rows "SELECT count(phone) FROM bench.$1" "SELECT count(wdd.reveal(phone)) FROM bench.$1")
		ratios+="$(calc "$own / $raw")"$'\n'
	done
	ratio=$(calc "$(printf %s "$ratios" | median)")
	measured="$own to $raw ns a value"
}

opening()
{
	export PGOPTIONS='-c max_parallel_workers_per_gather=0 -c jit=off -c wdd_privacy.purpose=bench_sealed'
	reveal_ratio sealed_one
	result 'reveal 11 digits, one person, to libsodium alone' '<=' 1.3 "$ratio" x "$measured"

	export PGUSER=dba PGOPTIONS="$PGOPTIONS -c wdd_privacy.key_cache=1048576"
	reveal_ratio sealed_many
	result "reveal 11 digits, $sealed_rows persons, keys at hand" '<=' 1.7 "$ratio" x "$measured"
	psql -Xq -c 'CREATE EXTENSION IF NOT EXISTS pgcrypto' >/dev/null
	psql -Xq -c "CREATE TABLE bench.by_decrypt AS SELECT encrypt(phone::bytea, 'sixteen bytes ...', 'aes') AS raw FROM bench.plain_many" \
		-c "CREATE TABLE bench.by_pgp AS SELECT pgp_sym_encrypt(phone, 'secret') AS pgp FROM bench.plain_many LIMIT 2000" >/dev/null
	own=$(more_a_row 5 $sealed_rows 'SELECT count(phone) FROM bench.sealed_many' 'SELECT count(wdd.reveal(phone)) FROM bench.sealed_many')
	raw=$(more_a_row 5 $sealed_rows 'SELECT count(raw) FROM bench.by_decrypt' "SELECT count(decrypt(raw, 'sixteen bytes ...', 'aes')) FROM bench.by_decrypt")
	result 'the same, faster than pgcrypto decrypt(), without authentication' '>=' 1.3 "$(calc "$raw / $own")" x "$raw to $own ns"
	raw=$(more_a_row 1 2000 'SELECT count(pgp) FROM bench.by_pgp' "SELECT count(pgp_sym_decrypt(pgp, 'secret')) FROM bench.by_pgp")
	result 'the same, faster than pgp_sym_decrypt()' '>=' 150 "$(calc "$raw / $own")" x "$raw to $own ns"
	first_touch
	PGOPTIONS='-c max_parallel_workers_per_gather=2 -c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0 -c wdd_privacy.purpose=bench_sealed'
	parallel_reveal
	PGUSER=bench_app
	unset PGOPTIONS
}

# A new session has no keys.
first_touch()
{
	local query="SELECT count(wdd.reveal(phone)) FROM bench.sealed_many" firsts= warms= round times

	for round in 1 2 3 4 5; do
		times=$(printf '\\timing on\nSELECT 1;\n%s;\n%s;\n%s;\n' "$query" "$query" "$query" | psql -Xqt | awk '/^Time: / { print $2 }')
		firsts+="$(sed -n 2p <<<"$times")"$'\n'
		warms+="$(sed -n 4p <<<"$times")"$'\n'
	done
	firsts=$(printf %s "$firsts" | median)
	warms=$(printf %s "$warms" | median)
	result "first touch of $sealed_rows persons' keys, to keys at hand" '<=' 3 "$(calc "$firsts / $warms")" x "$firsts to $warms ms"

	# so that it does not grow with the persons, the cache is bounded
	PGOPTIONS= as_dba -v many="$persons" -f test/bench.d/sealed_random.sql
	PGOPTIONS='-c max_parallel_workers_per_gather=0 -c jit=off -c wdd_privacy.purpose=bench_sealed -c wdd_privacy.key_cache=2097152' \
		time_statements 3 'SELECT count(phone) FROM bench.sealed_random' 'SELECT count(wdd.reveal(phone)) FROM bench.sealed_random'
	warms=${medians[1]}
	PGOPTIONS='-c max_parallel_workers_per_gather=0 -c jit=off -c wdd_privacy.purpose=bench_sealed -c wdd_privacy.key_cache=16384' \
		time_statements 1 'SELECT count(phone) FROM bench.sealed_random' 'SELECT count(wdd.reveal(phone)) FROM bench.sealed_random'
	result "$persons persons in random order, 16384 keys at hand, to all" '<=' 8 "$(calc "${medians[1]} / $warms")" x "${medians[1]} to $warms ms"
}

parallel_reveal()
{
	local with serial round
	with= serial=
	for round in 1 2 3 4 5; do
		with+=$(printf '\\timing on\nSET max_parallel_workers_per_gather = 2;\nSELECT count(wdd.reveal(phone)) FROM bench.sealed_one;\n' | psql -Xqt | awk '/^Time: / { t = $2 } END { print t }')$'\n'
		serial+=$(printf '\\timing on\nSET max_parallel_workers_per_gather = 0;\nSELECT count(wdd.reveal(phone)) FROM bench.sealed_one;\n' | psql -Xqt | awk '/^Time: / { t = $2 } END { print t }')$'\n'
	done
	with=$(printf %s "$with" | median)
	serial=$(printf %s "$serial" | median)
	result 'scan with reveal, 2 parallel workers, to one process' '<=' 1 "$(calc "$with / $serial")" x "$with to $serial ms"
}

# Rows a second of COPY: copy_rows TABLE [NEW]
copy_time()
{
	printf '\\timing on\n%s\nCOPY bench.%s FROM %s;\n' "${2-}" "$1" "'$WDD_WORKSPACE/tmp/copied'" |
		psql -Xq -U dba | awk '/^Time: / { t = $2 } END { print t }'
}

sealing()
{
	local plain= sealed= round settings='SET wdd_privacy.purpose = '"'bench_sealed'"'; SET wdd_privacy.key_cache = 4194304; SELECT count(wdd.reveal(phone)) FROM bench.sealed_random \g /dev/null'

	psql -Xq -U dba -c "COPY (SELECT i, 1 + i % $persons, (13000000000 + i)::text FROM generate_series(1, $persons) AS i) TO '$WDD_WORKSPACE/tmp/copied'" >/dev/null
	for round in 1 2 3; do
		psql -Xq -U dba -c 'TRUNCATE bench.plain_copy' -c 'SET wdd_privacy.purpose = bench_sealed' -c 'TRUNCATE bench.sealed_copy' -c CHECKPOINT
		plain+=$(copy_time plain_copy)$'\n'
		sealed+=$(copy_time sealed_copy "$settings")$'\n'
	done
	plain=$(printf %s "$plain" | median)
	sealed=$(printf %s "$sealed" | median)
	result "sealing COPY of $persons rows of known persons, with primary key, to plain" '>=' 0.25 "$(calc "$plain / $sealed")" x "$sealed to $plain ms"
	psql -Xq -U dba -c 'SET wdd_privacy.purpose = bench_sealed' -c 'TRUNCATE bench.sealed_copy' >/dev/null
	awk -F '\t' -v OFS='\t' '{ $2 += 100000000; print }' "$WDD_WORKSPACE/tmp/copied" >"$WDD_WORKSPACE/tmp/new" && mv "$WDD_WORKSPACE/tmp/new" "$WDD_WORKSPACE/tmp/copied"
	sealed=$(copy_time sealed_copy "$settings")
	result "sealing COPY of as many new persons, to plain" - - "$(calc "$plain / $sealed")" x "$sealed to $plain ms"
}

searching()
{
	local open sealed set="\\set i random(1, $sealed_rows)
\\set v 13000000000 + :i" size_of="SELECT pg_relation_size('bench.%s')"

	export PGOPTIONS='-c wdd_privacy.purpose=bench_sealed'
	open=$(script open "$set
SELECT id FROM bench.plain_many WHERE phone = :v::text;")
	sealed=$(script labelled "$set
SELECT id FROM bench.sealed_many WHERE phone = :v::text;")
	pgbench_mixed $((seconds * 2)) '-M prepared' "$open" "$sealed"
	throughput 'equality look-up in a unique index, to plain text' 0.9
	unset PGOPTIONS
	for pair in sealed_many_hash:sizes_hash:'hash index, to one of 16 bytes' sealed_many_unique:sizes_unique:'unique btree index, to one of 89 bytes'; do
		IFS=: read -r ours theirs text <<<"$pair"
		ours=$(psql -XAtq -U dba -c "SELECT pg_relation_size('bench.$ours')")
		theirs=$(psql -XAtq -U dba -c "SELECT pg_relation_size('bench.$theirs')")
		result "size of the $text" '<=' 1.1 "$(calc "$ours / $theirs")" x "$ours to $theirs bytes"
	done
}

# One more epoch than before: next_epoch NUMBER
next_epoch()
{
	local lines= epoch

	for ((epoch = 1; epoch <= $1; epoch++)); do
		lines+=$(printf '%d %064d\\n' "$epoch" "$epoch")
	done
	psql -Xq -U dba -c "ALTER SYSTEM SET wdd_privacy.key_command = 'printf \"$lines\"'" -c 'SELECT pg_reload_conf()' >/dev/null
	sleep 1
}

tps()
{
	pgbench -n -U dba -c 1 -T "$seconds" -f "$1" 2>>"$WDD_WORKSPACE/tmp/tps.log" | awk '/^tps/ { print $3 }'
}

# All data keys under a new epoch, to an UPDATE of the same rows; and beside a
# pgbench, to the same pgbench alone.
rewrapping()
{
	local epoch=2 n round way plain= own= alone= beside= script=$WDD_WORKSPACE/tmp/rewrap.pgbench

	printf '%s\n' "\\set i random(1, $sealed_rows)" 'SELECT id FROM bench.plain_many WHERE phone = (13000000000 + :i)::text;' \
		'UPDATE bench.plain_many SET person = person WHERE phone = (13000000000 + :i)::text;' >"$script"
	n=$(psql -XAtq -U dba -c 'SELECT count(*) FROM wdd.data_key')
	psql -Xq -U dba -c 'CREATE TABLE bench.plain_key (LIKE wdd.data_key INCLUDING ALL)' -c 'INSERT INTO bench.plain_key SELECT * FROM wdd.data_key'
	for round in 1 2 3; do
		psql -Xq -U dba -c 'VACUUM bench.plain_key' -c 'VACUUM wdd.data_key' -c CHECKPOINT
		next_epoch $((++epoch))
		plain+=$(printf '\\timing on\nUPDATE bench.plain_key SET epoch = epoch, wrapped = wrapped;\n' | psql -Xq -U dba | awk '/^Time: / { print $2 }')$'\n'
		own+=$(printf '\\timing on\nCALL wdd.rewrap_keys(rest => 0);\n' | psql -Xq -U dba | awk '/^Time: / { print $2 }')$'\n'
	done
	plain=$(printf %s "$plain" | median)
	own=$(printf %s "$own" | median)
	result "rewrapping $n persons' keys, to an UPDATE without crypto" '<=' 1.5 "$(calc "$own / $plain")" x "$own to $plain ms"
	for round in 1 2 3; do
		next_epoch $((++epoch))
		# neither always finds the other's dead rows
		for way in $(turn $round 2); do
			psql -Xq -U dba -c 'VACUUM bench.plain_many' -c 'VACUUM wdd.data_key' -c CHECKPOINT
			if [ "$way" = 0 ]; then
				alone+=$(tps "$script")$'\n'
			else
				psql -Xq -U dba -c 'CALL wdd.rewrap_keys()' >/dev/null &
				beside+=$(tps "$script")$'\n'
				wait $!
			fi
		done
	done
	alone=$(printf %s "$alone" | median)
	beside=$(printf %s "$beside" | median)
	result 'pgbench, one client, beside rewrapping' '>=' 0.8 "$(calc "$beside / $alone")" x "$beside to $alone transactions/s"
}

sealed()
{
	make_sealed
	opening
	sealing
	searching
	rewrapping
}
