/* combined.h - figures that are made of other rules' figures, once those are known. Pure. */
#ifndef PAYMENTS_COMBINED_H
#define PAYMENTS_COMBINED_H

#include "account.h"

typedef Wellgate__Payments__V1__CombinedFigures CombinedFigures;
typedef Wellgate__Payments__V1__CombinedFigures__Part CombinedPart;

/*
 * What a part is in a period, before its weight.
 *
 * value   initialised
 * result  PAID, or why there is none
 */
reason_code combined_part(const struct account *account, const CombinedFigures *combined,
                          const CombinedPart *part, size_t period, mpq_ptr value);

/* Sets those of all rules and periods, in order: parts come before what is made of them. */
void combine_figures(struct account *account);

#endif
