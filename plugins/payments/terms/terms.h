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
typedef Wellgate__Payments__V1__StepTable StepTable;
typedef Wellgate__Payments__V1__PayerSplit PayerSplit;
typedef Wellgate__Payments__V1__Settlement Settlement;

/* The wg_rule of payments/Version: every fault gets a violation. */
const struct wg_problem *check_version(struct wg_call *call, const ProtobufCMessage *before,
                                       ProtobufCMessage *after);

/* All versions of a contract, in order of their effective dates; in the arena. */
struct versions {
    const Version **list;
    size_t n;
};

/* Into its place by effective date; list has room. */
void versions_insert(struct versions *versions, const Version *version);

const struct wg_problem *versions_load(struct wg_call *call, const char *contract,
                                       struct versions *versions);

/* Without those that not all parties have accepted: they price nothing. */
void versions_keep_agreed(struct versions *versions);

/* The version that prices a period: the last one effective by its first day;
 * NULL for none. */
const Version *version_of(const struct versions *versions, struct wg_period period);

/* The last day up to which statements are issued; the day before all days where none is. */
wg_date issued_until(const Contract *contract);

/* A version's rule by its id; NULL for none. */
const Rule *rule_of(const Version *version, const char *id);

/* The share of the pot at a measure: between the points along the line, beyond
 * them level. share is initialised by the caller. */
void linear_table_share(const LinearTable *table, mpq_srcptr at, mpq_ptr share);

/* What a line or steps name at a measure, in minor units: where they are prices, not shares.
 * Below the first step it is 0, as a share is. */
void linear_table_amount(const LinearTable *table, const char *currency, mpq_srcptr at,
                         mpq_ptr minor);
void step_table_amount(const StepTable *table, const char *currency, mpq_srcptr at,
                       mpq_ptr minor);
void step_table_share(const StepTable *table, mpq_srcptr at, mpq_ptr share);

/* The split of a rule in force on a day, its own or where it has none the version's; the first
 * one also before it begins. version may be NULL where the rule has its own. */
const PayerSplit *split_on(const Version *version, const Rule *rule, wg_date date);

#endif
