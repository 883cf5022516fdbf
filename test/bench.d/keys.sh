# keys.sh: scans and memory with keys of every kind, each against its twin and
# against row security.  The tables of one kind are gone before the next is made,
# so that all of them have the same buffers.

milliseconds='(1700000000000 + i * 37 + i * 7919 % 29)'

# An expression of i, from 1 to the number of persons, for a kind of key.
key_of()
{
	case $1 in
		# milliseconds, worker, sequence: as of Twitter's Snowflake
		snowflake) echo "$milliseconds << 22 | i % 4096" ;;
		# dense ranges with gaps; gaps that grow evenly; gaps that grow by the same factor
		skewed) echo "CASE WHEN i <= $persons / 3 THEN i / 5000 * 1099511627776 + i % 5000
			WHEN i <= $persons / 3 * 2 THEN 1152921504606846976 + i * i
			ELSE 2305843009213693952 + exp(i * 40.0::float8 / $persons)::bigint END" ;;
		scattered) echo 'hashint8extended(i, 1)' ;;
		uuid_v7) echo "lpad(to_hex($milliseconds), 12, '0') || '7' || left(md5(i::text), 3) || '8' || substr(md5(i::text), 4, 15)" ;;
		uuid_random) echo 'md5(i::text)' ;;
		text) echo "'user' || i || '@example.com'" ;;
	esac
}

under()
{
	export PGOPTIONS="-c max_parallel_workers_per_gather=0 -c wdd_privacy.purpose=$1"
}

# Bytes of a purpose's set for each person stored: set_bytes PURPOSE
set_bytes()
{
	psql -XAtq -v ON_ERROR_STOP=1 -U dba \
		-c "SELECT round(sum(bytes)::numeric / sum(keys), 2) FROM wdd.consent_cache_status() WHERE purpose = '$1'"
}

# keys_of NAME TYPE TEXT "BAR" "BAR AT HALF" "ROW SECURITY" BYTES
keys_of()
{
	local name=$1 share text='' most=0 bytes

	as_dba -c "CALL bench.make_kind('$name', $persons, '$2', \$key\$$(key_of "$name")\$key\$)" \
		-c "CALL bench.make_row_security('$name')"
	as_dba -c 'VACUUM (ANALYZE, FREEZE)' -c CHECKPOINT
	under "bench_$name"
	scan_ratio "$name" $runs
	# shellcheck disable=SC2086
	result "full scan, $3, 90 % permitting" $4 "$ratio" x "$measured"
	time_statements $((runs < 5 ? runs : 5)) "SELECT count(phone) FROM bench.${name}_labelled" \
		"SELECT count(phone) FROM bench.${name}_row_security"
	# shellcheck disable=SC2086
	result 'the same, faster than row security with EXISTS' $6 "$ratio" x "${medians[0]} ms to ${medians[1]} ms"
	under "bench_${name}_half"
	scan_ratio "$name" $runs
	# shellcheck disable=SC2086
	result "full scan, $3, 50 % permitting" $5 "$ratio" x "$measured"
	under "bench_${name}_tenth"
	psql -XAtq -v ON_ERROR_STOP=1 -o /dev/null -c "SELECT count(phone) FROM bench.${name}_labelled"
	for share in _tenth _half ''; do
		bytes=$(set_bytes "bench_$name$share")
		text+="${text:+, }$bytes"
		most=$(awk -v a="$most" -v b="$bytes" 'BEGIN { print (a > b) ? a : b }')
	done
	result "memory, $3, most bytes a person stored" '<=' "$7" "$most" B "$text at 10, 50, 90 %"
	as_dba -c "CALL bench.drop_kind('$name')"
	unset PGOPTIONS
}

keys_of_every_kind()
{
	keys_of snowflake bigint 'ascending sparse bigint' '<= 1.6' '- -' '>= 4' 16
	keys_of skewed bigint 'skewed bigint' '- -' '- -' '>= 4' 16
	keys_of scattered bigint 'random bigint' '- -' '- -' '>= 4' 16
	keys_of uuid_v7 uuid 'uuid v7' '<= 1.6' '- -' '>= 4' 24
	keys_of uuid_random uuid 'random uuid' '<= 2.8' '<= 5' '>= 4' 24
	keys_of text text 'text' '- -' '- -' '>= 3' 24
}

# Milliseconds of a statement that is the first of its connection.
first_statement()
{
	printf '\\o /dev/null\n\\timing on\n%s;\n' "$1" | psql -XAtq -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
}

# Ten times as many persons, of dense keys.
ten_times_as_many()
{
	local n=$((persons * 10)) i way times=([0]= [1]=) tables=(large_open large_labelled)

	as_dba -c "CALL bench.make_kind('large', $n, 'bigint', 'i', '{\"\"}')"
	as_dba -c 'VACUUM (ANALYZE, FREEZE)' -c CHECKPOINT
	under bench_large
	scan_ratio large $((runs < 5 ? runs : 5))
	result "full scan, $n persons, dense bigint keys" '<=' 1.25 "$ratio" x "$measured"
	for ((i = 0; i < 5; i++)); do
		for way in $(turn $i 2); do
			times[way]+=$(first_statement "SELECT count(phone) FROM bench.${tables[way]}")$'\n'
		done
	done
	for way in 0 1; do
		times[way]=$(sed '/^$/d' <<<"${times[way]}" | median)
	done
	result "the same, first scan of a new connection" '<=' 1.5 "$(calc "${times[1]} / ${times[0]}")" x "${times[1]} ms to ${times[0]} ms"
	result "memory, $n persons, dense bigint keys" '<=' 2 \
		"$(calc "$(set_bytes bench_large) * 8 * 0.9")" bit 'a person'
	as_dba -c "CALL bench.drop_kind('large')"
	unset PGOPTIONS
}
