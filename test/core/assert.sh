#!/bin/bash
# usage: assert.sh regress | isolation | labelled
# The extension's own tests, or PostgreSQL's with labels, in a server that is built
# with assertions (and with AddressSanitizer, when WDD_SANITIZE is set).
. "$(dirname "$0")/common.sh"
prefix=$core/assert
# what a psql prints is the distribution's matter: expected output is of its patch level
psql=$("$PG_CONFIG" --bindir)/psql

# Only what the tests need of PostgreSQL.
parts='src/common src/port src/timezone src/backend src/backend/utils/mb/conversion_procs src/backend/snowball
	src/include src/interfaces/libpq src/fe_utils src/bin/initdb src/bin/pg_ctl src/bin/pg_config
	src/pl/plpgsql/src src/makefiles src/test/regress src/test/isolation
	src/backend/replication/libpqwalreceiver contrib'

# Does the build have what a feature of PostgreSQL needs?
has()
{
	pkg-config --exists "$@" 2>/dev/null
}

features()
{
	has icu-uc icu-i18n && echo --with-icu
	has libxml-2.0 && echo --with-libxml
	true
}

# The extension's tests, without those of features that the build has not.
regress_tests()
{
	local without='no such line'

	has icu-uc icu-i18n || without+='|provider = icu'
	has libxml-2.0 || without+='|xmlparse'
	grep -LE "$without" sql/*.sql | xargs basename -s .sql -a
}

build_server()
{
	local cflags=-O1 ldflags= part

	if [ -n "${WDD_SANITIZE-}" ]; then
		cflags='-O1 -g -fsanitize=address -fno-omit-frame-pointer'
		ldflags=-fsanitize=address
	fi
	# shellcheck disable=SC2046
	mkdir -p "$core/build" && cd "$core/build" &&
		"$core/source/configure" -q --prefix="$prefix" --enable-cassert --without-readline --without-zlib \
			$(features) CFLAGS="$cflags" LDFLAGS="$ldflags" &&
		make -s -j "$(nproc)" -C src/backend generated-headers &&
		make -s -j "$(nproc)" -C src/backend || return
	for part in $parts config; do
		make -s -j "$(nproc)" -C "$part" && make -s -C "$part" install || return
	done
	make -s -C src install-local &&
		cp "$psql" "$prefix/bin"
}

build_extension()
{
	mkdir "$core/extension" &&
		tar -C "$wdd_top" -c --exclude='*.o' --exclude='*.so' --exclude='tmp_check*' --exclude=./results . |
		tar -C "$core/extension" -x &&
		make -s -j "$(nproc)" -C "$core/extension" with_llvm=no PG_CONFIG="$PG_CONFIG" \
			COPT='-Wall -Wextra -Werror' && make -s -C "$core/extension" with_llvm=no PG_CONFIG="$PG_CONFIG" install
}

# pg_regress and its kin, from the server's own directory.
own_tests()
{
	local program=$1 status

	shift
	cd "$core/extension" || return
	"$(dirname "$("$PG_CONFIG" --pgxs)")/../test/$program" --bindir="$prefix/bin" --outputdir="$core/assert_results" \
		--encoding=UTF8 --no-locale --temp-config=test/regress.conf "$@"
	status=$?
	[ $status -eq 0 ] || cat "$core/assert_results/regression.diffs"
	! grep -hE -A 20 'TRAP: |AddressSanitizer|terminated by signal' "$core"/assert_results/log/postmaster.log || status=1
	return $status
}

core_source
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0
if [ ! -e "$prefix" ] && [ ! -e "$core/assert_failed" ]; then
	touch "$core/assert_failed"
	build_server || exit
	PG_CONFIG=$prefix/bin/pg_config
	build_extension || exit
	rm "$core/assert_failed"
fi
[ ! -e "$core/assert_failed" ] || { echo 'the server could not be built, see the test before'; exit 1; }
PG_CONFIG=$prefix/bin/pg_config
export PG_CONFIG
mkdir -p "$core/assert_results"
cd "$core/extension" || exit
case $1 in
	regress)
		# shellcheck disable=SC2046
		own_tests regress/pg_regress --inputdir=. --temp-instance="$core/assert_tmp_regress" \
			$(regress_tests) ;;
	isolation)
		# shellcheck disable=SC2046
		own_tests isolation/pg_isolation_regress --inputdir=test/isolation --dbname=isolation_regression \
			--temp-instance="$core/assert_tmp_isolation" --load-extension=wdd_privacy \
			$(basename -s .spec -a test/isolation/specs/*.spec) ;;
	labelled)
		# the results were compared without assertions: here it is these that count
		rm -rf "$core/library"
		core_run_labelled && ! grep -E 'TRAP: |AddressSanitizer|terminated by signal' "$core/labelled/log/postmaster.log" ;;
esac
