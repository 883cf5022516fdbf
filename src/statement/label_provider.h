/*
 * label_provider.h
 *		SECURITY LABEL FOR wdd_privacy: who may label what, and with which words.
 */
#ifndef WDD_LABEL_PROVIDER_H
#define WDD_LABEL_PROVIDER_H

extern void wdd_label_provider_init(void);

#endif							/* WDD_LABEL_PROVIDER_H */
