/* facts.h - what a report is told by others: what its contracts came to, and what its investors
 * were told before. */
#ifndef BONDS_FACTS_H
#define BONDS_FACTS_H

#include <wellgate/disclosure.h>

#include "cases.h"
#include "history.h"
#include "wellgate/payments/v1/reporting.pb-c.h"

typedef Wellgate__Payments__V1__DescribeOutcomesResponse Told;

struct retold {
    const char *contract;
    const Told *told;
};

struct facts {
    const struct basis *basis;
    struct wg_arena *arena;
    struct cases cases;
    const Told **told; /* of each of the bond's contracts */
    struct history history;
    struct retold *retold;
    size_t n_retold;
};

/* What a contract of any report of the history came to, NULL of another; to the history's last day. */
const Told *facts_retold(const struct facts *facts, const char *contract);

/* report: has its name; borrowed. */
const struct wg_problem *facts_load(const struct basis *basis, const Report *report,
                                    struct facts *facts);

/* ---- Ratios, as payments tells them ---- */

#define RATIO_DIGITS 4 /* behind the point, of a report's figures */

/* Rounded, in the arena; "" for what is no ratio. */
char *told_ratio(struct wg_arena *arena, const char *ratio);

/* ---- Cohorts' figures, as investors may be told them ---- */

typedef Wellgate__Payments__V1__Line Line;

struct told_mean {
    char *value; /* to the nearest step, in the arena; "" where there is none */
    char *step;
};

/* printed  its people as they are told, not WG_HIDDEN */
struct told_mean told_figure(const struct facts *facts, const Told *told, const Line *line,
                             int64_t printed);
struct told_mean told_own(const struct facts *facts, const Told *told, const Line *line,
                          int64_t printed);

/* ---- Counts, as investors may be told them ---- */

/* Counts of atoms; what earlier reports told of them limits what this one may. */
struct release {
    struct wg_disclosure_log log;
    struct wg_arena *arena;
};

/* Begin; end with wg_disclosure_log_finish(&release->log). counts, policy: outlive it. */
void release_init(struct release *release, const struct facts *facts,
                  const struct wg_disclosure *policy, const int64_t *counts, size_t n_atoms);

/* A table with its totals as it may be printed: all hidden where nothing may be told. NULL
 * past the arena's limit. */
int64_t *release_table(struct release *release, const struct wg_disclosure_cut *cut);

/* What investors are told of a count: "*" where it is hidden. */
const char *told_text(const struct facts *facts, int64_t printed);

/* The same of one that no others are told beside. */
const char *told_count(const struct facts *facts, int64_t count);

/* ---- Blocks ---- */

const struct wg_problem *set_outcomes(const struct facts *facts, Report *report);
const struct wg_problem *set_cohort(const struct facts *facts, Report *report);
const struct wg_problem *set_costs(const struct facts *facts, Report *report);
const struct wg_problem *set_receivables(const struct facts *facts, Report *report);
const struct wg_problem *set_counterfactuals(const struct facts *facts, Report *report);
const struct wg_problem *set_contract_changes(const struct facts *facts, Report *report);
const struct wg_problem *set_assurances(const struct facts *facts, Report *report);

/* Behind the outcome income, of which it tells parts. */
void set_corrections(const struct facts *facts, Report *report);

const struct wg_problem *set_departures(const struct facts *facts, Report *report);

/* Guarantees, and an early end. */
const struct wg_problem *set_guaranteed(const struct facts *facts, Report *report);

/* Behind all others, which it is set beside. */
const struct wg_problem *set_journal(const struct facts *facts, Report *report);

#endif
