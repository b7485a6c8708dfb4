/* check_settlement.c - who pays, and what holds for all rules of a version together. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "check_money.h"
#include "account/advances.h"
#include "settlement/price.h"
#include "terms/links.h"

typedef Wellgate__Payments__V1__Variation Variation;
typedef Wellgate__Payments__V1__Quota Quota;
typedef Wellgate__Payments__V1__Index Index;

/* ---- Payers ---- */

static bool
is_payer(const Contract *contract, const char *organisation)
{
    for (size_t i = 0; i < contract->n_payers; i++)
        if (strcmp(contract->payers[i], organisation) == 0)
            return true;
    return false;
}

static bool
named_before(const PayerSplit *split, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(split->shares[i]->payer, split->shares[at]->payer) == 0)
            return true;
    return false;
}

static void
check_shares(const struct checking *checking, const char *at, const PayerSplit *split)
{
    mpq_t sum, share;

    mpq_inits(sum, share, NULL);
    for (size_t i = 0; i < split->n_shares; i++) {
        if (!is_payer(checking->contract, split->shares[i]->payer))
            FAULT(checking, "UNKNOWN_VALUE", "is no payer of the contract",
                  "%s/shares/%zu/payer", at, i);
        else if (named_before(split, i))
            FAULT(checking, "DUPLICATE", "is named twice", "%s/shares/%zu/payer", at, i);
        if (wg_ratio_parse(split->shares[i]->share, share))
            mpq_add(sum, sum, share);
    }
    if (mpq_cmp_si(sum, 1, 1) != 0)
        FAULT(checking, "SUM", "the shares must add up to exactly 1", "%s/shares", at);
    mpq_clears(sum, share, NULL);
}

void
check_splits(const struct checking *checking, const char *at, PayerSplit *const *splits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *split = POINTER(checking, "%s/payerSplits/%zu", at, i);
        const char *from = splits[i]->from_date;

        if (i == 0 && strcmp(from, checking->version->effective_date) > 0 &&
            strcmp(from, checking->contract->start_date) > 0)
            FAULT(checking, "OUT_OF_RANGE", "the first split begins with the version or before",
                  "%s/fromDate", split);
        if (i > 0 && strcmp(from, splits[i - 1]->from_date) <= 0)
            FAULT(checking, "ORDER", "must be after the split before it", "%s/fromDate", split);
        else if (i > 0 && !begins_period(checking, from))
            FAULT(checking, "OUT_OF_RANGE", "must be the first day of a period of the contract",
                  "%s/fromDate", split);
        check_shares(checking, split, splits[i]);
    }
}

/* Every rule's lines are somebody's to pay, and so are those of no rule. */
static void
check_payers_said(const struct checking *checking, const Settlement *settlement)
{
    const Version *version = checking->version;

    if (settlement && settlement->n_payer_splits)
        return;
    for (size_t i = 0; i < version->n_rules; i++)
        if (!version->rules[i]->n_payer_splits)
            FAULT(checking, "REQUIRED", "say who pays, here or in the settlement",
                  "/rules/%zu/payerSplits", i);
    if (settlement && (settlement->on_account || settlement->retention))
        FAULT(checking, "REQUIRED", "say who pays what is on account or kept back",
              "/settlement/payerSplits");
}

/* Lines are named after rules, and these are no rules'. */
static void
check_ids(const struct checking *checking)
{
    for (size_t i = 0; i < checking->version->n_rules; i++)
        if (strcmp(checking->version->rules[i]->id, ON_ACCOUNT_ID) == 0 ||
            strcmp(checking->version->rules[i]->id, RETENTION_ID) == 0 ||
            strncmp(checking->version->rules[i]->id, RETENTION_OF, strlen(RETENTION_OF)) == 0)
            FAULT(checking, "DUPLICATE", "names lines of their own", "/rules/%zu/id", i);
}

static void
check_ceilings(const struct checking *checking, const Settlement *settlement)
{
    for (size_t i = 0; i < settlement->n_ceilings; i++) {
        const char *at = POINTER(checking, "/settlement/ceilings/%zu", i);
        const char *payer = settlement->ceilings[i]->payer;

        check_amount(checking, POINTER(checking, "%s/amount", at),
                     settlement->ceilings[i]->amount);
        if (!is_payer(checking->contract, payer))
            FAULT(checking, "UNKNOWN_VALUE", "is no payer of the contract", "%s/payer", at);
        for (size_t before = 0; before < i; before++)
            if (strcmp(settlement->ceilings[before]->payer, payer) == 0)
                FAULT(checking, "DUPLICATE", "is named twice", "%s/payer", at);
    }
    if (settlement->overflow && !settlement->n_ceilings)
        FAULT(checking, "NOT_TAKEN", "no payer has a ceiling", "/settlement/overflow");
}

