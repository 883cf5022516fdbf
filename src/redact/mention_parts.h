/*
 * mention_parts.h
 *		Shared by mention.c and mention_utility.c alone.
 */
#ifndef WDD_MENTION_PARTS_H
#define WDD_MENTION_PARTS_H

#include "postgres.h"

#include "nodes/nodes.h"

extern bool wdd_relation_mentioned(Oid relid);
extern bool wdd_function_mentioned(Oid function);
extern bool wdd_type_mentioned(Oid type);
extern bool wdd_setting_mentioned(const char *name);
extern bool wdd_expression_mentions(Node *expression);

#endif							/* WDD_MENTION_PARTS_H */
