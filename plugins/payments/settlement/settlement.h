/* settlement.h - units and figures of all periods to date → what each rule is due in each
 * period: see "Settlement" in docs/terms.md. Pure and exact.
 *
 * Money within is counted in ticks: whole parts of a penny, so many that every price of the
 * terms is a whole number of them. So a unit costs integer arithmetic, and only sums become
 * GMP rationals.
 */
#ifndef PAYMENTS_SETTLEMENT_H
#define PAYMENTS_SETTLEMENT_H

#include "exact.h"
#include "terms/terms.h"
#include "terms/timeline.h"
#include "units/unit.h"

/* A unit, with where it belongs. */
struct claimed_unit {
    struct unit unit;
    uint32_t person; /* number in the order of the people's names */
    uint16_t account; /* the rule's place among accounts */
    uint16_t period; /* in the timeline */
    bool planned;    /* of nobody who is known: what it requires is taken as paid */
    /* Set by settlement_finish, where units are kept: */
    struct exact earned, paid; /* see settlement_unit_amounts */
    reason_code reason;        /* PAID, or what cut it first */
};

/* A cohort's figure in one period. */
struct figure {
    bool judged;       /* false: there is none in the period */
    mpq_t value;       /* initialised */
    mpq_t numerator, denominator; /* of which it is made, for gates over all periods */
    uint32_t n;        /* people behind it */
    reason_code reason; /* why it earns nothing, where that is so before its price is read:
                         * EVIDENCE_MISSING, MIN_N; else PAID */
};

/* Where no evidence is asked: there is one, of its value and so many people; or there is none. */
void figure_assume(struct figure *figure, bool judged, uint32_t people);

/* What a rule comes to in one period. */
struct rule_period {
    const Version *version; /* in force; NULL: no terms then, nothing is due */
    const Rule *rule;       /* NULL: not in that version */
    struct figure figure;   /* of cohort rules */
    /* set by settlement_finish */
    int32_t earned_units, paid_units; /* units behind it; clawed back ones count off */
    mpq_t earned, due;      /* minor units: list less discount …, before caps; after them */
    mpq_t share;            /* of a pot; else 0 */
    int64_t pot_minor;      /* the period's own; else 0 */
    reason_code reason;     /* of the line: PAID, or why nothing is due */
};

/* What is earned and not paid, by reason. All that is earned is due or stands here; what floors
 * and variations make due comes on top. */
struct unpaid {
    reason_code reason;
    uint32_t units; /* of which nothing is paid */
    uint32_t partly; /* of which a part is paid: paid ones */
    mpq_t amount;   /* minor units: of both */
};

struct rule_settlement {
    const char *id;
    struct rule_period *periods; /* by period of the timeline */
    struct unpaid unpaid[REASON(RETAINED) + 1]; /* by code, over all periods to date */
};

struct settlement; /* in the arena */

/*
 * contract  with its currency and dates
 * rules     n of them, their periods' version and rule set, everything else zero
 * keep      true: keep every unit for settlement_units
 * result    NULL past the arena
 */
struct settlement *settlement_open(struct wg_arena *arena, const Contract *contract,
                                   const struct timeline *timeline,
                                   struct rule_settlement *rules, size_t n, bool keep);

/* One person's unit, of reason PAID. In the order of persons for speed's sake, and each
 * person's of one rule and day in theirs. false when out of memory. */
bool settlement_take(struct settlement *settlement, const struct claimed_unit *unit);

/* Units of a period that were taken so far; none of those that take back. */
int64_t settlement_units_taken(const struct settlement *settlement, size_t account, size_t period);

/* Gates, prices, caps and quotas: sets periods and unpaid of every rule. false when out of
 * memory, or an amount is beyond what can be reckoned. */
bool settlement_finish(struct settlement *settlement);

/* Was it memory that anything failed for? */
bool settlement_crowded(const struct settlement *settlement);

/* Those that were taken, where they are kept: by day, rule, person. */
const struct claimed_unit *settlement_units(const struct settlement *settlement, size_t *n);

/* What a kept unit earns, and what is paid of it, in minor units. */
void settlement_unit_amounts(const struct settlement *settlement, const struct claimed_unit *unit,
                             mpq_t earned, mpq_t paid);

/* What a gate of a rule measures. */
struct gate_reading {
    const Wellgate__Payments__V1__Gate *gate; /* of an either: one of its own */
    uint32_t place, alternative; /* among the rule's gates; among those of an either */
    const char *rule; /* of indicators: whose units or figure; else NULL */
    bool measured;    /* false: there is nothing to measure, or an indicator has no target */
    bool met;
    mpq_srcptr value, asked; /* days since 1970 where the gate is notBefore */
};

/* false ends the visit. */
typedef bool gate_visit(void *context, const struct gate_reading *reading);

/* What all gates of a rule measure in a period, in order; of indicators one reading a rule. Once
 * the settlement is finished. */
bool settlement_gates(const struct settlement *settlement, size_t account, size_t period,
                      gate_visit *visit, void *context);

/* Frees the rationals and the units; also of one that was never finished. */
void settlement_close(struct settlement *settlement);

#endif