/* ---- Quotas ---- */

static void
check_quota_rules(const struct checking *checking, const char *at, char *const *rules, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t place = place_of_rule(checking->version, rules[i]);

        if (place == checking->version->n_rules)
            FAULT(checking, "UNKNOWN_VALUE", "is no rule of the version", "%s/%zu", at, i);
        else if (!rule_has_units(checking->version->rules[place]))
            FAULT(checking, "UNKNOWN_VALUE", "is a rule without units", "%s/%zu", at, i);
        for (size_t before = 0; before < i; before++)
            if (strcmp(rules[before], rules[i]) == 0)
                FAULT(checking, "DUPLICATE", "is named twice", "%s/%zu", at, i);
    }
}

static void
check_quotas(const struct checking *checking, const Settlement *settlement)
{
    for (size_t i = 0; i < settlement->n_quotas; i++) {
        const Quota *quota = settlement->quotas[i];
        const char *at = POINTER(checking, "/settlement/quotas/%zu", i);

        check_quota_rules(checking, POINTER(checking, "%s/rules", at), quota->rules,
                          quota->n_rules);
        check_quota_rules(checking, POINTER(checking, "%s/ofRules", at), quota->of_rules,
                          quota->n_of_rules);
    }
}

/* ---- Discount and index ---- */

static void
check_discount(const struct checking *checking, const Settlement *settlement)
{
    mpq_t discount;

    mpq_init(discount);
    if (wg_ratio_parse(settlement->discount, discount) && mpq_cmp_ui(discount, 1, 1) == 0)
        FAULT(checking, "OUT_OF_RANGE", "leaves nothing to pay", "/settlement/discount");
    mpq_clear(discount);
}

static void
check_above_0(const struct checking *checking, const char *at, const char *text)
{
    mpq_t value;

    mpq_init(value);
    if (wg_ratio_parse(text, value) && mpq_sgn(value) <= 0)
        FAULT(checking, "OUT_OF_RANGE", "must be above 0", "%s", at);
    mpq_clear(value);
}

static void
check_index(const struct checking *checking, const Index *index)
{
    check_above_0(checking, "/settlement/index/baseValue", index->base_value);
    check_above_0(checking, "/settlement/index/cap", index->cap);
    for (size_t i = 0; i < index->n_values; i++) {
        const char *at = POINTER(checking, "/settlement/index/values/%zu", i);

        check_above_0(checking, POINTER(checking, "%s/value", at), index->values[i]->value);
        if (i && strcmp(index->values[i]->from_date, index->values[i - 1]->from_date) <= 0)
            FAULT(checking, "ORDER", "must be after the one before it", "%s/fromDate", at);
    }
}

/* ---- On account, retention ---- */

static void
check_day(const struct checking *checking, const char *at, const char *text)
{
    if (strcmp(text, checking->version->effective_date) < 0)
        FAULT(checking, "OUT_OF_RANGE", "the version is not effective by then", "%s", at);
}

static void
check_advances(const struct checking *checking, const Settlement *settlement)
{
    if (settlement->on_account) {
        check_amount(checking, "/settlement/onAccount/perPeriod",
                     settlement->on_account->per_period);
        check_day(checking, "/settlement/onAccount/trueUpDate",
                  settlement->on_account->true_up_date);
    }
    if (settlement->retention)
        check_day(checking, "/settlement/retention/releaseDate",
                  settlement->retention->release_date);
}

/* ---- Variations ---- */

static void
check_span(const struct checking *checking, const char *at, const Variation *variation)
{
    if (!begins_period(checking, variation->from_date))
        FAULT(checking, "OUT_OF_RANGE", "must be the first day of a period of the contract",
              "%s/fromDate", at);
    if (!ends_period(checking, variation->to_date) &&
        strcmp(variation->to_date, checking->contract->end_date) != 0)
        FAULT(checking, "OUT_OF_RANGE", "must be the last day of a period of the contract",
              "%s/toDate", at);
    if (strcmp(variation->to_date, variation->from_date) < 0)
        FAULT(checking, "ORDER", "it ends before it begins", "%s/toDate", at);
    if (strcmp(variation->to_date, checking->version->effective_date) < 0)
        FAULT(checking, "UNREACHABLE", "the version is not effective by then", "%s/toDate", at);
}

