# common.sh: what the tests in test/core share.  To be sourced by bash, within
# test/all, which exports what test/lib.sh knows (see core() in test/all).
#
# A script that cannot run here ends with status 77, and says why in the last
# line that it prints: its test is skipped.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
core=$WDD_WORKSPACE/core
core_tests=$wdd_top/test/core
unset PGHOST PGPORT PGUSER PGCLIENTENCODING PGAPPNAME LC_ALL
mkdir -p "$core"

skip()
{
	echo "$*"
	exit 77
}

# The major version of the server that is tested.
core_major()
{
	"$PG_CONFIG" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/'
}

# ---------------------------------------------------------------------------
# The source of PostgreSQL, from the distribution
# ---------------------------------------------------------------------------

# apt-get with directories of its own, so that any user may run it and the
# machine's configuration stays as it is.
core_apt()
{
	local command=$1

	shift
	timeout 300 "$command" -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$core/apt/sources" \
		-o Dir::State="$core/apt/state" -o Dir::State::lists="$core/apt/state/lists" \
		-o Dir::Cache="$core/apt/cache" -o APT::Sandbox::User= -o Acquire::Retries=1 \
		-o Acquire::http::Timeout=30 "$@" </dev/null
}

# The machine's own entries for what offers PostgreSQL, as entries of source.
core_apt_sources()
{
	local file offering

	mkdir -p "$core"/apt/{sources,state/lists/partial,cache/archives/partial}
	offering=$(apt-cache policy "postgresql-$(core_major)" | sed -nE 's,^ +-?[0-9]+ (https?://[^/]+)/.*,\1,p' | sort -u)
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
		[ -r "$file" ] && grep -qF -- "${offering:-://}" "$file" || continue
		case $file in
			*.sources) sed 's/^Types:.*/Types: deb-src/' "$file" >"$core/apt/sources/${file##*/}" ;;
			*.list) sed -n 's/^deb /deb-src /p' "$file" >"$core/apt/sources/${file##*/}" ;;
		esac
	done
}

# Download and unpack: of the newest patch level that can be had.
core_fetch()
{
	local package version

	package=postgresql-$(core_major)
	core_apt_sources
	core_apt apt-get update || return
	cd "$core/apt" || return
	for version in $(core_apt apt-cache showsrc "$package" | sed -n 's/^Version: //p' | sort -rV); do
		core_apt apt-get source --download-only "$package=$version" && break
	done
	mkdir -p "$core/unpacked" &&
		tar -xf "$(printf '%s\n' "$package"_*.orig.tar.* | sort -rV | head -n 1)" -C "$core/unpacked" \
			--strip-components=1 && mv "$core/unpacked" "$core/source"
}

# See to it that $core/source holds the source, or skip.
core_source()
{
	[ ! -e "$core/source" ] || return 0
	[ ! -e "$core/no_source" ] || skip "$(cat "$core/no_source")"
	if [ -n "${WDD_PG_SOURCE-}" ]; then
		mkdir "$core/source" && tar -C "$WDD_PG_SOURCE" -c . | tar -C "$core/source" -x --no-same-owner && return
	elif ! command -v apt-get >/dev/null; then
		echo 'no source of PostgreSQL: there is no apt-get to fetch it with' >"$core/no_source"
	elif (core_fetch) >"$core/fetch.log" 2>&1; then
		return
	else
		echo "no source of PostgreSQL: apt-get could not fetch it: $(grep '^[EW]:' "$core/fetch.log" | tail -n 1)" \
			>"$core/no_source"
	fi
	cat "$core/fetch.log" 2>/dev/null
	skip "$(cat "$core/no_source")"
}

# ---------------------------------------------------------------------------
# PostgreSQL's own regression tests
# ---------------------------------------------------------------------------

# Functions in C that they need, built against the server that is tested.
core_library()
{
	local directory=$core/library

	[ ! -e "$directory/regress.so" ] || return 0
	mkdir -p "$directory" && cp "$core/source/src/test/regress/regress.c" "$directory" || return
	printf '%s\n' 'MODULES = regress' 'PGXS := $(shell $(PG_CONFIG) --pgxs)' 'include $(PGXS)' >"$directory/Makefile"
	make -s -C "$directory" with_llvm=no PG_CONFIG="$PG_CONFIG" &&
		cp "$("$PG_CONFIG" --pkglibdir)"/{refint,autoinc}.so "$directory"
}

# Run them all: core_run NAME INPUT SCHEDULE [OPTION ...].  Results are in
# $core/NAME/results; that some differ from what the source expects is no error.
core_run()
{
	local name=$1 input=$2 schedule=$3 pg_regress

	shift 3
	pg_regress=$(dirname "$("$PG_CONFIG" --pgxs)")/../test/regress/pg_regress
	rm -rf "${core:?}/$name"
	mkdir "$core/$name"
	{
		printf '%s\n' 'fsync = off' 'max_prepared_transactions = 10'
		[ "$name" = plain ] || echo "shared_preload_libraries = 'wdd_privacy'"
	} >"$core/$name.conf"
	"$pg_regress" --bindir="$("$PG_CONFIG" --bindir)" --dlpath="$core/library" --inputdir="$input" \
		--outputdir="$core/$name" --temp-instance="$core/$name/tmp" --temp-config="$core/$name.conf" \
		--no-locale --encoding=UTF8 --max-concurrent-tests=20 --schedule="$schedule" "$@" >"$core/$name.log" 2>&1
	tail -n 4 "$core/$name.log"
	[ "$(find "$core/$name/results" -name '*.out' | wc -l)" -ge 150 ] || { tail -n 20 "$core/$name.log"; return 1; }
	! grep -E 'PANIC|terminated by signal|unrecognized node type|TRAP: ' "$core/$name/log/postmaster.log"
}

# Without the library, and with it loaded and the extension there.
core_run_plain()
{
	core_source
	core_library || return
	[ -e "$core/plain/results" ] || core_run plain "$core/source/src/test/regress" \
		"$core/source/src/test/regress/parallel_schedule"
}

core_run_loaded()
{
	core_source
	core_library || return
	[ -e "$core/loaded/results" ] || core_run loaded "$core/source/src/test/regress" \
		"$core/source/src/test/regress/parallel_schedule" --load-extension=wdd_privacy
}

# With every table labelled: each test begins by stating the purpose.
core_run_labelled()
{
	local input=$core/labelled_input

	core_source
	core_library || return
	rm -rf "$input"
	mkdir "$input" &&
		cp -r "$core/source/src/test/regress/"{sql,expected,data,resultmap,parallel_schedule} "$input" &&
		sed -i '1i SET wdd_privacy.purpose = core;' "$input"/sql/*.sql "$input"/expected/*.out &&
		sed -i '1s/core/replication/' "$input"/{sql/publication.sql,expected/publication.out} &&
		sed -i '1i test: label_everything' "$input/parallel_schedule" &&
		cp "$core_tests/label_everything.sql" "$input/sql" && touch "$input/expected/label_everything.out" &&
		core_run labelled "$input" "$input/parallel_schedule" --load-extension=wdd_privacy
}
