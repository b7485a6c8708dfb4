/* account.h - everything a statement or an explanation rests on, read from the store: terms,
 * evidence, what comparators did, and what was issued before. */
#ifndef PAYMENTS_ACCOUNT_H
#define PAYMENTS_ACCOUNT_H

#include "figures/comparators.h"
#include "evidence/evidence.h"
#include "figures/figure_rules.h"
#include "units/person_rules.h"
#include "settle.h"
#include "settlement/settlement.h"

typedef Wellgate__Payments__V1__Statement Statement;

/* A version and the periods in which it is in force. */
struct terms {
    const Version *version;
    struct span span;
    uint16_t *account_of; /* place of a rule of the version → its place among accounts */
    struct person_rules *persons;
    struct figure_rules figures;
};

/* Of the reckoning. What an earlier one issued is made again as it was then:
 * 0  credits never gave way to corrections, and made room under ceilings for later statements only;
 *    of what ceilings cut, lines said the sum
 * 1  what fell was given back also where ceilings had cut it, and what rules with own splits keep
 *    back was split as the settlement says. */
#define EDITION 2

/* A contract up to and with one period, as known at a place in the stream. */
struct account {
    const char *contract_name, *programme;
    const Contract *contract;
    struct versions versions;
    wg_date start, end; /* the contract's first and last day: nothing is priced after it */
    struct calendar calendar;
    struct wg_period period;
    wg_date until; /* no evidence of a later day is looked at: the period's last, unless it is
                    * set to an earlier one before the fold */
    struct timeline timeline; /* its periods up to and with that one */
    uint64_t sequence;
    uint32_t edition; /* EDITION, unless it is set to an earlier one before the fold */
    uint32_t n_people; /* that were folded */
    struct terms *terms; /* in order of time; those that are in force in some period */
    size_t n_terms;
    struct series_plan plan;
    struct rule_settlement *settlements; /* those of every version in force */
    struct rule_account *rules;          /* the same rules, at the same places; behind them,
                                          * once settled, on account and retentions */
    size_t n_rules, n_accounts;
    int64_t *issued_to; /* minor units issued before, by payer of the contract */
    struct comparators comparators;
    struct wg_arena arena; /* all that is laid out: it may be more than one request has */
    struct settlement *settlement;
};

/*
 * Read the contract and its versions, lay out its periods up to one, and compile terms.
 *
 * period      its id: "2016-Q3"
 * keep_units  settlement_units has them after the fold
 * errors      wg_not_found  no such contract, or no period of it
 *             wg_conflict   the period lies before the contract, or nothing prices it
 */
const struct wg_problem *account_open(struct wg_call *call, const char *contract,
                                      const char *period, uint64_t sequence, bool keep_units,
                                      struct account *account);

/* The same, of a contract that was read and of any versions, in order of their dates. */
const struct wg_problem *account_open_with(struct wg_call *call, const char *name,
                                           const Contract *contract,
                                           const struct versions *versions, const char *period,
                                           uint64_t sequence, bool keep_units,
                                           struct account *account);

/* Fold the evidence into units and figures, and settle them: what every rule is due. */
const struct wg_problem *account_fold(struct wg_call *call, struct account *account);

/* Who looks on while everybody's evidence is folded. */
struct account_visit {
    const char *after_id; /* fold those behind this person; NULL: everybody */
    const char *only_id;  /* fold nobody but this person; NULL: everybody */
    /* Of each person, by number in the order of their ids; false ends the fold behind it. The
     * person lives until the next one. */
    bool (*met)(void *context, struct wg_bytes person_id, uint32_t number,
                const struct person *person);
    void *context;
};

const struct wg_problem *account_fold_visiting(struct wg_call *call, struct account *account,
                                               const struct account_visit *visit);

/* The same but for account_finish: units and figures may be added before it. */
const struct wg_problem *account_gather(struct wg_call *call, struct account *account,
                                        const struct account_visit *visit);

/* A whole unit of a rule of some terms that no evidence made, on a day. Its person is to be set. */
struct claimed_unit account_unit(const struct account *account, const struct terms *terms,
                                 uint16_t rule, wg_date date, const char *measure);

/*
 * Where a unit belongs that some terms make of a person.
 *
 * had      the person's units so far, by account: zero before the first terms
 * claimed  set but for the person. Its unit is a DUPLICATE where earlier terms counted as
 *          many as there may be
 * result   false: it lies in the time of other terms
 */
bool account_place(const struct account *account, const struct terms *terms,
                   const struct unit *unit, uint32_t *had, struct claimed_unit *claimed);

/* What account_fold ends with: all that was taken is settled. false when out of memory, or
 * where an amount is beyond what can be reckoned. */
bool account_finish(struct account *account);

/* Why units could not be taken or settled: wg_payload_too_large, or wg_conflict of an amount. */
const struct wg_problem *account_unreckoned(struct wg_call *call, const struct account *account);

/* What the issued statements before the period said: of an account that is settled. */
const struct wg_problem *account_issued(struct wg_call *call, struct account *account);

/* Frees rationals and units; also of an account that was never opened. */
void account_close(struct account *account);

#endif
