/* interest.c - simple interest on what is outstanding, actual/365. */
#include "interest.h"

#include <gmp.h>
#include <wellgate/money.h>

enum { DAYS_A_YEAR = 365 };

/* A walk through the days on which something changes. */
struct walk {
    const struct flow *flows;
    size_t n_flows, next_flow;
    const struct rate *rates;
    size_t n_rates, next_rate;
    wg_date day, until;
    int64_t principal, yearly;
    mpz_t total; /* minor units * RATE_ONE * DAYS_A_YEAR */
};

/* What changes on the day. */
static void
take_day(struct walk *walk)
{
    for (; walk->next_flow < walk->n_flows && walk->flows[walk->next_flow].date <= walk->day;
         walk->next_flow++) {
        const struct flow *flow = &walk->flows[walk->next_flow];

        walk->principal += flow->drawn - flow->principal - flow->written_off;
    }
    while (walk->next_rate < walk->n_rates && walk->rates[walk->next_rate].from <= walk->day)
        walk->yearly = walk->rates[walk->next_rate++].yearly;
}

/* The next day on which something changes; until at the latest. */
static wg_date
next_day(const struct walk *walk)
{
    wg_date next = walk->until;

    if (walk->next_flow < walk->n_flows && walk->flows[walk->next_flow].date < next)
        next = walk->flows[walk->next_flow].date;
    if (walk->next_rate < walk->n_rates && walk->rates[walk->next_rate].from < next)
        next = walk->rates[walk->next_rate].from;
    return next;
}

static void
add_span(struct walk *walk, const struct span *span)
{
    mpz_t term;

    mpz_init_set_si(term, span->principal);
    mpz_mul_si(term, term, span->yearly);
    mpz_mul_si(term, term, span->end - span->start);
    mpz_add(walk->total, walk->total, term);
    mpz_clear(term);
}

static bool
round_total(const struct walk *walk, int64_t *accrued)
{
    mpq_t exact;
    bool fits;

    mpq_init(exact);
    mpq_set_num(exact, walk->total);
    mpz_set_si(mpq_denref(exact), RATE_ONE);
    mpz_mul_si(mpq_denref(exact), mpq_denref(exact), DAYS_A_YEAR);
    mpq_canonicalize(exact);
    fits = wg_money_round(exact, accrued);
    mpq_clear(exact);
    return fits;
}

bool
interest_accrue(const struct flow *flows, size_t n_flows, const struct rate *rates,
                size_t n_rates, wg_date until, interest_visit *visit, void *context,
                int64_t *accrued)
{
    struct walk walk = {.flows = flows, .n_flows = n_flows, .rates = rates,
                        .n_rates = n_rates, .until = until};
    bool fits;

    mpz_init(walk.total);
    walk.day = n_flows ? flows[0].date : until;
    while (walk.day < until) {
        struct span span = {.start = walk.day};

        take_day(&walk);
        walk.day = span.end = next_day(&walk);
        span.principal = walk.principal;
        span.yearly = walk.yearly;
        if (span.principal <= 0 || span.yearly <= 0)
            continue;
        add_span(&walk, &span);
        if (visit)
            visit(context, &span);
    }
    fits = round_total(&walk, accrued);
    mpz_clear(walk.total);
    return fits;
}
