/*
 * key_type.h
 *		The types that a person's key may have.
 */
#ifndef WDD_KEY_TYPE_H
#define WDD_KEY_TYPE_H

typedef enum WddKeyType
{
	WDD_KEY_INTEGER,			/* int2, int4, int8 and domains over them */
	WDD_KEY_UUID,
	WDD_KEY_TEXT				/* text, varchar and domains over them */
} WddKeyType;

#endif							/* WDD_KEY_TYPE_H */
