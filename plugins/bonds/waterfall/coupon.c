/* coupon.c - the rates of a tranche: fixed, or by performance. */
#include "coupon.h"

#include <stdlib.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#define OF_MONEY WELLGATE__BONDS__V1__INTEREST_COUPON__MEASURE__OUTCOME_MONEY
#define OF_RULE WELLGATE__BONDS__V1__INTEREST_COUPON__MEASURE__COUPON_RULE

/* A day on which the measure changes. */
struct change {
    wg_date day;
    int64_t earned; /* more than before */
    int64_t plan; /* from now on; 0: as before */
};

static int
compare_days(const void *left, const void *right)
{
    const struct change *a = left, *b = right;

    return (a->day > b->day) - (a->day < b->day);
}

static struct change *
changes_of(struct wg_call *call, const Bond *bond, const Coupon *coupon,
           const struct income_list *income, size_t *n)
{
    struct change *changes = wg_alloc_array(wg_call_arena(call), income->n + coupon->n_plan + 1,
                                            sizeof(*changes));

    *n = 0;
    for (size_t i = 0; changes && i < income->n; i++)
        changes[(*n)++] = (struct change){income->items[i].date, income->items[i].minor, 0};
    for (size_t i = 0; changes && i < coupon->n_plan; i++) {
        struct change *change = &changes[(*n)++];

        *change = (struct change){0};
        wg_date_parse(coupon->plan[i]->date, &change->day);
        read_money(bond->currency, coupon->plan[i]->amount, &change->plan);
    }
    if (changes)
        qsort(changes, *n, sizeof(*changes), compare_days);
    return changes;
}

/* earned, or earned / plan, is at least from; exactly. */
static bool
reaches(const Bond *bond, const Coupon *coupon, const char *from, int64_t earned, int64_t plan)
{
    mpq_t least, measured;
    int64_t money;
    bool reached;

    if (coupon->measure == OF_MONEY)
        return wg_money_parse(bond->currency, from, &money) && earned >= money;
    mpq_inits(least, measured, NULL);
    wg_ratio_parse(from, least);
    if (plan > 0)
        mpq_set_si(measured, earned, (unsigned long)plan);
    mpq_canonicalize(measured);
    reached = mpq_cmp(measured, least) >= 0;
    mpq_clears(least, measured, NULL);
    return reached;
}

static int64_t
rate_of(const Bond *bond, const Coupon *coupon, int64_t earned, int64_t plan)
{
    int64_t yearly = 0;

    for (size_t i = 0; i < coupon->n_steps; i++)
        if (reaches(bond, coupon, coupon->steps[i]->from, earned, plan))
            wg_decimal_parse(coupon->steps[i]->rate, RATE_DIGITS, &yearly);
    return yearly;
}

/* Before the first change nothing is earned and nothing planned. */
static const struct wg_problem *
rates_of_changes(struct wg_call *call, const Bond *bond, const Coupon *coupon,
                 const struct change *changes, size_t n, struct rate *rates, size_t *n_rates)
{
    int64_t earned = 0, plan = 0;

    rates[(*n_rates)++] = (struct rate){INT32_MIN, rate_of(bond, coupon, 0, 0)};
    for (size_t i = 0; i < n; i++) {
        if (!wg_money_add(earned, changes[i].earned, &earned))
            return too_great(call);
        if (changes[i].plan)
            plan = changes[i].plan;
        if (i + 1 == n || changes[i + 1].day != changes[i].day)
            rates[(*n_rates)++] =
                (struct rate){changes[i].day, rate_of(bond, coupon, earned, plan)};
    }
    return NULL;
}

static const struct wg_problem *
coupon_rates(struct wg_call *call, const Bond *bond, const Coupon *coupon, const char *day,
             struct rate **rates, size_t *n_rates)
{
    const struct wg_problem *problem;
    struct income_list income;
    struct change *changes;
    size_t n;

    if ((problem = income_load(call, bond, coupon->contract, day, &income)))
        return problem;
    changes = changes_of(call, bond, coupon, &income, &n);
    *rates = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(**rates));
    if (!changes || !*rates)
        return no_memory(call);
    return rates_of_changes(call, bond, coupon, changes, n, *rates, n_rates);
}

/* ---- As a rule of the contract has it ---- */

/* Rounded to RATE_DIGITS; half away from zero. */
static int64_t
yearly_of(const char *rate)
{
    int64_t yearly = 0;
    mpq_t exact;

    mpq_init(exact);
    if (wg_ratio_parse(rate, exact)) {
        mpz_mul_si(mpq_numref(exact), mpq_numref(exact), RATE_ONE);
        mpq_canonicalize(exact);
        wg_money_round(exact, &yearly);
    }
    mpq_clear(exact);
    return yearly;
}

static const struct wg_problem *
rule_rates(struct wg_call *call, const Bond *bond, const Coupon *coupon, const char *day,
           struct rate **rates, size_t *n_rates)
{
    const struct wg_problem *problem;
    struct income_list stated;

    if ((problem = coupon_told(call, bond, coupon->contract, coupon->rule, day, &stated)))
        return problem;
    *rates = wg_alloc_array(wg_call_arena(call), stated.n_coupons + 1, sizeof(**rates));
    if (!*rates)
        return no_memory(call);
    for (size_t i = 0; i < stated.n_coupons; i++) {
        struct rate *rate = &(*rates)[(*n_rates)++];

        rate->yearly = yearly_of(stated.coupons[i]->rate);
        if (!wg_date_parse(stated.coupons[i]->end_date, &rate->from))
            return &wg_internal;
    }
    return NULL;
}

/* ---- The whole ---- */

const struct wg_problem *
tranche_rates(struct wg_call *call, const Bond *bond, const Tranche *tranche, const char *day,
              struct rate **rates, size_t *n)
{
    *n = 0;
    if (tranche->coupon && tranche->coupon->measure == OF_RULE)
        return rule_rates(call, bond, tranche->coupon, day, rates, n);
    if (tranche->coupon)
        return coupon_rates(call, bond, tranche->coupon, day, rates, n);
    if (!*tranche->interest_rate)
        return NULL;
    if (!(*rates = wg_alloc(wg_call_arena(call), sizeof(**rates))))
        return no_memory(call);
    (*rates)->from = INT32_MIN;
    wg_decimal_parse(tranche->interest_rate, RATE_DIGITS, &(*rates)->yearly);
    *n = 1;
    return NULL;
}
