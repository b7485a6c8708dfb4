/* decimal.h - exact numbers as text: decimals and fractions. */
#ifndef WELLGATE_DECIMAL_H
#define WELLGATE_DECIMAL_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <wellgate/arena.h>

#define WG_DECIMAL_DIGITS_MAX 18

/*
 * A decimal as a whole number of 10^-scale: "12.34" at scale 4 is 123400.
 *
 * text    -?digits(.digits)?, at most 18 digits in all, no exponent, no "+",
 *         no leading zero before another digit; NUL-terminated
 * scale   0 to 18
 * errors  false, and *value unchanged: not a decimal, more than scale digits
 *         after the point (trailing zeros aside), or beyond int64
 */
bool wg_decimal_parse(const char *text, int scale, int64_t *value);

/* Is it a decimal at all? */
bool wg_decimal_valid(const char *text);

/* value * 10^-scale, without trailing zeros after the point, in the arena. */
char *wg_decimal_format(struct wg_arena *arena, int64_t value, int scale);

/*
 * A decimal, or a fraction of two whole numbers ("52/82"), as a rational.
 *
 * value   initialised by the caller; canonical on success, unchanged else
 * errors  false: not one, more than 18 digits in a part, denominator 0
 */
bool wg_ratio_parse(const char *text, mpq_t value);

/*
 * Read back what wg_ratio_format wrote: a fraction of any length. Not for texts
 * that came with a request.
 */
bool wg_ratio_read(const char *text, mpq_t value);

/* The canonical fraction, "31/20", or the whole number, "2", in the arena. */
char *wg_ratio_format(struct wg_arena *arena, const mpq_t value);

/* To so many digits after the point, half away from zero: for people to read,
 * never for reckoning. In the arena. */
char *wg_ratio_round_format(struct wg_arena *arena, const mpq_t value,
                            int digits);

#endif
