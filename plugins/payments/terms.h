/* terms.h - versions of a contract: checked when they are recorded, then read as
 * exact numbers. */
#ifndef PAYMENTS_TERMS_H
#define PAYMENTS_TERMS_H

#include <gmp.h>
#include <wellgate/call.h>
#include <wellgate/period.h>

#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Payments__V1__Contract Contract;
typedef Wellgate__Payments__V1__Version Version;
typedef Wellgate__Payments__V1__Rule Rule;
typedef Wellgate__Payments__V1__LinearTable LinearTable;
typedef Wellgate__Payments__V1__PayerSplit PayerSplit;

/* The wg_rule of payments/Version: every fault gets a violation. */
const struct wg_problem *check_version(struct wg_call *call, const ProtobufCMessage *before,
                                       ProtobufCMessage *after);

/* All versions of a contract, in order of their effective dates; in the arena. */
struct versions {
    const Version **list;
    size_t n;
};

const struct wg_problem *versions_load(struct wg_call *call, const char *contract,
                                       struct versions *versions);

/* Without those that not all parties have accepted: they price nothing. */
void versions_keep_agreed(struct versions *versions);

/* The version that prices a period: the last one effective by its first day;
 * NULL for none. */
const Version *version_of(const struct versions *versions, struct wg_period period);

/* A version's rule by its id; NULL for none. */
const Rule *rule_of(const Version *version, const char *id);

/* The share of the pot at a measure: between the points along the line, beyond
 * them level. share is initialised by the caller. */
void linear_table_share(const LinearTable *table, mpq_srcptr at, mpq_ptr share);

/* The split in force on a day; the first one also before it begins. */
const PayerSplit *split_on(const Rule *rule, wg_date date);

#endif
