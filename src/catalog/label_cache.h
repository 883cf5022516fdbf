/*
 * label_cache.h
 *		What the labels say of a relation, ready for planning and gate.
 *
 * One entry per relation that was ever looked at, protected or not, in a hash
 * table of the backend.  A relcache invalidation of the relation makes its
 * entry stale (label_provider.c and the utility hook send one to every member
 * of a tree whose labels or shape change), and a change of the catalog of
 * purposes makes all stale, since names are resolved here.  A returned entry
 * stays readable until the end of the transaction.
 */
#ifndef WDD_LABEL_CACHE_H
#define WDD_LABEL_CACHE_H

#include "postgres.h"

#include "access/attnum.h"
#include "catalog/key_type.h"
#include "catalog/label.h"

typedef struct WddSubject
{
	AttrNumber	attnum;
	Oid			type;			/* as declared, domains included */
	Oid			base_type;
	int32		typmod;
	Oid			collation;
	WddKeyType	key_type;
} WddSubject;

typedef struct WddProtectedColumn
{
	AttrNumber	attnum;
	char	   *name;
	int16		category;		/* 0: none named */
	int			n_purposes;
	int16	   *purposes;		/* sorted ids */
	char	   *closed_by;		/* NULL, or why no purpose opens it (a name that
								 * does not exist) */
	bool		hides_row;		/* if_not_permitted, resolved */
	bool		raises;
	bool		masks;
	bool		mask_if_not_listed;
	bool		consent_by_provision;
	char	   *mask;			/* NULL: NULL */
} WddProtectedColumn;

typedef struct WddProtectedRelation
{
	Oid			relid;
	Oid			root;			/* where the labels stand */
	char	   *name;			/* qualified, for messages */
	bool		closed;			/* labels of several roots, or broken: refuse all */
	char	   *closed_by;
	int16		kind;			/* subject kind */
	int			n_subjects;
	WddSubject *subjects;
	bool		has_table_purposes;
	int			n_purposes;
	int16	   *purposes;
	int			n_columns;
	WddProtectedColumn *columns;	/* by attnum */
} WddProtectedRelation;

/* NULL when nothing protects the relation.  Almost free when cached. */
extern const WddProtectedRelation *wdd_protected_relation(Oid relid);

/* NULL when the column carries no label. */
extern const WddProtectedColumn *wdd_protected_column(const WddProtectedRelation *rel,
													  AttrNumber attnum);

extern bool wdd_is_subject(const WddProtectedRelation *rel, AttrNumber attnum);

/* May a column of this type (domains looked through) hold a subject, and how? */
extern bool wdd_key_type_of(Oid type, WddKeyType *key_type);

/* Send an invalidation to a relation and everything that inherits from it. */
extern void wdd_invalidate_tree(Oid relid);

/* What is known of this database as a whole. */
typedef enum WddLabelPresence
{
	WDD_PRESENCE_UNKNOWN,		/* nobody has looked yet */
	WDD_NO_EXTENSION,
	WDD_NO_LABELS,				/* the extension alone */
	WDD_LABELS					/* a relation is labelled */
} WddLabelPresence;

/*
 * Looks, if something may have changed; needs a transaction.  Almost free
 * otherwise.  That the last label went may be noticed late.
 */
extern WddLabelPresence wdd_label_presence(void);

/* What was seen when somebody looked last; reads nothing. */
extern WddLabelPresence wdd_label_presence_seen(void);

/* To be called before a relation is labelled: every backend has to look again. */
extern void wdd_signal_first_label(void);

extern void wdd_label_cache_init(void);

#endif							/* WDD_LABEL_CACHE_H */
