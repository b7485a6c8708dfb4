/* figure_items.c - what a cohort's figures earn, and what of it gates hold back. */
#include "settlement_state.h"

/* Of one cell: what is earned, and what its gates let through of it. */
struct earning {
    mpq_t earned, open;
    mpq_t reached; /* what its figure comes to, whatever it came to before */
};

/* Why gates hold something back. */
static const reason_code shut[] = {REASON(GATE_NOT_MET), REASON(MIN_N)};
enum { SHUT = sizeof(shut) / sizeof(shut[0]) };

/* A rule's figures so far. */
struct to_date {
    mpq_t pots; /* minor units */
    struct earning before;
    mpq_t held[SHUT]; /* of it, by reason */
};

/* What is earned of pots does not set off what prices come to. */
struct sums {
    struct to_date of_pots, of_prices;
};

static void
earning_begin(struct earning *earning)
{
    mpq_inits(earning->earned, earning->open, earning->reached, NULL);
}

static void
earning_end(struct earning *earning)
{
    mpq_clears(earning->earned, earning->open, earning->reached, NULL);
}

static void
to_date_begin(struct to_date *to_date)
{
    mpq_init(to_date->pots);
    earning_begin(&to_date->before);
    for (size_t i = 0; i < SHUT; i++)
        mpq_init(to_date->held[i]);
}

static void
to_date_end(struct to_date *to_date)
{
    mpq_clear(to_date->pots);
    earning_end(&to_date->before);
    for (size_t i = 0; i < SHUT; i++)
        mpq_clear(to_date->held[i]);
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
          struct to_date *to_date, const struct earning *earning)
{
    reason_code reason = figure_reason(s, account, period);
    const struct earning *of = true_up ? &to_date->before : earning;

    for (size_t i = 0; i < SHUT; i++) {
        mpq_t more;

        mpq_init(more);
        if (reason == shut[i])
            mpq_sub(more, of->earned, of->open);
        if (true_up)
            mpq_sub(more, more, to_date->held[i]);
        mpq_add(to_date->held[i], to_date->held[i], more);
        leave(s, account, shut[i], more);
        mpq_clear(more);
    }
}

static bool
is_of_pot(const struct rule_terms *terms)
{
    return terms->rule->price_case == PRICE(SHARE_OF_BUDGET);
}

static bool
trues_up(const struct rule_terms *terms)
{
    return is_of_pot(terms) ? terms->rule->share_of_budget->true_up : terms->rule->true_up;
}

/* Of the period's pot, or of all to date where it trues up. */
static void
reach_of_pot(struct settlement *s, size_t account, size_t period, size_t factor, mpq_srcptr pots,
             mpq_ptr reached)
{
    struct rule_period *result = &s->rules[account].periods[period];
    const struct cell *cell = cell_at(s, account, period);

    if (result->figure.reason == REASON(PAID))
        budget_share(cell->terms, &result->figure, result->share);
    if (trues_up(cell->terms))
        mpq_set(reached, pots);
    else
        mpq_set_si(reached, cell->pot_minor, 1);
    pot_price(cell->terms, factor, reached);
    mpq_mul(reached, reached, result->share);
}

static void
add_pot(const struct cell *cell, struct to_date *to_date)
{
    mpq_t pot;

    mpq_init(pot);
    mpq_set_si(pot, cell->pot_minor, 1);
    mpq_add(to_date->pots, to_date->pots, pot);
    mpq_clear(pot);
}

/* Where it trues up, a period earns what the whole gained in it, and a gate holds back the
 * whole. Periods that a variation covers have no part in it. */
static void
earn(struct settlement *s, size_t account, size_t period, size_t factor, struct to_date *to_date,
     struct earning *earning)
{
    const struct figure *figure = &s->rules[account].periods[period].figure;
    const struct cell *cell = cell_at(s, account, period);
    bool of_pot = is_of_pot(cell->terms), true_up = trues_up(cell->terms);

    if (cell->varied && (of_pot || true_up))
        return;
    add_pot(cell, to_date);
    if (!figure->judged)
        return;
    if (of_pot)
        reach_of_pot(s, account, period, factor, to_date->pots, earning->reached);
    else
        figure_price(cell->terms, factor, figure, earning->reached);
    mpq_set(earning->earned, earning->reached);
    if (cell->varied || figure_reason(s, account, period) == REASON(PAID))
        mpq_set(earning->open, earning->earned);
    if (true_up)
        subtract_earning(earning, &to_date->before);
    if (cell->varied)
        return;
    add_earning(&to_date->before, earning);
    hold_back(s, account, period, true_up, to_date, earning);
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
    return mpq_sgn(earning->reached) == 0;
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
earn_cell(struct settlement *s, size_t account, size_t period, struct sums *sums)
{
    const struct rule_terms *terms = cell_at(s, account, period)->terms;
    wg_date day = s->timeline->periods[period].last;
    struct earning earning;

    earning_begin(&earning);
    earn(s, account, period, factor_on(terms->version, day),
         is_of_pot(terms) ? &sums->of_pots : &sums->of_prices, &earning);
    push_earning(s, account, period, day, &earning);
    earning_end(&earning);
}

void
items_of_figures(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++) {
        struct sums sums;

        to_date_begin(&sums.of_pots);
        to_date_begin(&sums.of_prices);
        for (size_t p = 0; p < s->timeline->n; p++) {
            const struct rule_terms *terms = cell_at(s, r, p)->terms;

            if (terms && !terms->of_persons && terms->rule->price_case != PRICE(FEE))
                earn_cell(s, r, p, &sums);
        }
        to_date_end(&sums.of_pots);
        to_date_end(&sums.of_prices);
    }
}
