/* nhs_number.h - the check digit of NHS numbers. */
#ifndef WELLGATE_NHS_NUMBER_H
#define WELLGATE_NHS_NUMBER_H

#include <stdbool.h>

/*
 * Ten digits, nothing else, whose last is the check digit of the rest (modulus 11).
 * Ten equal digits pass by arithmetic and are none.
 *
 * source  NHS Data Dictionary, NHS NUMBER
 */
bool wg_nhs_number_valid(const char *text);

/* Would it be one without spaces and dashes? For text that must not hold any. */
bool wg_nhs_number_within(const char *text);

/* Does one stand among words, as it is written: "9434765919", "943 476 5919" or
 * "943-476-5919", with no digit next to it? */
bool wg_nhs_number_among(const char *words);

#endif
