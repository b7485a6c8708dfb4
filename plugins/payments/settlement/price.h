/* price.h - the terms of a rule as numbers, and what a unit or a figure comes to under them:
 * list, discount, index, uplift, rounding of the unit price; less deadweight. */
#ifndef PAYMENTS_PRICE_H
#define PAYMENTS_PRICE_H

#include "settlement.h"

#define PRICE(kind) WELLGATE__PAYMENTS__V1__RULE__PRICE_##kind
#define OUTCOME(kind) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##kind

#define NO_CAP (-1) /* of money that terms do not name */

/* What a version says of all its rules. */
struct version_terms {
    const Version *version;
    const Contract *contract;
    mpq_t kept;        /* 1 − discount */
    bool unrounded;    /* unit prices are */
    mpq_t *factors;    /* of the index: the first before its first value */
    wg_date *from;     /* days on which each begins to hold */
    size_t n_factors;
    int64_t cap, cap_per_person, cap_per_period; /* minor units, or NO_CAP */
};

/* A rule of one version. */
struct rule_terms {
    const struct version_terms *version;
    const Rule *rule;
    uint32_t number;   /* among all that are read */
    uint16_t place;    /* in the version's rules */
    bool of_persons;   /* it has units */
    bool by_measure;   /* its price is read by the unit's measure or the figure */
    mpq_t net;         /* (1 − deadweight) × attribution */
    int64_t cap_per_person, cap, cap_per_period, floor; /* minor units, or NO_CAP */
    uint32_t units, units_per_period; /* 0: any number */
    uint16_t *requires_paid; /* places of accounts; of cells.c */
    size_t n_requires_paid;
};

/* false past the arena. Both are to be finished, read wholly or not. */
bool version_terms_init(struct wg_arena *arena, const Contract *contract, const Version *version,
                        struct version_terms *terms);
void version_terms_finish(struct version_terms *terms);
void rule_terms_init(const struct version_terms *version, const Rule *rule,
                     struct rule_terms *terms);
void rule_terms_finish(struct rule_terms *terms);

bool rule_has_units(const Rule *rule);

/* Is its price read by a unit's measure, or by the figure? */
bool rule_reads_measure(const Rule *rule);

/* Minor units that the terms name, or NO_CAP. */
int64_t money_or_none(const char *currency, const Wellgate__Common__V1__Money *money);

/* The place of the index's factor in force on a day. */
size_t factor_on(const struct version_terms *version, wg_date date);

/* Multiply up scale until every price of one of the rule's units is a whole number of
 * 1/scale of a minor unit. */
void price_scale(const struct rule_terms *terms, mpz_ptr scale);

/*
 * What one whole unit comes to, in minor units.
 *
 * measure  of 10^-4; of volume tiers the tier's place
 * errors   false: beyond int64
 */
bool unit_price(const struct rule_terms *terms, size_t factor, uint16_t uplift, int64_t measure,
                mpq_ptr price);

/* The tier of the unit that has so many before it, where tiers end by units. */
size_t tier_of_units(const struct rule_terms *terms, uint64_t before);

/* Where a tier ends by money: minor units, or NO_CAP. */
int64_t tier_end_paid(const struct rule_terms *terms, size_t i);

/* What a figure comes to, but of a share of a budget; and one fee: in minor units, not rounded.
 * Limits within a price hold before discount and index. */
void figure_price(const struct rule_terms *terms, size_t factor, const struct figure *figure,
                  mpq_ptr price);
void fee_price(const struct rule_terms *terms, size_t factor, mpq_ptr price);

/* The share of the pot that a figure earns, before deadweight. */
void budget_share(const struct rule_terms *terms, const struct figure *figure, mpq_ptr share);

/* Does a figure reach the first step of a coupon? */
bool coupon_reached(const struct rule_terms *terms, const struct figure *figure);

/* A pot in minor units → less the discount, indexed, net of deadweight. */
void pot_price(const struct rule_terms *terms, size_t factor, mpq_ptr pot);

#endif
