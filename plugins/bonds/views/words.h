/* words.h - how a report's figures read to people. Every text lies in the arena. */
#ifndef BONDS_WORDS_H
#define BONDS_WORDS_H

#include <wellgate/html.h>

#include "report/items.h"

/* "2021-Q4" is "October to December 2021"; what is no quarter stays as it is. */
const char *quarter_words(struct wg_arena *arena, const char *quarter);

/* A value of an item: "1.2121" is "1.2121×", of a share "121.21%", of a rate "121.21% a
 * year", and of money an amount. "" is "not meaningful". */
const char *value_words(struct wg_arena *arena, const struct item *item, const char *value);

/* "distributed 2000000.00 GBP" is "distributed £2,000,000.00". */
const char *term_words(struct wg_arena *arena, const char *term);

/* What people call an organisation; its name where it has no record. */
const char *organisation_words(struct wg_call *call, const char *name);

/* How far a report is, as a tag. */
void put_state(struct wg_html *html, const Report *report);

#endif
