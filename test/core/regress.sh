#!/bin/bash
# PostgreSQL's regression tests: the same results with the library loaded and the
# extension there as without.  Some differ from what the source expects when
# server and source are of different patch levels; they must differ alike.
. "$(dirname "$0")/common.sh"
core_run_plain && core_run_loaded &&
	perl "$core_tests/compare.pl" "$core/plain/results" "$core/loaded/results" "$core_tests/regress.explained"
