/* figure_items.c - what a cohort's figures earn, and what of it gates hold back. */
#include "settlement_state.h"

/* Of one cell: what is earned, and what its gates let through of it. */
struct earning {
    mpq_t earned, open;
};

/* Why gates hold something back. */
static const reason_code shut[] = {REASON(GATE_NOT_MET), REASON(MIN_N)};
enum { SHUT = sizeof(shut) / sizeof(shut[0]) };

/* A share of a budget, to date. */
struct budget {
    mpq_t pots; /* minor units */
    struct earning before;
    mpq_t held[SHUT]; /* of it, by reason */
};

static void
budget_begin(struct budget *budget)
{
    mpq_inits(budget->pots, budget->before.earned, budget->before.open, NULL);
    for (size_t i = 0; i < SHUT; i++)
        mpq_init(budget->held[i]);
}

static void
budget_end(struct budget *budget)
{
    mpq_clears(budget->pots, budget->before.earned, budget->before.open, NULL);
    for (size_t i = 0; i < SHUT; i++)
        mpq_clear(budget->held[i]);
}

/* Of a figure that is judged, PAID: it is paid for. */
static reason_code
figure_reason(const struct settlement *s, size_t account, size_t period)
{
    const struct figure *figure = &s->rules[account].periods[period].figure;

    return figure->reason != REASON(PAID) ? figure->reason : cell_at(s, account, period)->gate;
}

static void
add_earning(struct earning *sum, const struct earning *earning)
{
    mpq_add(sum->earned, sum->earned, earning->earned);
    mpq_add(sum->open, sum->open, earning->open);
}

static void
subtract_earning(struct earning *from, const struct earning *earning)
{
    mpq_sub(from->earned, from->earned, earning->earned);
    mpq_sub(from->open, from->open, earning->open);
}

/* Earned, but not paid. */
static void
leave(struct settlement *s, size_t account, reason_code reason, mpq_srcptr minor)
{
    struct exact amount;
    mpq_t scaled;

    mpq_init(scaled);
    mpq_set(scaled, minor);
    if (!minor_to_exact(s, scaled, &amount))
        s->failed = true;
    exact_add(&s->parts, &s->accounts[account].unpaid[reason], amount);
    mpq_clear(scaled);
}

/* What a period's gates hold back; where it trues up, of the whole to date. */
static void
hold_back(struct settlement *s, size_t account, size_t period, bool true_up,
          struct budget *budget, const struct earning *earning)
{
    reason_code reason = figure_reason(s, account, period);
    const struct earning *of = true_up ? &budget->before : earning;

    for (size_t i = 0; i < SHUT; i++) {
        mpq_t more;

        mpq_init(more);
        if (reason == shut[i])
            mpq_sub(more, of->earned, of->open);
        if (true_up)
            mpq_sub(more, more, budget->held[i]);
        mpq_add(budget->held[i], budget->held[i], more);
        leave(s, account, shut[i], more);
        mpq_clear(more);
    }
}

/* Where it trues up, a period earns what the whole gained in it, and a gate holds back the
 * whole. Periods that a variation covers have no part in it. */
static void
earn_budget(struct settlement *s, size_t account, size_t period, size_t factor,
            struct budget *budget, struct earning *earning)
{
    struct rule_period *result = &s->rules[account].periods[period];
    const struct cell *cell = cell_at(s, account, period);
    bool true_up = cell->terms->rule->share_of_budget->true_up;
    mpq_t pot;

    if (cell->varied)
        return;
    mpq_init(pot);
    mpq_set_si(pot, cell->pot_minor, 1);
    mpq_add(budget->pots, budget->pots, pot);
    if (result->figure.judged) {
        if (result->figure.reason == REASON(PAID))
            budget_share(cell->terms, &result->figure, result->share);
        if (true_up)
            mpq_set(pot, budget->pots);
        pot_price(cell->terms, factor, pot);
        mpq_mul(earning->earned, result->share, pot);
        if (figure_reason(s, account, period) == REASON(PAID))
            mpq_set(earning->open, earning->earned);
        if (true_up)
            subtract_earning(earning, &budget->before);
        add_earning(&budget->before, earning);
        hold_back(s, account, period, true_up, budget, earning);
    }
    mpq_clear(pot);
}

static void
earn_price(struct settlement *s, size_t account, size_t period, size_t factor,
           struct earning *earning)
{
    const struct figure *figure = &s->rules[account].periods[period].figure;
    const struct cell *cell = cell_at(s, account, period);

    if (!figure->judged || figure->reason != REASON(PAID))
        return;
    figure_price(cell->terms, factor, figure, earning->earned);
    if (cell->gate == REASON(PAID) || cell->varied)
        mpq_set(earning->open, earning->earned);
    else
        leave(s, account, cell->gate, earning->earned);
}

/* Of a coupon nothing is due; its line says whether its first step is reached. */
static bool
pays_nothing(const struct rule_terms *terms, const struct rule_period *result,
             const struct earning *earning)
{
    if (terms->rule->price_case == PRICE(SHARE_OF_BUDGET))
        return mpq_sgn(result->share) == 0;
    if (terms->rule->price_case == PRICE(COUPON))
        return !coupon_reached(terms, &result->figure);
    return mpq_sgn(earning->earned) == 0;
}

static reason_code
reason_of(struct settlement *s, size_t account, size_t period, const struct earning *earning)
{
    const struct rule_period *result = &s->rules[account].periods[period];
    reason_code reason = figure_reason(s, account, period);

    if (!result->figure.judged)
        return result->figure.reason ? result->figure.reason : REASON(NOT_YET);
    if (reason == REASON(PAID) && pays_nothing(cell_at(s, account, period)->terms, result, earning))
        return REASON(GATE_NOT_MET);
    return reason;
}

/* What the gates hold back is earned here; the rest is walked. */
static void
push_earning(struct settlement *s, size_t account, size_t period, wg_date day,
             struct earning *earning)
{
    struct cell *cell = cell_at(s, account, period);
    reason_code reason = reason_of(s, account, period, earning);
    struct exact held;

    if (reason != REASON(PAID))
        cell->reason = reason;
    mpq_sub(earning->earned, earning->earned, earning->open);
    if (mpq_sgn(earning->earned)) {
        if (!minor_to_exact(s, earning->earned, &held))
            s->failed = true;
        exact_add(&s->parts, &cell->earned, held);
    }
    item_push_amount(s, ITEM_FIGURE, account, period, day, earning->open);
}

static void
earn_cell(struct settlement *s, size_t account, size_t period, struct budget *budget)
{
    const struct rule_terms *terms = cell_at(s, account, period)->terms;
    wg_date day = s->timeline->periods[period].last;
    size_t factor = factor_on(terms->version, day);
    struct earning earning;

    mpq_inits(earning.earned, earning.open, NULL);
    if (terms->rule->price_case == PRICE(SHARE_OF_BUDGET))
        earn_budget(s, account, period, factor, budget, &earning);
    else
        earn_price(s, account, period, factor, &earning);
    push_earning(s, account, period, day, &earning);
    mpq_clears(earning.earned, earning.open, NULL);
}

void
items_of_figures(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++) {
        struct budget budget;

        budget_begin(&budget);
        for (size_t p = 0; p < s->timeline->n; p++) {
            const struct rule_terms *terms = cell_at(s, r, p)->terms;

            if (terms && !terms->of_persons && terms->rule->price_case != PRICE(FEE))
                earn_cell(s, r, p, &budget);
        }
        budget_end(&budget);
    }
}