static void
check_agreed(const struct checking *checking, const char *at, const Variation *variation,
             size_t i)
{
    const Wellgate__Payments__V1__Variation__Amount *amount = variation->amounts[i];
    wg_date from, to;
    struct wg_period period;

    check_amount(checking, POINTER(checking, "%s/amount", at), amount->amount);
    if (place_of_rule(checking->version, amount->rule) == checking->version->n_rules)
        FAULT(checking, "UNKNOWN_VALUE", "is no rule of the version", "%s/rule", at);
    for (size_t before = 0; before < i; before++)
        if (strcmp(variation->amounts[before]->rule, amount->rule) == 0 &&
            strcmp(variation->amounts[before]->period, amount->period) == 0)
            FAULT(checking, "DUPLICATE", "rule and period are named twice", "%s", at);
    if (check_period(checking, POINTER(checking, "%s/period", at), amount->period, &period) &&
        wg_date_parse(variation->from_date, &from) && wg_date_parse(variation->to_date, &to) &&
        (period.first < from || period.first > to))
        FAULT(checking, "OUT_OF_RANGE", "lies outside the variation", "%s/period", at);
}

static bool
overlap(const Variation *a, const Variation *b)
{
    return strcmp(a->from_date, b->to_date) <= 0 && strcmp(b->from_date, a->to_date) <= 0;
}

static void
check_variations(const struct checking *checking)
{
    Variation *const *variations = checking->version->variations;

    for (size_t i = 0; i < checking->version->n_variations; i++) {
        const char *at = POINTER(checking, "/variations/%zu", i);

        check_span(checking, at, variations[i]);
        for (size_t before = 0; before < i; before++) {
            if (strcmp(variations[before]->id, variations[i]->id) == 0)
                FAULT(checking, "DUPLICATE", "another variation has this id", "%s/id", at);
            if (overlap(variations[before], variations[i]))
                FAULT(checking, "OVERLAP", "overlaps another variation", "%s/fromDate", at);
        }
        for (size_t a = 0; a < variations[i]->n_amounts; a++)
            check_agreed(checking, POINTER(checking, "%s/amounts/%zu", at, a), variations[i], a);
    }
}

/* ---- Whether prices can be added up ---- */

/* Whole parts of a penny are counted in 128 bits: amounts take 46 of them, numbers of units 24,
 * and parts of units, of which each denominator is one number of days, the rest. */
#define SCALE_BITS 44

/* Of deadweight, and of prices that are not rounded. */
static void
check_scale(const struct checking *checking)
{
    struct version_terms version;
    struct rule_terms rule;
    mpz_t scale;

    mpz_init_set_ui(scale, 1);
    if (version_terms_init(wg_call_arena(checking->call), checking->contract, checking->version,
                           &version))
        for (size_t i = 0; i < checking->version->n_rules; i++) {
            size_t bits = mpz_sizeinbase(scale, 2);

            rule_terms_init(&version, checking->version->rules[i], &rule);
            price_scale(&rule, scale);
            rule_terms_finish(&rule);
            if (bits <= SCALE_BITS && mpz_sizeinbase(scale, 2) > SCALE_BITS)
                FAULT(checking, "OUT_OF_RANGE",
                      "its price, deadweight, index and uplifts together are too fine a fraction "
                      "of a penny to be added up: give fewer digits, or round unit prices",
                      "/rules/%zu", i);
        }
    version_terms_finish(&version);
    mpz_clear(scale);
}

void
check_settlement(const struct checking *checking)
{
    const Settlement *settlement = checking->version->settlement;

    check_ids(checking);
    check_payers_said(checking, settlement);
    check_variations(checking);
    if (settlement) {
        check_splits(checking, "/settlement", settlement->payer_splits,
                     settlement->n_payer_splits);
        check_amount(checking, "/settlement/cap", settlement->cap);
        check_amount(checking, "/settlement/capPerPerson", settlement->cap_per_person);
        check_amount(checking, "/settlement/capPerPeriod", settlement->cap_per_period);
        check_quotas(checking, settlement);
        check_ceilings(checking, settlement);
        check_discount(checking, settlement);
        if (settlement->index)
            check_index(checking, settlement->index);
        check_advances(checking, settlement);
    }
    if (!wg_violations(checking->call))
        check_scale(checking);
}
