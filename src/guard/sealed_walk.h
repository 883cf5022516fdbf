/*
 * sealed_walk.h
 *		What the parts of the rewriting of sealed values have in common (see
 *		sealed_use.h): the walk through a query, and reveal(x) = y.
 *
 * A walk keeps the queries that it is in, the innermost first, so that a Var's
 * range table entry is found by its varlevelsup.
 */
#ifndef WDD_SEALED_WALK_H
#define WDD_SEALED_WALK_H

#include "postgres.h"

#include "catalog/label_cache.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"

/* What a function of ours is, as far as it matters here. */
typedef enum WddSealedFunction
{
	WDD_NO_SEALED_FUNCTION,
	WDD_REVEAL,					/* of users, and the explicit cast */
	WDD_MASK,
	WDD_SEALED_INTERNAL			/* that the guard alone may call */
} WddSealedFunction;

typedef struct WddRewriting
{
	List	   *queries;		/* innermost first */
	bool		verifies;		/* some value comes a longer way */
	bool		last;			/* what is revealed is returned and not sorted by */
	bool		any_column;		/* wdd_hidden_value(): also what cannot be searched */
	List	  **extended;		/* of WddExtended, of all queries */
} WddRewriting;

/* A subquery that puts out more than its rows have. */
typedef struct WddExtended
{
	Query	   *query;			/* in whose range table it stands */
	Index		rti;
	int			n_columns;		/* of its rows */
} WddExtended;

/* sealed_use.c */

/* The call, if it is one of what about a sealed value; else NULL. */
extern FuncExpr *wdd_sealed_call(Node *node, WddSealedFunction what);

/* The entry that var is of, in the query var->varlevelsup levels up; its query in *query. */
extern RangeTblEntry *wdd_entry_of_var(const WddRewriting *rewriting, const Var *var, Query **query);

/* A column of a join as the column of a relation that it is. */
extern Node *wdd_plain_column(const WddRewriting *rewriting, Node *node);

/* The protected relation of which a Var is a labelled column; else NULL. */
extern const WddProtectedRelation *wdd_labelled_relation_of(const WddRewriting *rewriting, Node *node);

/* sealed_search.c */

/*
 * The column x, if node is reveal(x) for a column that can be searched, or for any
 * with any_column; else NULL.  Subqueries that reveal it come to put it out as well.
 */
extern Node *wdd_hidden_value(WddRewriting *rewriting, Node *node);

/* x = y, if node is reveal(x) = y or reveal(x) = ANY (y); else NULL. */
extern Node *wdd_compared_sealed(WddRewriting *rewriting, Node *node);

#endif							/* WDD_SEALED_WALK_H */
