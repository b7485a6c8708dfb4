/* settle.c - from what a cohort achieved to what each payer owes. */
#include "settle.h"

#include <string.h>
#include <wellgate/decimal.h>

void
rule_account_init(struct rule_account *account)
{
    for (size_t i = 0; i < account->n; i++) {
        struct entitlement *e = &account->periods[i];

        mpq_inits(e->mean, e->share, e->due, e->stated, NULL);
    }
}

void
rule_account_finish(struct rule_account *account)
{
    for (size_t i = 0; i < account->n; i++) {
        struct entitlement *e = &account->periods[i];

        mpq_clears(e->mean, e->share, e->due, e->stated, NULL);
    }
}

/* ---- What a period earns ---- */

static void
set_int64(mpq_t to, int64_t value)
{
    mpq_set_si(to, value, 1);
}

static void
set_mean(struct entitlement *e)
{
    mpz_t scale;

    if (!e->tally.paired)
        return;
    mpz_init(scale);
    mpz_ui_pow_ui(scale, 10, EVIDENCE_SCALE);
    mpz_set_si(mpq_numref(e->mean), e->tally.gain_sum);
    mpz_mul_si(mpq_denref(e->mean), scale, e->tally.paired);
    mpq_canonicalize(e->mean);
    mpz_clear(scale);
}

static void
set_share(struct entitlement *e)
{
    int32_t least = e->rule->score_change_cohort->min_n;

    if (e->tally.paired && e->tally.paired >= least)
        linear_table_share(e->rule->share_of_budget->performance, e->mean, e->share);
}

static void
earn(struct entitlement *e, const struct entitlement *before, mpq_t to_date_before,
     const char *currency)
{
    const Wellgate__Payments__V1__ShareOfBudget *price = e->rule->share_of_budget;
    mpq_t pot;

    mpq_init(pot);
    wg_money_parse(currency, price->pot_per_quarter->amount, &e->pot_minor);
    e->pots_minor = (before ? before->pots_minor : 0) + e->pot_minor;
    set_mean(e);
    set_share(e);
    set_int64(pot, price->true_up ? e->pots_minor : e->pot_minor);
    mpq_mul(e->due, e->share, pot);
    /* Where it trues up, a period is due what the whole gained in it. */
    if (price->true_up)
        mpq_sub(e->due, e->due, to_date_before);
    mpq_clear(pot);
}

void
rule_account_earn(struct rule_account *account, const char *currency)
{
    mpq_t to_date;

    mpq_init(to_date);
    for (size_t i = 0; i < account->n; i++) {
        struct entitlement *e = &account->periods[i];

        if (e->rule)
            earn(e, i ? &account->periods[i - 1] : NULL, to_date, currency);
        else if (i)
            e->pots_minor = account->periods[i - 1].pots_minor;
        mpq_add(to_date, to_date, e->due);
    }
    mpq_clear(to_date);
}

/* ---- What the statement says of it ---- */

/* What the entitlement moved since a line last stated it, to the penny. */
static bool
moved(const struct entitlement *e, int64_t *minor)
{
    mpq_t difference;
    bool fits;

    mpq_init(difference);
    mpq_sub(difference, e->due, e->stated);
    fits = wg_money_round(difference, minor);
    mpq_clear(difference);
    return fits;
}

/* Entitlement to date, rounded, less everything issued. */
static bool
amount_to_date(const struct rule_account *account, int64_t *minor)
{
    int64_t issued = 0;
    mpq_t sum;
    bool fits = true;

    mpq_init(sum);
    for (size_t i = 0; i < account->n; i++) {
        mpq_add(sum, sum, account->periods[i].due);
        fits = fits && wg_money_add(issued, account->periods[i].issued_minor, &issued);
    }
    fits = fits && wg_money_round(sum, minor) && wg_money_subtract(*minor, issued, minor);
    mpq_clear(sum);
    return fits;
}

size_t
rule_account_settle(const struct rule_account *account, struct line_amount *lines)
{
    int64_t rest, minor;
    size_t n = 0, own = account->n - 1;

    if (!amount_to_date(account, &rest))
        return 0;
    for (size_t i = 0; i < own; i++) {
        if (!moved(&account->periods[i], &minor))
            return 0;
        if (!minor)
            continue;
        lines[n++] = (struct line_amount){&account->periods[i], true, minor};
        if (!wg_money_subtract(rest, minor, &rest))
            return 0;
    }
    lines[n++] = (struct line_amount){&account->periods[own], false, rest};
    return n;
}

/* ---- Who pays ---- */

static size_t
payer_index(const Contract *contract, const char *payer)
{
    size_t i = 0;

    while (strcmp(contract->payers[i], payer) != 0)
        i++;
    return i;
}

static bool
split_one(struct wg_arena *arena, const Contract *contract, const PayerSplit *split,
          int64_t minor, int64_t *parts)
{
    mpq_t *weights = wg_alloc_array(arena, split->n_shares, sizeof(*weights));
    int64_t *own = wg_alloc_array(arena, split->n_shares, sizeof(*own));

    if (!weights || !own)
        return false;
    for (size_t i = 0; i < split->n_shares; i++) {
        mpq_init(weights[i]);
        wg_ratio_parse(split->shares[i]->share, weights[i]);
    }
    wg_money_split(minor, (const mpq_t *)weights, split->n_shares, own);
    for (size_t i = 0; i < split->n_shares; i++) {
        parts[payer_index(contract, split->shares[i]->payer)] += own[i];
        mpq_clear(weights[i]);
    }
    return true;
}

static const PayerSplit *
split_of(const struct line_amount *line)
{
    const struct entitlement *e = line->entitlement;

    return e->rule ? split_on(e->rule, e->period.last) : NULL;
}

static bool
same_split(const PayerSplit *a, const PayerSplit *b)
{
    return a && b && (a == b || strcmp(a->from_date, b->from_date) == 0);
}

static bool
counted_before(const struct line_amount *lines, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_split(split_of(&lines[i]), split_of(&lines[at])))
            return true;
    return false;
}

bool
split_lines(struct wg_arena *arena, const Contract *contract, const struct line_amount *lines,
            size_t n, int64_t *parts)
{
    for (size_t i = 0; i < n; i++) {
        const PayerSplit *split = split_of(&lines[i]);
        int64_t minor = 0;

        if (!split || counted_before(lines, i))
            continue;
        for (size_t j = i; j < n; j++)
            if (same_split(split, split_of(&lines[j])))
                minor += lines[j].minor;
        if (!split_one(arena, contract, split, minor, parts))
            return false;
    }
    return true;
}
