# wdd_privacy: PGXS build.  The version stands in the control file alone.
EXTENSION   = wdd_privacy
MODULE_big  = wdd_privacy
EXTVERSION  = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" wdd_privacy.control)

OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))

# The install script is joined from the pieces that stand beside their C, in
# the order in which their objects depend on each other.
SQL_PIECES = \
	src/schema.sql \
	src/catalog/purpose.sql \
	src/catalog/person.sql \
	src/catalog/duty.sql \
	src/catalog/signal.sql \
	src/catalog/label.sql \
	src/catalog/trigger_approval.sql \
	src/consent/ledger.sql \
	src/consent/consent.sql \
	src/consent/permitted.sql \
	src/session/session.sql \
	src/sealed/keys.sql \
	src/sealed/types.sql \
	src/sealed/last_four.sql \
	src/sealed/store.sql \
	src/guard/guard.sql \
	src/guard/reveal.sql \
	src/sealed/reveal_view.sql \
	src/sealed/seal_column.sql \
	src/catalog/agreement.sql \
	src/catalog/overview.sql \
	src/consent/why.sql \
	src/health/harden.sql \
	src/health/finding.sql \
	src/health/doctor_server.sql \
	src/health/doctor_labels.sql \
	src/health/doctor_roles.sql \
	src/health/doctor_keys.sql \
	src/health/doctor.sql \
	src/health/lint.sql \
	src/install.sql

DATA_built  = wdd_privacy--$(EXTVERSION).sql
EXTRA_CLEAN = wdd_privacy--*.sql tmp_check tmp_check_iso output_iso

PG_CFLAGS   = -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
	-Wno-sign-compare -DWDD_VERSION='"$(EXTVERSION)"'
PG_CPPFLAGS = -Isrc
SHLIB_LINK  = -lsodium

REGRESS      = $(basename $(notdir $(sort $(wildcard sql/*.sql))))
REGRESS_OPTS = --temp-instance=tmp_check_regress --temp-config=test/regress.conf \
	--encoding=UTF8 --no-locale
EXTRA_CLEAN += tmp_check_regress

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

wdd_privacy--$(EXTVERSION).sql: $(SQL_PIECES) wdd_privacy.control
	{ printf '%s\n' '\echo Use "CREATE EXTENSION wdd_privacy" to load this file. \quit'; \
	  cat $(SQL_PIECES); } > $@

$(OBJS): $(wildcard src/*.h src/*/*.h) wdd_privacy.control
