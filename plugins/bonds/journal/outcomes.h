/* outcomes.h - entries of a contract's journal, as a bond's. */
#ifndef BONDS_OUTCOMES_H
#define BONDS_OUTCOMES_H

#include "journal.h"
#include "wellgate/payments/v1/journal.pb-c.h"

typedef Wellgate__Payments__V1__JournalEntry ContractEntry;

/* Asked of payments. */
const struct wg_problem *contract_entry(struct wg_call *call, const char *name,
                                        const ContractEntry **entry);

/* What of it moves the bond's accounts. */
void postings_of_outcomes(struct postings *postings, const ContractEntry *entry);

#endif
