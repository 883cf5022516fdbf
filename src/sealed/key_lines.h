/*
 * key_lines.h
 *		Master keys, and the text that they come in: one line an epoch,
 *		"epoch hexkey".
 *
 * Lines are taken as they arrive, so that only one of them is ever held; what
 * is wrong with one is told by its number, never by what stands in it.
 */
#ifndef WDD_KEY_LINES_H
#define WDD_KEY_LINES_H

#include "postgres.h"

#include "crypto.h"

#define WDD_LAST_EPOCH 255

/* Master keys by epoch, from 1.  To be kept in memory for secrets. */
typedef struct WddMasterKeys
{
	bool		has[WDD_LAST_EPOCH + 1];
	uint8		key[WDD_LAST_EPOCH + 1][WDD_KEY_BYTES];
} WddMasterKeys;

/* Why keys cannot be read: the parts of an error that shows no key and no path. */
typedef struct WddKeyFault
{
	char		message[160];	/* empty: there is none */
	char		detail[320];
	char		hint[320];
} WddKeyFault;

#define WDD_KEY_LINE_MAX 512	/* bytes; comments may be as long */

typedef struct WddKeyLines
{
	WddMasterKeys *keys;		/* what was read so far */
	WddKeyFault *fault;
	int			line;			/* number of the line being read, from 1 */
	size_t		total;			/* bytes so far */
	int			length;
	char		text[WDD_KEY_LINE_MAX];
} WddKeyLines;

/* The newest epoch of the keys; 0: there are none. */
extern int	wdd_master_keys_newest(const WddMasterKeys *keys);

extern void wdd_key_lines_begin(WddKeyLines *lines, WddMasterKeys *keys, WddKeyFault *fault);

/*
 * Take the next bytes, and at the end see to a last line without line feed.
 * False: detail and hint of the fault tell what is wrong.  Both leave nothing of
 * a line behind that was complete.
 */
extern bool wdd_key_lines_feed(WddKeyLines *lines, const char *bytes, size_t n);
extern bool wdd_key_lines_end(WddKeyLines *lines);

/* Set detail or hint of a fault. */
extern void wdd_key_fault_detail(WddKeyFault *fault, const char *format,...) pg_attribute_printf(2, 3);
extern void wdd_key_fault_hint(WddKeyFault *fault, const char *format,...) pg_attribute_printf(2, 3);

#endif							/* WDD_KEY_LINES_H */
