/* hand.h - words and amounts as people write them in tables. */
#ifndef PAYMENTS_HAND_H
#define PAYMENTS_HAND_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Read an amount: "£1,234.50", "GBP 1 234,50", "(12.00)", "12.00-", "1,234"; a dash is zero.
 *
 * A point or comma is what parts pennies where it stands last, once, and before as many digits
 * as the currency has or fewer; else it parts thousands. A point before three digits, where no
 * other mark stands, may be either and is refused.
 *
 * errors  false: anything else, another currency's sign or code, or more digits than an amount
 *         may have
 */
bool hand_amount(const char *currency, const char *text, int64_t *minor);

/* Are they the same word, whatever the case and the spaces around? */
bool hand_same(const char *a, const char *b);

/* Is a heading that word, with the currency behind it or not: "Amount (£)", "amount GBP"? */
bool hand_heading(const char *currency, const char *text, const char *word);

#endif
