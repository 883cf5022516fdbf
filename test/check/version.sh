# The version stands in the control file alone, and the install script is of it.
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" wdd_privacy.control)
[ -n "$version" ] && [ -s "wdd_privacy--$version.sql" ] ||
	{ echo "no install script of version '$version'"; exit 1; }
