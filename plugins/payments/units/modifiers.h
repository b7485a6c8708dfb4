/* modifiers.h - what rules of every kind may ask for beside their outcome. Pure. */
#ifndef PAYMENTS_MODIFIERS_H
#define PAYMENTS_MODIFIERS_H

#include "person_kind.h"

/* Types of evidence, of which the record behind a unit must carry one. */
struct evidence_need {
    size_t *types; /* series */
    bool alternating;
    uint16_t *rules; /* with whose units it alternates, beside the rule's own */
    size_t n_types, n_rules;
};

struct required {
    uint16_t rule;
    bool claimed;
};

struct clawback {
    struct events events;
    struct duration within;
    struct ratio share;
};

struct modifiers {
    size_t duplicate; /* series: of a record of somebody who has another */
    size_t claims;    /* series; SIZE_MAX: none are owed */
    bool claims_end;  /* a claim is in time within: */
    struct duration claim_within;
    struct days contract;
    struct window window;
    struct eligibility eligible;
    struct evidence_need *evidence;
    struct required *requires;
    uint16_t *excludes, follows; /* UINT16_MAX: none */
    struct clawback *clawbacks;
    struct condition *uplifts;
    size_t n_evidence, n_requires, n_excludes, n_clawbacks, n_uplifts;
    struct duration repeat_after;
    uint32_t most; /* 0: any number */
};

struct modifiers modifiers_read(struct compiling *compiling, const Rule *rule);

/*
 * Set a candidate's reason: the first of these that applies, each person's candidates being
 * judged in the order of their days.
 *
 *   what its kind found     THRESHOLD_NOT_REACHED, INCOMPLETE, NOT_ELIGIBLE
 *   DUPLICATE               the person is recorded twice
 *   WINDOW_MISSED           outside the contract, or the rule's window;
 *   EVIDENCE_MISSING        what the window counts from is not there
 *   NOT_ELIGIBLE, NOT_YET   eligibleIf: it does not hold; it looks at days still to come
 *   PREREQUISITE_MISSING    requires; the unit that it adds to
 *   EXCLUDED                excludes
 *   EVIDENCE_MISSING        no type of evidence that is asked for, or the same again
 *   REPEATED_TOO_SOON       repeatAfter
 *   DUPLICATE               maxPerPerson
 *   CLAIM_MISSING           it is achieved, but not claimed
 */
void modifiers_judge(const struct modifiers *modifiers, struct judging *judging, struct run *run,
                     struct unit *unit);

/* What takes a unit that is PAID back, by the person's until; the place of the clawback in
 * the rule, or n_clawbacks. */
size_t clawback_find(const struct modifiers *modifiers, const struct person *person,
                     const struct unit *unit, const struct evidence **event);

/* The unit's uplift, see struct unit. */
uint16_t uplift_find(const struct modifiers *modifiers, const struct moment *moment);

#endif
