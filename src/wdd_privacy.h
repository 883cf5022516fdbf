/*
 * wdd_privacy.h
 *		What every room may know of the library as a whole.
 */
#ifndef WDD_PRIVACY_H
#define WDD_PRIVACY_H

#include "postgres.h"

/* Was the library loaded by shared_preload_libraries? */
extern bool wdd_shared_preloaded;

#endif							/* WDD_PRIVACY_H */
