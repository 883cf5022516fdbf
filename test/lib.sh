# lib.sh: what test/all, test/demo and test/bench share.  To be sourced by bash.
#
# A script runs twice.  The first run, in whatever account the caller has, sees
# to packages, copies the checkout into a workspace of its own (a directory
# under TMPDIR), and starts the script again from there: as an unprivileged
# user where the caller is root, since PostgreSQL refuses root, and in a process
# group of its own.  The second run makes a private copy of PostgreSQL in the
# workspace, builds and installs there, and starts its servers there.  However
# either of them ends, servers are stopped and the workspace is removed.  The
# PostgreSQL of the machine and its running servers are never touched.
#
# Variables that callers may set:
#   PG_CONFIG   the PostgreSQL to use; default: the newest with a server and headers
#   TMPDIR      where the workspace is made; default /tmp

wdd_say()
{
	printf '%s\n' "$*" >&2
}

wdd_die()
{
	wdd_say "${0##*/}: $*"
	exit 2
}

# ---------------------------------------------------------------------------
# The first run: packages, workspace, the unprivileged user
# ---------------------------------------------------------------------------

# Print the pg_config of a PostgreSQL that has a server, headers and PGXS.
wdd_find_pg_config()
{
	local candidate

	for candidate in ${PG_CONFIG:+"$PG_CONFIG"} \
		$(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config | sort -rV) \
		"$(command -v pg_config)"; do
		[ -x "$candidate" ] &&
			[ -x "$("$candidate" --bindir)/postgres" ] &&
			[ -e "$("$candidate" --pgxs)" ] &&
			[ -e "$("$candidate" --includedir-server)/postgres.h" ] &&
			echo "$candidate" && return
	done
	return 1
}

# Print the Debian packages that what is missing needs; "test" as argument adds
# those that only tests use.
wdd_missing_packages()
{
	local major

	if ! wdd_find_pg_config >/dev/null; then
		major=$(apt-cache depends postgresql 2>/dev/null |
			sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -n 1)
		echo "postgresql-${major:-15} postgresql-server-dev-${major:-15}"
	fi
	command -v gcc >/dev/null || echo gcc libc6-dev
	command -v make >/dev/null || echo make
	echo '#include <sodium.h>' | gcc -E -x c - >/dev/null 2>&1 || echo libsodium-dev
	[ "${1-}" = test ] || return 0
	perl -MIPC::Run -MTest::More -e 1 2>/dev/null || echo perl libipc-run-perl
	command -v clang >/dev/null || echo clang
	PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null || echo pgbouncer
	/usr/bin/python3 -c 'import psycopg2' 2>/dev/null || echo python3-psycopg2
}

