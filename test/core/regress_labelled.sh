#!/bin/bash
# PostgreSQL's regression tests with every table labelled and everyone permitting
# (label_everything.sql), against those without labels: the same, but for what
# regress_labelled.explained lists.
. "$(dirname "$0")/common.sh"
core_run_loaded && core_run_labelled &&
	perl "$core_tests/compare.pl" "$core/loaded/results" "$core/labelled/results" "$core_tests/regress_labelled.explained"
