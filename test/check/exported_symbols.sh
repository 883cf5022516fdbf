# Every symbol that the library exports begins with wdd_, or is PostgreSQL's own
# way into a module.
library=wdd_privacy.so
[ -e $library ] || { echo "$library is missing"; exit 1; }
foreign=$(nm -D --defined-only $library | awk '{ print $NF }' |
	grep -Ev '^(wdd_|pg_finfo_wdd_|Pg_magic_func$|_PG_init$|_PG_fini$|_init$|_fini$)')
[ -z "$foreign" ] || { echo "$foreign"; exit 1; }
nm -D --defined-only $library | grep -qw _PG_init
