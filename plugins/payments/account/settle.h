/*
 * settle.h - entitlements of all periods and what was issued → a statement's
 * lines and payers. Pure and exact: GMP rationals up to the one place where an
 * entitlement to date is rounded to the penny.
 *
 * A rule's amount in a statement is its entitlement to date, rounded half away
 * from zero, less everything issued for it before. A period whose entitlement
 * moved since a line last stated it gets an adjustment line, rounded; the own
 * period's line takes the rest. So no rounding ever drifts.
 */
#ifndef PAYMENTS_SETTLE_H
#define PAYMENTS_SETTLE_H

#include <wellgate/money.h>

#include "settlement/settlement.h"
#include "figures/tally.h"

typedef Wellgate__Payments__V1__Line Line;

/* One rule in one period. */
struct entitlement {
    struct wg_period period;
    const Version *version; /* in force; NULL: no terms then, nothing is due */
    const Rule *rule;
    const struct rule_period *settled; /* what was earned; NULL: of no outcome */
    /* Of cohort rules: what the figure is made of. */
    struct tally tally;
    mpq_t own, other;
    mpq_t before; /* what all earlier periods are due, in minor units */
    mpq_t due;    /* the period's, in minor units */
    /* What earlier statements said of this period. */
    mpq_t stated;         /* entitlement in its last line; 0 where there is none */
    int64_t issued_minor; /* sum of its lines, and of what ceilings cut and is not asked for again */
    int64_t over_minor;   /* the latter alone */
};

/* A rule over all quarters from the contract's first to the statement's own. */
struct rule_account {
    const char *id;
    struct entitlement *periods;
    size_t n;
    int64_t *displaced; /* by payer: of its parts issued, what others or nobody paid (ceilings.h) */
};

/* Initialise the rationals of an account whose periods are set; the finish clears them. */
void rule_account_init(struct rule_account *account);
void rule_account_finish(struct rule_account *account);

#define ROOM_ENDLESS INT64_MAX

/* One line to be. */
struct line_amount {
    const struct entitlement *entitlement;
    bool adjustment;
    int64_t minor;
    int64_t *parts; /* each payer's, as contract->payers; set by split_lines */
    /* Set by ceilings_apply, where it left payers less than their parts: */
    int64_t over_minor; /* what minor was more; below 0: of what falls, what was cut before */
    bool carried;       /* it is due again; else a later statement counts it as issued */
    int64_t *by_share;  /* its parts before; NULL: ceilings moved nothing */
    const int64_t *room; /* with by_share: what each payer's ceiling left for the rule, or ROOM_ENDLESS */
};

/*
 * Adjustments of earlier periods, then the own period's line. A rule that is not
 * in force in the own period has no such line: the rest is an adjustment of the
 * last period that it priced.
 *
 * lines   room for account->n; *n of them are set
 * errors  false: an amount is beyond int64
 */
bool rule_account_settle(const struct rule_account *account, struct line_amount *lines, size_t *n);

/* A payer's place among those of its contract. */
size_t payer_place(const Contract *contract, const char *payer);

/* Versions may repeat a split: it is the same one while the same payers pay the same shares. */
bool same_split(const PayerSplit *a, const PayerSplit *b);

/* Divide a rule's lines among the payers. The lines of one split are divided
 * once, together; so a line's parts add up to it, and the split's lines to the
 * largest remainders of their sum. false past the arena. */
bool split_lines(struct wg_arena *arena, const Contract *contract, struct line_amount *lines,
                 size_t n);

#endif
