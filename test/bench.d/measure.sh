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

# The numbers from 0 to n - 1, backwards in every second round, so that no way
# always comes first: turn ROUND N
turn()
{
	if [ $(($1 % 2)) -eq 0 ]; then seq 0 $(($2 - 1)); else seq $(($2 - 1)) -1 0; fi
}

# Time statements in one session, in turn: time_statements RUNS STATEMENT STATEMENT
# Leaves the medians in milliseconds in the array medians, and in ratio the
# median of second to first in each round.
time_statements()
{
	local runs=$1 run i times

	shift
	times=$({
		echo '\o /dev/null'
		printf '%s;\n' "$@" "$@"   # warm, and past the first plans
		echo '\timing on'
		for ((run = 0; run < runs; run++)); do
			for i in $(turn $run $#); do
				printf '\\echo way %s\n%s;\n' "$i" "${@:i+1:1}"
			done
		done
	} | psql -Xq -v ON_ERROR_STOP=1 |
		awk '/^way / { way = $2 } /^Time: / { print way, $2 }')   # two lines a round
	[ "$(wc -l <<<"$times")" -eq $((runs * $#)) ] || wdd_die "a statement failed: $*"
	medians=()
	for ((i = 0; i < $#; i++)); do
		medians+=("$(awk -v i=$i '$1 == i { print $2 }' <<<"$times" | median)")
	done
	ratio=$(awk '{ t[$1] = $2 } NR % 2 == 0 { print t[1] / t[0] }' <<<"$times" | median)
	ratio=$(calc "$ratio")
}

# Measure two scripts by pgbench, transaction by transaction in random turn, in
# the same sessions: pgbench_mixed SECONDS "OPTIONS" SCRIPT SCRIPT.  Leaves in
# medians the milliseconds of a transaction of each: the mean of those between
# the quartiles, since the log tells whole microseconds.
pgbench_mixed()
{
	local log=$WDD_WORKSPACE/tmp/mixed errors=$WDD_WORKSPACE/tmp/pgbench.err i

	rm -f "$log".*
	# shellcheck disable=SC2086
	pgbench -n -T "$1" $2 -l --log-prefix="$log" -f "$3" -f "$4" >/dev/null 2>"$errors" && ! grep -q aborted "$errors" ||
		{ cat "$errors" >&2; wdd_die "pgbench ${3##*/} ${4##*/} failed"; }
	medians=()
	for i in 0 1; do
		medians+=("$(cat "$log".* | awk -v i=$i '$4 == i { print $3 }' | sort -n | awk '
			{ v[NR] = $1 }
			END { for (i = int(NR / 4) + 1; i <= NR - int(NR / 4); i++) { s += v[i]; n++ }; printf "%.5f", s / n / 1000 }')")
	done
	rm -f "$log".*
}

# Measure short runs of pgbench in turn: pgbench_runs SLICES SECONDS "OPTIONS"
# WAY WAY, where a way is a script and, after "=", options of its own.  Leaves transactions a second in
# medians, and in ratio the median of second to first in each slice.
pgbench_runs()
{
	local slices=$1 seconds=$2 options=$3 slice i figures=([0]= [1]=) ratios= pair=$WDD_WORKSPACE/tmp/pair

	shift 3
	for ((slice = 0; slice < slices; slice++)); do
		for i in $(turn $slice 2); do
			pgbench_once "$seconds" "$options" "${@:i+1:1}" >"$pair.$i" || wdd_die "pgbench ${1##*/} failed"
			figures[i]+="$(cat "$pair.$i")"$'\n'
		done
		ratios+="$(calc "$(cat "$pair.1") / $(cat "$pair.0")")"$'\n'
	done
	medians=("$(sed '/^$/d' <<<"${figures[0]}" | median)" "$(sed '/^$/d' <<<"${figures[1]}" | median)")
	ratio=$(sed '/^$/d' <<<"$ratios" | median)
}

# One run of pgbench; prints transactions a second.
pgbench_once()
{
	local own= out

	[[ $3 != *=* ]] || own=${3#*=}
	# shellcheck disable=SC2086
	out=$(pgbench -n -T "$1" $2 $own -f "${3%%=*}" 2>&1) && [[ $out != *aborted* ]] || { wdd_say "$out"; return 1; }
	sed -n 's/^tps = \([0-9.]*\).*/\1/p' <<<"$out"
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
