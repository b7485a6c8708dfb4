/* figure_rules.h - the rules of cohorts of one version: people → what they add up to in each
 * period → figures. Pure and exact.
 *
 * One pass over each person's evidence, however many periods there are: what a person adds is
 * noted where it begins and ends, and summed up at the end.
 */
#ifndef PAYMENTS_FIGURE_RULES_H
#define PAYMENTS_FIGURE_RULES_H

#include <gmp.h>
#include <wellgate/call.h>

#include "comparison.h"
#include "evidence/condition.h"
#include "pairs.h"

/* The days of which evidence counts; on which a baseline may lie; and a follow-up. */
enum figure_window { WINDOW_EVIDENCE, WINDOW_BASELINE, WINDOW_FOLLOW_UP, FIGURE_WINDOWS };

/* One rule, ready to be folded. */
struct figure_rule {
    const struct figure_kind *kind;
    const Rule *rule;
    struct wg_bytes measure;    /* what of the rule its tallies come of, packed */
    bool repeats;               /* an earlier rule has that too: its tallies are this one's */
    struct span span;           /* the periods in which its version is in force */
    const struct timeline *timeline;
    struct tally *tallies;      /* by period and one behind the last; until the finish, what
                                 * changes from one to the next */
    struct eligibility eligibility; /* who belongs to the cohort */
    struct window windows[FIGURE_WINDOWS];
    enum figure_scope {
        SCOPE_ALL,     /* everybody, and all evidence */
        SCOPE_LASTING, /* the same in all periods, from the one on in which windows have anchors */
        SCOPE_PERIOD,  /* as each period has it */
    } scope;
    bool to_the_end;            /* people are followed to the timeline's end */
    size_t earlier;             /* the period that others are measured by; SIZE_MAX: none */
    size_t start;               /* place of the series of starts */
    size_t readings;            /* scoreChangeCohort: place of its series */
    struct pair_rule pair;
    struct events events;       /* eventRateCohort, countVsBaseline */
    struct coverage coverage;   /* eventRateCohort, costGapCohort */
    char **classes;             /* costGapCohort: as observations are of them */
    size_t *uses, *costs;       /* places of the classes' series */
    const char *currency;       /* that costs count in: others are no costs */
    int64_t *unit_costs;        /* of 10^-4, by class */
    struct duration first_evidence, over, follow;
    uint16_t numerator, denominator; /* proportionOfCohort: places of rules */
};

struct figure_rules {
    struct figure_rule *list; /* by place among the version's rules; kind NULL: of persons */
    size_t n;
    size_t duplicate;         /* place of the series of people who are recorded twice */
    struct pairs pairs;       /* of the person that is folded, as the last rule asked for them */
};

/* span: the periods in which the version is in force. false past the arena. */
bool figure_rules_compile(struct wg_arena *arena, const Contract *contract,
                          const Version *version, const struct timeline *timeline,
                          struct span span, struct series_plan *plan, struct figure_rules *rules);

/* units: those that the version's rules make of the person. false when out of memory. */
bool figure_rules_take(struct figure_rules *rules, const struct person *person,
                       const struct unit_list *units);

/* After the last person: changes become tallies. */
void figure_rules_finish(struct figure_rules *rules);

/* One person's part in one period's figure. Zero at first; then finish. */
struct figure_part {
    reason_code reason; /* COUNTED, or why not; CODE_UNSPECIFIED: there is nothing to count */
    int64_t value;      /* of 10^-4: what is added to the sum */
    struct pair pair;   /* scoreChangeCohort; its reason PAIR_NONE: there is none */
    const struct evidence **records; /* of other kinds: what was added up */
    size_t n_records, room;
    struct tally *tallies;
};

/* rule: its place among the version's. false when out of memory. */
bool figure_part_find(struct figure_rules *rules, size_t rule, size_t period,
                      const struct person *person, const struct unit_list *units,
                      struct figure_part *part);
void figure_part_finish(struct figure_part *part);

/* Is the outcome a cohort's? */
bool figure_is_of(const Rule *rule);

/* What the rule's figures are measured by; NULL: nothing. */
const Comparison *figure_comparison(const Rule *rule);

/* Is own less other better, or other less own? */
bool figure_more_is_better(const Rule *rule);

/*
 * A period's figure.
 *
 * comparator  the one that the rule's comparison names; NULL where it names none
 * reckoning   begun; its figure is set, and what own and other are
 */
void figure_reckon(const struct figure_rule *rule, size_t period,
                   const struct comparator *comparator, struct reckoning *reckoning);

#endif
