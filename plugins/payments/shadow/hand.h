/* hand.h - tables as spreadsheet programs save them, and amounts as people write them. */
#ifndef PAYMENTS_HAND_H
#define PAYMENTS_HAND_H

#include <stdbool.h>
#include <stdint.h>
#include <wellgate/csv.h>

/*
 * Read an amount: "£1,234.50", "GBP 1 234,50", "(12.00)", "12.00-", "1,234".
 *
 * A point or comma is what parts pennies where it stands last, once, and before as many digits
 * as the currency has or fewer; else it parts thousands.
 *
 * errors  false: anything else, or more digits than an amount may have
 */
bool hand_amount(const char *currency, const char *text, int64_t *minor);

/* What parts the cells of a table: by its first line, what it has most of outside quotes. */
char hand_separator(const char *text, size_t length);

/* Are they the same word, whatever the case and the spaces around? */
bool hand_same(const char *a, const char *b);

#endif
