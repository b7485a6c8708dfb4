/* payer_terms.h - how each payer of a contract is invoiced. */
#ifndef PAYMENTS_PAYER_TERMS_H
#define PAYMENTS_PAYER_TERMS_H

#include "actor.h"

typedef Wellgate__Payments__V1__PayerTerms PayerTerms;

/* Notes what is wrong with the payers' terms of a new contract. */
void check_payer_terms(struct wg_call *call, const Contract *contract);

/* What a contract says of a payer; NULL for nothing. */
const PayerTerms *payer_terms_of(const Contract *contract, const char *payer);

/* The rate of the tax on what a payer owes; "" where there is none. */
const char *vat_rate_of(const Contract *contract, const char *payer);

/* The tax on an amount, rounded half away from zero: 0 at the rate "". */
int64_t vat_at(const char *rate, int64_t net_minor);

/* :setPayerTerms */
const struct wg_problem *payer_terms_set(struct wg_call *call);

#endif
