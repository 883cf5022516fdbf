# measure.sh: timing two or more ways of the same work in turn, and what comes of it.
#
# Everything is measured in turn (A B A B ...), so that what else the machine
# does meets all ways alike, and told as a ratio of medians within one run.

# The median of numbers, one a line.
median()
{
	sort -g | awk '{ v[NR] = $1 } END { if (!NR) exit 1; print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# Calculate: calc EXPRESSION, to four digits.
calc()
{
	awk "BEGIN { printf \"%.4g\", $1 }"
}

# Time statements in one session, in turn: time_statements RUNS STATEMENT ...
# Leaves the medians in milliseconds in the array medians.  Options of psql
# stand in the array psql_options.
time_statements()
{
	local runs=$1 run i n script times

	shift
	n=$#
	script=$(
		echo '\o /dev/null'
		printf '%s;\n' "$@" "$@"   # warm, and past the first plans
		echo '\timing on'
		for ((run = 0; run < runs; run++)); do
			printf '%s;\n' "$@"
		done)
	times=$(psql -Xq -v ON_ERROR_STOP=1 "${psql_options[@]}" <<<"$script" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p')
	[ "$(wc -l <<<"$times")" -eq $((runs * n)) ] || wdd_die "a statement failed: $*"
	medians=()
	for ((i = 0; i < n; i++)); do
		medians+=("$(awk -v i=$i -v n=$n '(NR - 1) % n == i' <<<"$times" | median)")
	done
}

# Measure by pgbench, in turn: pgbench_scripts WHAT SLICES SECONDS "OPTIONS"
# SCRIPT ..., where WHAT is tps or ms.  Each script is a file, and stands for a
# way.  Leaves medians.  A way may have options of its own: SCRIPT=OPTIONS.
pgbench_scripts()
{
	local what=$1 slices=$2 seconds=$3 options=$4 slice i way figures=() out

	shift 4
	for ((slice = 0; slice < slices; slice++)); do
		i=0
		for way; do
			# shellcheck disable=SC2086
			out=$(pgbench -n -T "$seconds" $options ${way#*=} -f "${way%%=*}" 2>"$WDD_WORKSPACE/tmp/pgbench.err") ||
				{ cat "$WDD_WORKSPACE/tmp/pgbench.err" >&2; wdd_die "pgbench ${way%%=*} failed"; }
			! grep -q 'aborted' "$WDD_WORKSPACE/tmp/pgbench.err" || wdd_die "pgbench ${way%%=*}: $(cat "$WDD_WORKSPACE/tmp/pgbench.err")"
			case $what in
				tps) out=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' <<<"$out") ;;
				ms) out=$(sed -n 's/^latency average = \([0-9.]*\) ms/\1/p' <<<"$out") ;;
			esac
			figures[i]+="$out "
			i=$((i + 1))
		done
	done
	medians=()
	for ((i = 0; i < $#; i++)); do
		medians+=("$(tr ' ' '\n' <<<"${figures[i]}" | sed '/^$/d' | median)")
	done
}

# A pgbench script in a file: script NAME TEXT; prints the file's name.
script()
{
	printf '%s\n' "$2" >"$WDD_WORKSPACE/tmp/$1.pgbench"
	echo "$WDD_WORKSPACE/tmp/$1.pgbench"
}

results=()
over=0

heading()
{
	printf '\n%s\n' "$*"
}

# Tell a figure: result WORK RELATION BAR FIGURE UNIT [WHAT WAS MEASURED]
# RELATION is <= or >=; with - there is no bar.
result()
{
	local work=$1 relation=$2 bar=$3 figure=$4 unit=$5 verdict=stated

	case $relation in
		'<=') verdict=$(awk -v a="$figure" -v b="$bar" 'BEGIN { print (a <= b) ? "ok" : "over" }') ;;
		'>=') verdict=$(awk -v a="$figure" -v b="$bar" 'BEGIN { print (a >= b) ? "ok" : "under" }') ;;
		*) relation= bar= ;;
	esac
	case $verdict in over | under) over=$((over + 1)) ;; esac
	printf '  %-62s %8s %8s %-4s %-6s %s\n' "$work" "$relation $bar" "$figure" "$unit" "$verdict" "${6:+($6)}"
	results+=("$(printf '{"work": "%s", "relation": "%s", "bar": %s, "figure": %s, "unit": "%s", "verdict": "%s", "measured": "%s"}' \
		"$work" "$relation" "${bar:-null}" "$figure" "$unit" "$verdict" "${6-}")")
}

# The JSON of all results.
results_as_json()
{
	local i

	printf '{\n  "extension": "wdd_privacy %s",\n  "postgresql": "%s",\n  "persons": %s,\n  "cores": %s,\n  "processor": "%s",\n  "results": [\n' \
		"$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$wdd_top/wdd_privacy.control")" "$(postgres --version | sed 's/^.*) //')" \
		"$persons" "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
	for ((i = 0; i < ${#results[@]}; i++)); do
		printf '    %s%s\n' "${results[i]}" "$([ $i -eq $((${#results[@]} - 1)) ] || echo ,)"
	done
	printf '  ]\n}\n'
}
