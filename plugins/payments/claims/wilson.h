/* wilson.h - how far an error rate that was found in a sample may be off. */
#ifndef PAYMENTS_WILSON_H
#define PAYMENTS_WILSON_H

#include <gmp.h>
#include <stdint.h>

/*
 * Wilson's score interval for errors among n, at 95 % (z = 1.959964): for people to read,
 * never for reckoning; exact to 10^-9.
 *
 * n         from 1; errors <= n
 * low, high initialised by the caller
 * source    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212
 */
void wilson_interval(uint32_t errors, uint32_t n, mpq_ptr low, mpq_ptr high);

#endif
