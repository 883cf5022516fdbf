/*
 * hooks.h
 *		The only place that touches PostgreSQL's hook variables.
 */
#ifndef WDD_HOOKS_H
#define WDD_HOOKS_H

extern void wdd_hooks_install(void);

#endif							/* WDD_HOOKS_H */
