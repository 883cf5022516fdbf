# No file of the extension past 800 lines, no C function past 120: what is longer
# is two subjects, or hides a table.
found=$(find src test sql -name '*.[ch]' -o -name '*.sql' -o -name '*.sh' -o -name '*.p[lm]' -o -path test/all \
	-o -path test/demo -o -path test/bench | xargs awk '
	FNR == 1 { opened = 0 }
	FNR == 801 { print FILENAME ": more than 800 lines" }
	FILENAME ~ /\.c$/ && /^\{/ { opened = FNR }
	FILENAME ~ /\.c$/ && /^\}/ && opened {
		if (FNR - opened > 121)
			printf "%s:%d: function of %d lines\n", FILENAME, opened, FNR - opened - 1
		opened = 0
	}')
[ -z "$found" ] || { echo "$found"; exit 1; }
