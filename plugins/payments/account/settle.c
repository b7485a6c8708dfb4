/* settle.c - from what a cohort achieved to what each payer owes. */
#include "settle.h"

#include <string.h>
#include <wellgate/decimal.h>

void
rule_account_init(struct rule_account *account)
{
    for (size_t i = 0; i < account->n; i++) {
        struct entitlement *e = &account->periods[i];

        mpq_inits(e->own, e->other, e->before, e->due, e->stated, NULL);
    }
}

void
rule_account_finish(struct rule_account *account)
{
    for (size_t i = 0; i < account->n; i++) {
        struct entitlement *e = &account->periods[i];

        mpq_clears(e->own, e->other, e->before, e->due, e->stated, NULL);
    }
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

/* Periods up to and with the last in which the rule was in force. */
static size_t
priced_periods(const struct rule_account *account)
{
    size_t n = account->n;

    while (n > 0 && !account->periods[n - 1].rule)
        n--;
    return n;
}

bool
rule_account_settle(const struct rule_account *account, struct line_amount *lines, size_t *n)
{
    size_t priced = priced_periods(account), last = priced - 1;
    bool ended = priced < account->n;
    int64_t rest, minor;

    *n = 0;
    if (!priced)
        return true;
    if (!amount_to_date(account, &rest))
        return false;
    for (size_t i = 0; i < last; i++) {
        if (!moved(&account->periods[i], &minor) || !wg_money_subtract(rest, minor, &rest))
            return false;
        if (minor)
            lines[(*n)++] = (struct line_amount){&account->periods[i], true, minor, NULL};
    }
    if (rest || !ended)
        lines[(*n)++] = (struct line_amount){&account->periods[last], ended, rest, NULL};
    return true;
}

/* ---- Who pays ---- */

size_t
payer_place(const Contract *contract, const char *payer)
{
    size_t i = 0;

    while (strcmp(contract->payers[i], payer) != 0)
        i++;
    return i;
}

/* An amount by a split's shares, as contract->payers; NULL past the arena. */
static int64_t *
divide(struct wg_arena *arena, const Contract *contract, const PayerSplit *split, int64_t minor)
{
    int64_t *parts = wg_alloc_array(arena, contract->n_payers, sizeof(*parts));
    int64_t *own = wg_alloc_array(arena, split->n_shares, sizeof(*own));
    mpq_t *weights = wg_alloc_array(arena, split->n_shares, sizeof(*weights));

    if (!parts || !own || !weights)
        return NULL;
    for (size_t i = 0; i < split->n_shares; i++) {
        mpq_init(weights[i]);
        wg_ratio_parse(split->shares[i]->share, weights[i]);
    }
    wg_money_split(minor, (const mpq_t *)weights, split->n_shares, own);
    for (size_t i = 0; i < split->n_shares; i++) {
        parts[payer_place(contract, split->shares[i]->payer)] = own[i];
        mpq_clear(weights[i]);
    }
    return parts;
}

static const PayerSplit *
split_of(const struct line_amount *line)
{
    const struct entitlement *e = line->entitlement;

    return split_on(e->version, e->rule, e->period.first);
}

static bool
same_share(const char *a, const char *b)
{
    mpq_t x, y;
    bool same;

    mpq_inits(x, y, NULL);
    same = wg_ratio_parse(a, x) && wg_ratio_parse(b, y) && mpq_equal(x, y);
    mpq_clears(x, y, NULL);
    return same;
}

bool
same_split(const PayerSplit *a, const PayerSplit *b)
{
    bool same = a->n_shares == b->n_shares;

    for (size_t i = 0; same && i < a->n_shares; i++)
        same = strcmp(a->shares[i]->payer, b->shares[i]->payer) == 0 &&
               same_share(a->shares[i]->share, b->shares[i]->share);
    return same;
}

/* All lines that share a split with the last one: theirs, and the rest for it. */
static bool
split_group(struct wg_arena *arena, const Contract *contract, struct line_amount *lines,
            struct line_amount *last)
{
    const PayerSplit *split = split_of(last);
    int64_t together = last->minor;

    for (struct line_amount *line = lines; line < last; line++) {
        if (line->parts || !same_split(split, split_of(line)))
            continue;
        if (!(line->parts = divide(arena, contract, split, line->minor)))
            return false;
        if (!wg_money_add(together, line->minor, &together))
            return false;
    }
    if (!(last->parts = divide(arena, contract, split, together)))
        return false;
    for (struct line_amount *line = lines; line < last; line++)
        for (size_t p = 0; same_split(split, split_of(line)) && p < contract->n_payers; p++)
            last->parts[p] -= line->parts[p];
    return true;
}

bool
split_lines(struct wg_arena *arena, const Contract *contract, struct line_amount *lines, size_t n)
{
    for (size_t i = n; i-- > 0;)
        if (!lines[i].parts && !split_group(arena, contract, lines, &lines[i]))
            return false;
    return true;
}
