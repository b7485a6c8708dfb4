/* money.h - exact amounts in minor units of a currency. */
#ifndef WELLGATE_MONEY_H
#define WELLGATE_MONEY_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/arena.h>

#define WG_MONEY_TEXT_BYTES 24

/* ISO 4217's number of minor digits of a currency: 2 for GBP, 0 for JPY, 3 for
 * KWD; -1 where the code is not one of ISO 4217's active currencies. */
int wg_currency_digits(const char *code);

/*
 * Read an amount as minor units: "1234.50" in GBP is 123450.
 *
 * errors  false, and *minor unchanged: not a decimal, unknown currency, more
 *         digits than the currency has ("1.005"), or more than 18 in minor units
 */
bool wg_money_parse(const char *currency, const char *amount, int64_t *minor);

/* Write with exactly the currency's minor digits ("-0.05") and return text. */
char *wg_money_format(const char *currency, int64_t minor,
                      char text[WG_MONEY_TEXT_BYTES]);

/*
 * Round a rational number of minor units to a whole one, half away from zero.
 *
 * errors  false, and *minor unchanged, beyond int64
 */
bool wg_money_round(const mpq_t value, int64_t *minor);

/*
 * Split an amount by weights so that the parts add up to it exactly, by largest
 * remainder: each gets its exact part rounded toward zero; what is left goes a
 * unit each to the greatest remainders, on a tie to the earlier. A negative
 * amount is split as the positive one, with the signs turned.
 *
 * weights  n rationals, none negative, their sum above 0
 * parts    n amounts, set
 */
void wg_money_split(int64_t minor, const mpq_t *weights, size_t n,
                    int64_t *parts);

/* Sums and differences that notice overflow: false, and *sum unchanged. */
bool wg_money_add(int64_t a, int64_t b, int64_t *sum);
bool wg_money_subtract(int64_t a, int64_t b, int64_t *difference);

#endif
