/*
 * errors.h
 *		How the extension refuses, in one form.
 *
 * A refusal is SQLSTATE 42501 and says in its primary message which table and
 * column (never a value), in DETAIL which rule refused, and in HINT what would
 * make it legal.
 */
#ifndef WDD_ERRORS_H
#define WDD_ERRORS_H

#include "postgres.h"

#define ERRCODE_WDD_REFUSED		ERRCODE_INSUFFICIENT_PRIVILEGE	/* 42501 */

#endif							/* WDD_ERRORS_H */
