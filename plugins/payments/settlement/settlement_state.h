/* settlement_state.h - what a settlement knows while it reckons; of settlement.c, cells.c,
 * quote.c, gates.c, quotas.c, order.c and what walk.h names alone. */
#ifndef PAYMENTS_SETTLEMENT_STATE_H
#define PAYMENTS_SETTLEMENT_STATE_H

#include "price.h"

#define REASONS (REASON(RETAINED) + 1)

/* One rule in one period. */
struct cell {
    const struct rule_terms *terms; /* NULL: none then */
    int64_t pot_minor;   /* of a share of a budget */
    mpq_ptr target;      /* NULL: none */
    bool varied;         /* a variation says what is due: */
    int64_t agreed_minor;
    int64_t units;       /* taken; none of those that take back */
    reason_code gate;    /* PAID: open */
    /* What needs no order, summed up: */
    ticks folded;
    uint32_t folded_units, worthless; /* those with a price, those that a table pays nothing for */
    /* Results: */
    struct exact earned, paid;
    int32_t earned_units, paid_units; /* those taken back count off */
    int64_t volume;      /* units that something was paid for */
    int64_t numbered;    /* as of the account, of the period */
    reason_code reason;
};

/* One rule over all periods. */
struct account_state {
    struct exact paid, deferred;
    int64_t volume;   /* units that something was paid for */
    int64_t numbered; /* units that passed gates and prerequisites, as tiers count them */
    bool remembered;  /* what is paid for each unit is asked for later */
    mpq_ptr numerator, denominator; /* of all figures to date; NULL: there are none */
    mpq_ptr target, reached; /* of all periods to date; NULL: there are none */
    int64_t units_to_date;
    struct exact unpaid[REASONS];
    uint32_t unpaid_units[REASONS], unpaid_partly[REASONS];
};

enum item_kind {
    ITEM_UNIT,      /* of a person: amount is the price of a whole one */
    ITEM_CLAWBACK,
    ITEM_FOLDED,    /* all units of a cell */
    ITEM_FIGURE,
    ITEM_FEE,
    ITEM_AGREED,    /* by a variation */
    ITEM_FLOOR,     /* at a period's end: its amount is the floor */
    ITEM_DEFERRED,  /* at a period's end: what was, of fees */
};

/* Of one settlement: a gigabyte or two. Places of a bucket are numbered in 32 bits. */
#define ITEMS_MAX (1u << 25)

/* What is walked, in the order of days. */
struct item {
    union {
        ticks amount;
        wg_date reverses; /* ITEM_CLAWBACK */
    };
    union {
        mpq_ptr part;     /* of amount; NULL: none */
        struct { uint32_t factor; uint16_t uplift; } quote; /* ITEM_UNIT of volume tiers */
    };
    uint32_t quantity, of;
    uint32_t person;
    wg_date date;
    uint16_t account, period;
    uint8_t kind; /* enum item_kind */
    bool planned; /* ITEM_UNIT */
};

/* The items of one period's days: few enough to lie near each other while they are walked. */
struct bucket {
    struct item *items;
    size_t n, room;
    struct claimed_unit *units; /* that are kept: those of the first items */
    size_t n_units, units_room;
};

/* The most units of some rules. */
struct quota {
    const Wellgate__Payments__V1__Quota *terms;
    const struct version_terms *version;
    bool *limited;  /* by account */
    int64_t most, used;
};

/* A price that was asked for. */
struct quote {
    bool set;
    uint16_t uplift;
    uint32_t terms, factor;
    int64_t measure;
    ticks price;
};

#define QUOTES 4096 /* a power of 2 */

struct settlement {
    struct wg_arena *arena;
    struct parts parts;
    const Contract *contract;
    const struct timeline *timeline;
    struct rule_settlement *rules;
    size_t n;
    bool keep, ordered; /* units are kept; units are walked one by one */
    bool by_claim;      /* a unit's index is that of its claim's day */
    bool failed;        /* memory, or an amount that is too great */
    bool crowded;       /* it was memory */
    struct version_terms *versions;
    size_t n_versions;
    struct rule_terms *terms;
    size_t n_terms;
    struct cell *cells; /* by account, then period */
    struct account_state *accounts;
    struct quota *quotas;
    size_t n_quotas;
    struct quote *quotes;
    mpz_t price_scale;  /* of which parts of a minor unit prices are whole numbers */
    mpz_t parts_of;     /* least common multiple of the units' "of" */
    mpz_t scale;        /* ticks of a minor unit, once all units are taken: their product */
    ticks per_minor, per_price; /* the same; ticks of what prices are counted in */
    ticks greatest;     /* price of a whole unit */
    uint32_t most_wholes; /* of which any is a part */
    uint64_t taken;
    mpz_t bound;        /* no sum of the items that are not units is beyond it */
    size_t item_room;       /* of all buckets */
    struct bucket *buckets; /* by period of the timeline, and what lies behind it */
    struct claimed_unit *units; /* that are kept, in order: of settlement_finish */
    size_t n_units;
    uint32_t persons;   /* beyond the greatest number */
    uint32_t last_person;
    bool persons_mixed; /* they did not come in the order of their numbers */
};

static inline struct cell *
cell_at(const struct settlement *s, size_t account, size_t period)
{
    return &s->cells[account * s->timeline->n + period];
}

/* cells.c: terms → cells. false past the arena. */
bool cells_lay_out(struct settlement *s);
/* Place of a rule among accounts; s->n for none. */
size_t account_find(const struct settlement *s, const char *id);

/* quote.c: the price in ticks of a whole unit. */
ticks quote(struct settlement *s, const struct rule_terms *terms, uint16_t uplift, size_t factor,
            int64_t measure);

/* gates.c: sets every cell's gate. */
void gates_judge(struct settlement *s);

/* items.c: what is no unit of a person becomes an item. false when out of memory. */
struct item *item_push(struct settlement *s, wg_date date);
bool unit_keep(struct settlement *s, const struct claimed_unit *unit);
/* minor: becomes ticks. */
void item_push_amount(struct settlement *s, enum item_kind kind, size_t account, size_t period,
                      wg_date date, mpq_ptr minor);
/* Minor units → ticks, in place; false beyond what can be reckoned. */
bool minor_to_exact(struct settlement *s, mpq_ptr minor, struct exact *amount);
void items_of_fees(struct settlement *s);
void items_of_periods(struct settlement *s);
void items_of_folded(struct settlement *s);

/* figure_items.c: those of cohorts. */
void items_of_figures(struct settlement *s);

/* order.c: the order in which the items of a bucket are walked. false when out of memory. */
bool bucket_order(const struct settlement *s, const struct bucket *bucket, uint32_t **order);

/* quotas.c: the most of each, by the units behind open gates. */
void quotas_open(struct settlement *s);

/* walk.c: caps and quotas, item by item. */
void walk(struct settlement *s);

#endif
