/* outlook.c - a report's forecast cases beside what happened, and where they lead. */
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>
#include <wellgate/period.h>

#include "cases.h"
#include "xirr.h"

typedef Wellgate__Bonds__V1__CaseOutlook CaseOutlook;
typedef Wellgate__Bonds__V1__CasePoint CasePoint;

/* Sums to date, in minor units. */
struct sums {
    int64_t drawn, distributed, income;
};

/* ---- Points ---- */

static bool
add_quarter(const char *currency, const PlannedQuarter *quarter, struct sums *sums)
{
    int64_t drawn, distributed, income;

    return read_money(currency, quarter->drawn, &drawn) &&
           read_money(currency, quarter->distributed, &distributed) &&
           read_money(currency, quarter->outcome_income, &income) &&
           wg_money_add(sums->drawn, drawn, &sums->drawn) &&
           wg_money_add(sums->distributed, distributed, &sums->distributed) &&
           wg_money_add(sums->income, income, &sums->income);
}

static CasePoint *
point_new(const struct basis *basis, char *quarter, const struct sums *sums)
{
    CasePoint *point = wg_new_message(basis->arena, &wellgate__bonds__v1__case_point__descriptor);
    const char *currency = basis->bond->currency;

    if (!point)
        return NULL;
    point->quarter = quarter;
    point->drawn = wg_money_message(basis->arena, currency, sums->drawn);
    point->distributed = wg_money_message(basis->arena, currency, sums->distributed);
    /* Neither is below 0: their difference is in range. */
    point->net = wg_money_message(basis->arena, currency, sums->distributed - sums->drawn);
    point->outcome_income = wg_money_message(basis->arena, currency, sums->income);
    return point;
}

static const struct wg_problem *
set_points(const struct basis *basis, const Case *expected, CaseOutlook *outlook)
{
    struct sums sums = {0};

    outlook->points = wg_alloc_array(basis->arena, expected->n_quarters, sizeof(*outlook->points));
    for (size_t i = 0; outlook->points && i < expected->n_quarters; i++) {
        if (!add_quarter(basis->bond->currency, expected->quarters[i], &sums))
            return too_great(basis->call);
        outlook->points[outlook->n_points++] =
            point_new(basis, expected->quarters[i]->quarter, &sums);
    }
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}

/* ---- Rates ---- */

static bool
is_over(const PlannedQuarter *quarter, wg_date after, struct wg_period *period)
{
    return !wg_quarter_parse(quarter->quarter, period) || period->last <= after;
}

/* A quarter's cash: what is paid in on its first day, which then is there for it, and what is paid out
 * on its last. Returns how many flows that are, of two. */
static size_t
flows_of_quarter(const char *currency, const PlannedQuarter *quarter, wg_date after,
                 struct xirr_flow *flows)
{
    struct wg_period period;
    struct sums sums = {0};
    size_t n = 0;

    if (is_over(quarter, after, &period) || !add_quarter(currency, quarter, &sums))
        return 0;
    if (sums.drawn)
        flows[n++] = (struct xirr_flow){period.first, -sums.drawn};
    if (sums.distributed)
        flows[n++] = (struct xirr_flow){period.last, sums.distributed};
    return n;
}

/* The bond's own flows, or none, and those of the case behind a day. */
static Figure *
rate_after(const struct basis *basis, const Case *expected, bool with_own, wg_date after,
           const char *method)
{
    size_t n_own = with_own ? (size_t)basis->n_cash : 0, n = n_own;
    struct xirr_flow *own = investor_flows(basis);
    struct xirr_flow *flows =
        wg_alloc_array(basis->arena, n_own + 2 * expected->n_quarters, sizeof(*flows));

    if (!own || !flows)
        return NULL;
    if (n_own)
        memcpy(flows, own, n_own * sizeof(*flows));
    for (size_t i = 0; i < expected->n_quarters; i++)
        n += flows_of_quarter(basis->bond->currency, expected->quarters[i], after, &flows[n]);
    return rate_new(basis, flows, n, method);
}

/* ---- Cases ---- */

static const struct wg_problem *
add_outlook(const struct basis *basis, const Case *expected, Report *report)
{
    CaseOutlook *outlook =
        wg_new_message(basis->arena, &wellgate__bonds__v1__case_outlook__descriptor);
    wg_date end;

    if (!outlook || !wg_date_parse(basis->end_date, &end))
        return no_memory(basis->call);
    outlook->case_ = expected->name;
    outlook->kind = expected->kind;
    outlook->date = expected->date;
    outlook->basis = expected->basis;
    outlook->planned_irr = rate_after(basis, expected, false, INT32_MIN,
        "XIRR of the case: all that it expects to be paid in, on the first days of its quarters, and "
        "out, on the last," RATE_ROUNDED);
    outlook->irr_at_completion = rate_after(basis, expected, true, end,
        "XIRR of what was paid in and out to date, and from then on of what the case expects: paid in "
        "on the first days of its quarters, and out on the last," RATE_ROUNDED);
    report->cases[report->n_cases++] = outlook;
    return set_points(basis, expected, outlook);
}

const struct wg_problem *
set_cases(const struct basis *basis, const struct cases *cases, Report *report)
{
    const Case *base = cases->of[CASE_BASE];
    const struct wg_problem *problem = NULL;

    report->cases = wg_alloc_array(basis->arena, N_CASES, sizeof(*report->cases));
    if (!report->cases)
        return no_memory(basis->call);
    if (base)
        report->target_irr = base->target_irr;
    for (size_t i = 0; !problem && i < N_CASES; i++)
        if (cases->of[i])
            problem = add_outlook(basis, cases->of[i], report);
    return problem;
}
