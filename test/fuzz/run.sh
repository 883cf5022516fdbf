#!/bin/bash
# usage: run.sh NAME [SECONDS]
# Fuzz test/fuzz/NAME.c for so many seconds (default 10) by libFuzzer, with
# AddressSanitizer and UndefinedBehaviorSanitizer.  An input that fails is left
# in WDD_FUZZ_KEEP, if that is set.  Status 77: clang or its libraries are missing.
cd "$(dirname "$0")/../.." || exit 2
name=$1 seconds=${2:-10}
pg_config=${PG_CONFIG:-pg_config}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return 0; }' |
	clang -fsanitize=fuzzer,address -x c -o "$work/try" - >/dev/null 2>&1 ||
	{ echo 'there is no clang with libFuzzer'; exit 77; }
libraries=$("$pg_config" --pkglibdir)
[ -e "$libraries/libpgcommon.a" ] || { echo "there is no $libraries/libpgcommon.a"; exit 77; }

# shellcheck disable=SC2046
clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -fwrapv -Wall -Wno-unused-parameter \
	-Isrc -I"$("$pg_config" --includedir-server)" -o "$work/fuzz" test/fuzz/backend.c "test/fuzz/$name.c" \
	$(sed -n 's/^ \* sources: //p' "test/fuzz/$name.c") \
	"$libraries/libpgcommon.a" "$libraries/libpgport.a" -lsodium || exit

mkdir "$work/corpus" "$work/found"
number=0
while IFS= read -r seed; do
	printf '%b' "$seed" >"$work/corpus/$((number += 1))"
done <"test/fuzz/$name.seeds"

"$work/fuzz" -max_total_time="$seconds" -max_len=512 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	-error_exitcode=1 -timeout_exitcode=1 -oom_exitcode=1 \
	${WDD_SEED:+-seed="$WDD_SEED"} -artifact_prefix="$work/found/" "$work/corpus" >"$work/log" 2>&1
status=$?
tail -n 60 "$work/log"
[ -z "${WDD_FUZZ_KEEP-}" ] || cp "$work/found/"* "$WDD_FUZZ_KEEP/" 2>/dev/null
for found in "$work/found/"*; do
	[ ! -e "$found" ] || { echo "$found:"; base64 "$found"; }
done
exit $status
