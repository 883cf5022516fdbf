# An include points down the floors, or sideways, never up.
order='catalog consent session redact sealed lineage guard statement health'
awk -v order="$order" '
BEGIN { n = split(order, names, " "); for (i = 1; i <= n; i++) floor[names[i]] = i }
match($0, /^#include "[a-z]+\/[a-z_]+\.h"/) {
	split(FILENAME, path, "/")
	room = substr($0, 11, index($0, "/") - 11)
	name = substr($0, 11, RLENGTH - 11)
	if ((room in floor) && floor[room] > floor[path[2]] && (getline line < ("src/" name)) >= 0)
	{
		print FILENAME " includes " name
		bad = 1
	}
	close("src/" name)
}
END { exit bad }' src/*/*.[ch]
