/* cascade.c - a sum, falling from step to step. */
#include "cascade.h"

#include <stdlib.h>
#include <wellgate/money.h>

bool
divide(int64_t minor, const int64_t *weights, size_t n, int64_t *parts)
{
    mpq_t *exact = calloc(n, sizeof(*exact));

    if (!exact)
        return false;
    for (size_t i = 0; i < n; i++) {
        mpq_init(exact[i]);
        mpq_set_si(exact[i], weights[i], 1);
    }
    wg_money_split(minor, (const mpq_t *)exact, n, parts);
    for (size_t i = 0; i < n; i++)
        mpq_clear(exact[i]);
    free(exact);
    return true;
}

static bool
any_above_zero(const int64_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (values[i] > 0)
            return true;
    return false;
}

static void
add_part(struct cascade *cascade, enum party party, size_t index, int64_t due, int64_t paid)
{
    if (!due && !paid)
        return;
    if (cascade->n == cascade->room) {
        size_t room = 2 * cascade->room + 16;
        struct part *parts = realloc(cascade->parts, room * sizeof(*parts));

        if (!parts) {
            cascade->failed = true;
            return;
        }
        cascade->parts = parts;
        cascade->room = room;
    }
    cascade->parts[cascade->n++] = (struct part){cascade->step, party, index, due, paid};
    cascade->left -= paid;
}

static int64_t
smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void
cascade_cost(struct cascade *cascade, size_t index, int64_t due)
{
    add_part(cascade, TO_COST, index, due, smaller(due, cascade->left));
}

void
cascade_reserve(struct cascade *cascade, int64_t held, int64_t target)
{
    add_part(cascade, TO_RESERVE, 0, target - held, smaller(target - held, cascade->left));
}

/* ---- Interest and principal ---- */

typedef int64_t *claim_field(struct claim *claim);

static int64_t *
interest_of(struct claim *claim)
{
    return &claim->interest;
}

static int64_t *
principal_of(struct claim *claim)
{
    return &claim->principal;
}

static bool
is_of(const struct claim *claim, int tranche)
{
    return tranche == ANY_TRANCHE || claim->tranche == tranche;
}

/* What each of a rank may be paid of its due: 0 for those of other tranches. */
static bool
payable(struct cascade *cascade, size_t first, size_t n, int tranche, claim_field *due,
        int64_t *most, int64_t *total)
{
    *total = 0;
    for (size_t i = 0; i < n; i++) {
        struct claim *claim = &cascade->claims[first + i];

        most[i] = is_of(claim, tranche) ? smaller(*due(claim), claim->headroom) : 0;
        if (!wg_money_add(*total, most[i], total))
            return false;
    }
    return true;
}

static void
pay_claim(struct cascade *cascade, size_t index, claim_field *due, int64_t paid)
{
    struct claim *claim = &cascade->claims[index];

    add_part(cascade, TO_CLAIM, index, *due(claim), paid);
    *due(claim) -= paid;
    if (claim->headroom != INT64_MAX)
        claim->headroom -= paid;
}

/* Claims of one rank share pro rata of what they may be paid. */
static void
pay_rank(struct cascade *cascade, size_t first, size_t n, int tranche, claim_field *due)
{
    int64_t *most = calloc(2 * n, sizeof(*most)), *paid = most + n, total;

    if (!most || !payable(cascade, first, n, tranche, due, most, &total)) {
        cascade->failed = true;
    } else {
        bool all = total <= cascade->left;

        if (!all && !divide(cascade->left, most, n, paid))
            cascade->failed = true;
        for (size_t i = 0; i < n; i++)
            if (is_of(&cascade->claims[first + i], tranche))
                pay_claim(cascade, first + i, due, all ? most[i] : paid[i]);
    }
    free(most);
}

static void
pay_ranks(struct cascade *cascade, int tranche, claim_field *due)
{
    for (size_t first = 0, next; !cascade->failed && first < cascade->n_claims; first = next) {
        for (next = first + 1; next < cascade->n_claims &&
             cascade->claims[next].rank == cascade->claims[first].rank; next++) {
        }
        pay_rank(cascade, first, next - first, tranche, due);
    }
}

void
cascade_interest(struct cascade *cascade, int tranche)
{
    pay_ranks(cascade, tranche, interest_of);
}

void
cascade_principal(struct cascade *cascade, int tranche)
{
    pay_ranks(cascade, tranche, principal_of);
}

/* ---- Surplus ---- */

/* What a cap keeps from one is left. */
static void
share_surplus(struct cascade *cascade, size_t index, int64_t share)
{
    struct claim *claim = &cascade->claims[index];
    int64_t paid = smaller(share, claim->headroom);

    add_part(cascade, TO_CLAIM, index, paid, paid);
    if (claim->headroom != INT64_MAX)
        claim->headroom -= paid;
}

void
cascade_investors(struct cascade *cascade, int tranche, int64_t minor)
{
    size_t n = cascade->n_claims;
    int64_t *weights = calloc(2 * n + 1, sizeof(*weights)), *shares = weights + n;

    if (!weights) {
        cascade->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        weights[i] = is_of(&cascade->claims[i], tranche) ? cascade->claims[i].weight : 0;
    if (any_above_zero(weights, n)) {
        cascade->failed |= !divide(minor, weights, n, shares);
        for (size_t i = 0; i < n; i++)
            share_surplus(cascade, i, shares[i]);
    }
    free(weights);
}

void
cascade_vehicle(struct cascade *cascade, int64_t minor)
{
    add_part(cascade, TO_VEHICLE, 0, minor, minor);
}

void
cascade_payers(struct cascade *cascade, int64_t minor)
{
    size_t n = cascade->n_payers;
    int64_t *shares = calloc(n + 1, sizeof(*shares));

    if (!any_above_zero(cascade->payers, n))
        add_part(cascade, TO_PAYER, n, minor, minor);
    else if (!shares || !divide(minor, cascade->payers, n, shares))
        cascade->failed = true;
    else
        for (size_t i = 0; i < n; i++)
            add_part(cascade, TO_PAYER, i, shares[i], shares[i]);
    free(shares);
}

void
cascade_rest(struct cascade *cascade)
{
    cascade_payers(cascade, cascade->left);
}

void
cascade_finish(struct cascade *cascade)
{
    free(cascade->parts);
}
