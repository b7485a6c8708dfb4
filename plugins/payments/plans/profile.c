/* profile.c - what is planned, as if it had happened. */
#include "profile.h"

#include <string.h>
#include <wellgate/decimal.h>

/* A rule of some terms, and what is planned of it. */
struct taking {
    wg_date today;
    struct account *account;
    const struct terms *terms;
    const PlannedRule *planned; /* NULL: nothing is */
    uint16_t rule;              /* place in the version */
};

static const PlannedPeriod *
planned_in(const struct taking *taking, size_t period)
{
    wg_date first = taking->account->timeline.periods[period].first;

    for (size_t i = 0; taking->planned && i < taking->planned->n_profile; i++) {
        struct wg_period own;

        if (calendar_read(&taking->account->calendar, taking->planned->profile[i]->period, &own) &&
            own.first == first)
            return taking->planned->profile[i];
    }
    return NULL;
}

/* ---- Units ---- */

static int64_t
units_of(const PlannedPeriod *planned)
{
    int64_t units = 0;
    mpq_t value;

    mpq_init(value);
    if (planned && wg_ratio_parse(planned->value, value))
        units = (int64_t)mpz_get_ui(mpq_numref(value));
    mpq_clear(value);
    return units;
}

static bool
take_units(const struct taking *taking, size_t period)
{
    struct account *account = taking->account;
    wg_date last = account->timeline.periods[period].last;
    struct claimed_unit unit = account_unit(account, taking->terms, taking->rule,
                                            last < account->end ? last : account->end,
                                            taking->planned->measure);
    int64_t left = units_of(planned_in(taking, period)) -
                   settlement_units_taken(account->settlement, unit.account, period);

    unit.planned = true;
    for (; left > 0; left--) {
        unit.person = account->n_people++;
        if (!settlement_take(account->settlement, &unit))
            return false;
    }
    return true;
}

/* ---- Figures ---- */

static void
set_figure(const struct taking *taking, size_t period)
{
    size_t account = taking->terms->account_of[taking->rule];
    const PlannedPeriod *planned = planned_in(taking, period);
    struct figure *figure = &taking->account->settlements[account].periods[period].figure;

    mpq_set_ui(figure->value, 0, 1);
    figure_assume(figure, planned && wg_ratio_parse(planned->value, figure->value),
                  planned ? planned->people : 0);
}

/* ---- All rules ---- */

static bool
take_rule(const struct taking *taking)
{
    bool of_cohort = taking->terms->figures.list[taking->rule].kind;

    for (size_t p = taking->terms->span.first; p < taking->terms->span.end; p++) {
        struct wg_period period = taking->account->timeline.periods[p];

        if (of_cohort && period.first > taking->today)
            set_figure(taking, p);
        else if (!of_cohort && taking->planned && period.last >= taking->today &&
                 !take_units(taking, p))
            return false;
    }
    return true;
}

bool
profile_take(const Plan *plan, wg_date today, struct account *account)
{
    for (size_t t = 0; t < account->n_terms; t++) {
        struct taking taking = {.today = today, .account = account, .terms = &account->terms[t]};

        for (; taking.rule < taking.terms->version->n_rules; taking.rule++) {
            const Rule *rule = taking.terms->version->rules[taking.rule];

            taking.planned = planned_rule_of(plan, rule->id);
            if (!take_rule(&taking))
                return false;
        }
    }
    return true;
}
