/*
 * interval.h - how far a figure about some may be off as one about all such: 95 % confidence
 * intervals, in whole numbers. For people to read, never for reckoning.
 */
#ifndef WELLGATE_INTERVAL_H
#define WELLGATE_INTERVAL_H

#include <gmp.h>
#include <stdint.h>

/*
 * Wilson's score interval of a share (z = 1.959964), exact to 10^-9.
 *
 * count, n   count <= n, n from 1
 * low, high  initialised by the caller
 * source     E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212
 */
void wg_wilson_interval(uint64_t count, uint64_t n, mpq_ptr low, mpq_ptr high);

/*
 * Student's t interval of a mean, exact to 10^-6 of its width.
 *
 * sum, sum_of_squares  of n values
 * n                    from 2
 * low, high            initialised by the caller
 * source               Student, Biometrika 6 (1908), 1-25; the quantile beyond 30 degrees of
 *                      freedom: R. A. Fisher and E. A. Cornish, Technometrics 2 (1960), 209-225
 */
void wg_mean_interval(const mpq_t sum, const mpq_t sum_of_squares, uint64_t n, mpq_ptr low,
                      mpq_ptr high);

#endif
