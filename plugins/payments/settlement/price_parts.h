/* price_parts.h - what prices of units, figures and fees are made of; of price.c, figure_price.c
 * and price_scale.c alone. */
#ifndef PAYMENTS_PRICE_PARTS_H
#define PAYMENTS_PRICE_PARTS_H

#include "price.h"

/* A ratio, or where the text is none a whole number. */
void price_read(const char *text, long otherwise, mpq_ptr value);

/* In minor units. */
void price_set_money(const struct rule_terms *terms, const Wellgate__Common__V1__Money *money,
                     mpq_ptr value);

/* A price for one: times how many, which are never fewer than 0. */
void price_times(mpq_ptr price, mpq_srcptr many);

/* By the kinds that units and figures share; at: the measure or the figure. */
void list_price(const struct rule_terms *terms, mpq_srcptr at, mpq_ptr price);

void discount_and_index(const struct rule_terms *terms, size_t factor, mpq_ptr price);

#endif