# Print the Debian packages that make further tests run.  A test whose package
# cannot be had reports that it is skipped.
wdd_optional_packages()
{
	local major module

	[ "${1-}" = test ] || return 0
	major=$("$(wdd_find_pg_config)" --version 2>/dev/null | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
	for module in django psycopg sqlalchemy nacl; do
		/usr/bin/python3 -c "import $module" 2>/dev/null || echo python3-$module
	done
	for module in pgaudit:pgaudit pg_cron:cron hypopg:hypopg pg_partman_bgw:partman; do
		[ -e "/usr/lib/postgresql/$major/lib/${module%:*}.so" ] || echo "postgresql-$major-${module#*:}"
	done
	command -v bzip2 >/dev/null || echo bzip2
	command -v sqlsmith >/dev/null || echo sqlsmith
	pkg-config --exists icu-uc icu-i18n libxml-2.0 2>/dev/null || echo pkg-config libicu-dev libxml2-dev
	# Java itself is too large to be brought for one test
	! command -v javac >/dev/null || [ -e /usr/share/java/postgresql.jar ] || echo libpostgresql-jdbc-java
}

# Install packages without starting a service or making a cluster.  Runs as
# root; the two files that see to this go again.
wdd_install_packages()
{
	local policy=/usr/sbin/policy-rc.d
	local cluster=/etc/postgresql-common/createcluster.d/wdd_privacy_test.conf
	local status

	if [ -e $policy ]; then
		policy=
	else
		printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
	fi
	mkdir -p "${cluster%/*}" && echo 'create_main_cluster = false' >"$cluster"
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
		-o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" </dev/null >&2
	status=$?
	rm -f "$cluster" ${policy:+"$policy"}
	rmdir -p --ignore-fail-on-non-empty "${cluster%/*}" 2>/dev/null
	return $status
}

# Install what further tests want: together or else one by one, as far as it can
# be had.
wdd_have_optional_packages()
{
	local package wanted as_root=

	wanted=$(wdd_optional_packages "$@" | xargs)
	[ -n "$wanted" ] && command -v apt-get >/dev/null || return 0
	if [ "$(id -u)" -ne 0 ]; then
		sudo -n true 2>/dev/null || return 0
		as_root='sudo -n'
	fi
	wdd_say "installing $wanted, as far as they can be had ..."
	$as_root apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null 2>&1
	# shellcheck disable=SC2086
	for package in "$wanted" $wanted; do
		$as_root bash -c '. "$1" && shift && wdd_install_packages "$@"' bash \
			"$wdd_top/test/lib.sh" $package >/dev/null 2>&1 && [ "$package" = "$wanted" ] && return
	done
	return 0
}

# Install what is missing: as root, or by sudo where it asks no password.
wdd_have_packages()
{
	local missing as_root= log

	[ -z "$(wdd_missing_packages "$@")" ] && return
	command -v apt-get >/dev/null ||
		wdd_die "missing, and there is no apt-get to install them: $(wdd_missing_packages "$@" | xargs)"
	if [ "$(id -u)" -ne 0 ]; then
		sudo -n true 2>/dev/null || wdd_die "as root, please: apt-get install $(wdd_missing_packages "$@" | xargs)"
		as_root='sudo -n'
	fi
	wdd_say "updating the list of packages ..."
	log=$($as_root apt-get -qq -o DPkg::Lock::Timeout=300 update 2>&1) || wdd_say "$log"
	missing=$(wdd_missing_packages "$@" | xargs)
	wdd_say "installing $missing ..."
	# shellcheck disable=SC2086
	log=$($as_root bash -c '. "$1" && shift && wdd_install_packages "$@"' bash \
		"$wdd_top/test/lib.sh" $missing 2>&1) || { wdd_say "$log"; wdd_die "apt-get install failed"; }
	missing=$(wdd_missing_packages "$@" | xargs)
	[ -z "$missing" ] || wdd_die "still missing after installation: $missing"
}

# Print the unprivileged user that servers run as, when the caller is root.
wdd_unprivileged_user()
{
	local user

	for user in postgres nobody; do
		id -u $user >/dev/null 2>&1 && echo $user && return
	done
	wdd_die "there is neither a user postgres nor nobody to run servers as"
}

# Copy the checkout into the workspace, leaving out what builds and git leave.
wdd_copy_checkout()
{
	mkdir "$1" &&
		tar -C "$wdd_top" -c --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' \
			--exclude='./tmp_check*' --exclude=./results --exclude=./output_iso \
			--exclude='./wdd_privacy--*.sql' . | tar -C "$1" -x --no-same-owner
}

# Stop what the second run may have left, remove the workspace.
wdd_end_first_run()
{
	local pidfile

	[ -n "$WDD_WORKSPACE" ] && [ ! -e "$WDD_WORKSPACE/keep" ] || return 0
	find "$WDD_WORKSPACE" -name postmaster.pid | while read -r pidfile; do
		kill -QUIT "$(head -n 1 "$pidfile")" 2>/dev/null && sleep 1
	done
	rm -rf "$WDD_WORKSPACE"
}

# A signal goes to the whole second run; its end is waited for.
wdd_interrupt()
{
	kill -TERM -- "-$wdd_second_run" 2>/dev/null
	wait "$wdd_second_run"
	exit "$1"
}

# Begin: wdd_begin demo|test "$@".  Returns in the second run only.
wdd_begin()
{
	local as_user=() need=$1 name=${0##*/} pg_config=${WDD_PG_CONFIG:-${PG_CONFIG-}} status

	shift
	unset "${!PG@}"
	PG_CONFIG=$pg_config
	if [ -n "${WDD_WORKSPACE-}" ]; then
		wdd_begin_second_run
		return
	fi
	wdd_have_packages "$need"
	wdd_have_optional_packages "$need"
	umask 022
	WDD_WORKSPACE=$(mktemp -d "${TMPDIR:-/tmp}/wdd-$name.XXXXXX") || exit 2
	export WDD_WORKSPACE
	trap wdd_end_first_run EXIT
	wdd_copy_checkout "$WDD_WORKSPACE/source" || exit 2
	mkdir "$WDD_WORKSPACE/out" "$WDD_WORKSPACE/tmp" "$WDD_WORKSPACE/socket"
	chmod 755 "$WDD_WORKSPACE"
	if [ "$(id -u)" -eq 0 ]; then
		as_user=(setpriv "--reuid=$(wdd_unprivileged_user)" "--regid=$(id -g "$(wdd_unprivileged_user)")" --clear-groups)
		chown -R "$(wdd_unprivileged_user):" "$WDD_WORKSPACE" || exit 2
		"${as_user[@]}" test -r "$WDD_WORKSPACE/source/Makefile" ||
			wdd_die "user $(wdd_unprivileged_user) cannot read below ${TMPDIR:-/tmp}; set TMPDIR"
	fi
	cd / || exit 2
	WDD_PG_CONFIG=$(wdd_find_pg_config) TMPDIR=$WDD_WORKSPACE/tmp HOME=$WDD_WORKSPACE LC_ALL=C.UTF-8 \
		setsid "${as_user[@]}" bash "$WDD_WORKSPACE/source/test/$name" "$@" </dev/null &
	wdd_second_run=$!
	trap 'wdd_interrupt 130' INT
	trap 'wdd_interrupt 143' TERM HUP
	wait $wdd_second_run
	status=$?
	wdd_deliver
	exit $status
}

# Hand out what the second run left in out/ under the name the caller asked for
# (wdd_result_file, set by the script before wdd_begin).
wdd_deliver()
{
	[ -n "${wdd_result_file-}" ] && [ -s "$WDD_WORKSPACE/out/result" ] || return 0
	(cd "$wdd_caller_directory" && cat "$WDD_WORKSPACE/out/result" >"$wdd_result_file")
}

# ---------------------------------------------------------------------------
# The second run: a private PostgreSQL, build, servers
# ---------------------------------------------------------------------------

wdd_begin_second_run()
{
	wdd_top=$WDD_WORKSPACE/source
	wdd_clusters=()
	trap wdd_stop_all EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	cd "$wdd_top" || exit 2
	export PGHOST=$WDD_WORKSPACE/socket PGCLIENTENCODING=UTF8 PGAPPNAME=
	wdd_private_postgres
}

# Make the private copy: programs, library and share directories at the same
# places relative to each other, by which PostgreSQL finds them.
wdd_private_postgres()
{
	local of=$PG_CONFIG root=$WDD_WORKSPACE/postgres bin dir program option

	bin=$("$of" --bindir)
	mkdir -p "$root$bin"
	for program in postgres initdb pg_ctl psql pg_config pgbench pg_dump pg_dumpall pg_restore \
		pg_basebackup pg_isready pg_controldata pg_receivewal pg_recvlogical pg_rewind pg_waldump \
		pg_checksums pg_resetwal pg_verifybackup pg_amcheck pg_upgrade pg_combinebackup \
		createdb dropdb createuser dropuser vacuumdb reindexdb clusterdb; do
		[ ! -e "$bin/$program" ] || cp -L "$bin/$program" "$root$bin/"
	done
	for option in --pkglibdir --sharedir; do
		dir=$("$of" $option)
		mkdir -p "$root$dir" && cp -RL "$dir/." "$root$dir/" || exit 2
	done
	for option in --pkgincludedir --includedir --includedir-server; do
		dir=$("$of" $option)
		[ -e "$root$dir" ] || { mkdir -p "$root${dir%/*}" && ln -s "$dir" "$root$dir"; }
	done
	rm -f "$root$("$of" --pkglibdir)/wdd_privacy.so" "$root$("$of" --sharedir)"/extension/wdd_privacy*
	PG_CONFIG=$root$bin/pg_config
	wdd_bin=$("$PG_CONFIG" --bindir)
	wdd_pgxs=$(dirname "$("$PG_CONFIG" --pgxs)")/../..
	wdd_pgxs=$(cd "$wdd_pgxs" && pwd)
	PATH=$wdd_bin:$PATH:/usr/sbin
	export PG_CONFIG PATH
}

# Run make in a directory: wdd_make DIRECTORY ARGUMENT ...
wdd_make()
{
	local directory=$1

	shift
	make -s -C "$directory" with_llvm=no PG_CONFIG="$PG_CONFIG" "$@"
}

# Build and install into the private copy; arguments go to make.
wdd_build()
{
	wdd_make "$wdd_top" -j "$(nproc)" "$@" && wdd_make "$wdd_top" install >/dev/null
}

# Make a cluster: wdd_make_cluster NAME PORT [SETTING ...], not started.  Its
# superuser is dba, its authentication trust, on a unix socket in the
# workspace, which other users than its own may use too (so that --keep works).
wdd_make_cluster()
{
	local name=$1 port=$2 data=$WDD_WORKSPACE/$1

	shift 2
	initdb -D "$data" -U dba -A trust -E UTF8 --no-locale --no-sync >"$WDD_WORKSPACE/$name.initdb" 2>&1 ||
		{ cat "$WDD_WORKSPACE/$name.initdb" >&2; return 1; }
	{
		printf '%s\n' "port = $port" "listen_addresses = ''" "unix_socket_directories = '$PGHOST'" \
			'unix_socket_permissions = 0777' 'fsync = off' 'synchronous_commit = off' \
			'full_page_writes = off' 'autovacuum = off' "timezone = 'Asia/Shanghai'" \
			"log_timezone = 'UTC'" "log_line_prefix = '%m [%p] %q%u@%d '"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >>"$data/postgresql.conf"
}

# Start and stop a cluster by its name.
wdd_start()
{
	wdd_clusters+=("$1")
	pg_ctl -D "$WDD_WORKSPACE/$1" -l "$WDD_WORKSPACE/$1.log" -w -t 120 start >/dev/null </dev/null ||
		{ tail -n 20 "$WDD_WORKSPACE/$1.log" >&2; return 1; }
}

wdd_stop()
{
	pg_ctl -D "$WDD_WORKSPACE/$1" -m "${2:-fast}" -w -t 120 stop >/dev/null 2>&1
}

# Leave clusters up at the end, and say how to connect to their databases and
# how to end them: wdd_keep CLUSTER DATABASE [CLUSTER DATABASE ...]
wdd_keep()
{
	local pids=

	touch "$WDD_WORKSPACE/keep"
	printf '\nThe server stays up. To connect (also as any other role):\n'
	while [ $# -gt 0 ]; do
		printf '    psql -h %s -p %s -U dba %s\n' "$PGHOST" \
			"$(sed -n 4p "$WDD_WORKSPACE/$1/postmaster.pid")" "$2"
		pids+=" $(head -n 1 "$WDD_WORKSPACE/$1/postmaster.pid")"
		shift 2
	done
	printf 'To end it and remove everything:\n    kill%s; sleep 1; rm -rf %s\n' "$pids" "$WDD_WORKSPACE"
}

wdd_stop_all()
{
	local cluster

	trap '' INT TERM HUP
	[ ! -e "$WDD_WORKSPACE/keep" ] || return 0
	for cluster in "${wdd_clusters[@]}"; do
		[ ! -e "$WDD_WORKSPACE/$cluster/postmaster.pid" ] || wdd_stop "$cluster" immediate
	done
}

# ---------------------------------------------------------------------------
# Sessions that stay open: psql at the end of two pipes
# ---------------------------------------------------------------------------

declare -A wdd_session_in wdd_session_out

# Open one: wdd_session NAME [PSQL OPTION ...]
wdd_session()
{
	local name=$1 fd pipe=$WDD_WORKSPACE/tmp/session.$1

	shift
	mkfifo "$pipe.in" "$pipe.out" || return
	psql -X "$@" <"$pipe.in" >"$pipe.out" 2>&1 &
	exec {fd}>"$pipe.in"
	wdd_session_in[$name]=$fd
	exec {fd}<"$pipe.out"
	wdd_session_out[$name]=$fd
	rm "$pipe.in" "$pipe.out"
	wdd_ask "$name" '\set SQLSTATE 00000'
}

# Send text to a session, and wait for what it prints: afterwards it stands in
# wdd_answer, and the SQLSTATE of the last statement in wdd_sqlstate.
wdd_ask()
{
	local line

	wdd_answer= wdd_sqlstate=
	printf '%s\n%s\n' "$2" '\echo wdd-end :SQLSTATE' >&"${wdd_session_in[$1]}"
	while IFS= read -r -t 300 line <&"${wdd_session_out[$1]}"; do
		case $line in
			'wdd-end '*) wdd_sqlstate=${line#wdd-end }; return 0 ;;
		esac
		wdd_answer+=$line$'\n'
	done
	return 1
}

# End a session.
wdd_end_session()
{
	local fd

	printf '\\q\n' >&"${wdd_session_in[$1]}"
	fd=${wdd_session_in[$1]}
	exec {fd}>&-
	fd=${wdd_session_out[$1]}
	exec {fd}<&-
	unset "wdd_session_in[$1]" "wdd_session_out[$1]"
}

wdd_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
wdd_caller_directory=$PWD
