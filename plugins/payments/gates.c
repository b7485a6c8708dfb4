/* gates.c - what must hold before anything of a rule is paid: judged for each rule and period,
 * before any cap is filled. */
#include <string.h>
#include <wellgate/decimal.h>

#include "settlement_state.h"

typedef Wellgate__Payments__V1__Gate Gate;
typedef Wellgate__Payments__V1__Gate__AllIndicators AllIndicators;
typedef Wellgate__Payments__V1__Gate__Either Either;
typedef Wellgate__Payments__V1__Gate__OverAll OverAll;

#define GATE(kind) WELLGATE__PAYMENTS__V1__GATE__GATE_##kind

/* Where a gate is looked at. */
struct place {
    const struct settlement *s;
    size_t account, period;
};

static const struct figure *
figure_at(const struct place *at)
{
    const struct figure *figure = &at->s->rules[at->account].periods[at->period].figure;

    return figure->judged && figure->reason == REASON(PAID) ? figure : NULL;
}

static bool
is_at_least(mpq_srcptr value, const char *text)
{
    mpq_t least;
    bool enough;

    mpq_init(least);
    enough = wg_ratio_parse(text, least) && mpq_cmp(value, least) >= 0;
    mpq_clear(least);
    return enough;
}

/* ---- Each kind ---- */

static bool
min_units_open(const struct place *at, const Gate *gate)
{
    int64_t units = gate->per_period ? cell_at(at->s, at->account, at->period)->units
                                     : at->s->accounts[at->account].units_to_date;

    return units >= (int64_t)gate->min_units;
}

static bool
min_figure_open(const struct place *at, const Gate *gate)
{
    const struct figure *figure = figure_at(at);

    return figure && is_at_least(figure->value, gate->min_figure);
}

/* The figure that all periods to date make together. */
static bool
over_all_open(const struct place *at, const OverAll *gate)
{
    const struct account_state *account = &at->s->accounts[at->account];
    mpq_t figure;
    wg_date from;
    bool open;

    if (!wg_date_parse(gate->from_date, &from) || at->s->timeline->last < from ||
        !account->denominator || mpq_sgn(account->denominator) == 0)
        return false;
    mpq_init(figure);
    mpq_div(figure, account->numerator, account->denominator);
    open = is_at_least(figure, gate->min_figure);
    mpq_clear(figure);
    return open;
}

static bool
min_n_open(const struct place *at, const Gate *gate)
{
    const struct figure *figure = &at->s->rules[at->account].periods[at->period].figure;

    return figure->judged && figure->n >= gate->min_n;
}

/* What was reached of a target: units, or the figure; false where there is no figure. */
static bool
reached_of(const struct place *at, bool to_date, const struct rule_terms *terms, mpq_ptr reached)
{
    const struct figure *figure;

    if (terms->of_persons) {
        mpq_set_si(reached, to_date ? at->s->accounts[at->account].units_to_date
                                    : cell_at(at->s, at->account, at->period)->units, 1);
        return true;
    }
    if (!(figure = figure_at(at)))
        return false;
    mpq_set(reached, figure->value);
    return true;
}

/* A rule without a target there asks for nothing. */
static bool
indicator_met(const struct place *at, bool to_date, const char *share)
{
    const struct account_state *account = &at->s->accounts[at->account];
    struct place place = {at->s, at->account, to_date ? account->target_at : at->period};
    const struct cell *cell = cell_at(at->s, place.account, place.period);
    mpq_srcptr target = to_date ? account->target : cell->target;
    mpq_t reached, owed;
    bool met;

    if (!target)
        return true;
    mpq_inits(reached, owed, NULL);
    wg_ratio_parse(share, owed);
    mpq_mul(owed, owed, target);
    met = reached_of(&place, to_date, cell->terms, reached) && mpq_cmp(reached, owed) >= 0;
    mpq_clears(reached, owed, NULL);
    return met;
}

static bool
all_indicators_open(const struct place *at, const AllIndicators *gate, bool per_period)
{
    size_t n = gate->n_rules ? gate->n_rules : at->s->n;
    bool open = true;

    for (size_t i = 0; open && i < n; i++) {
        size_t account = gate->n_rules ? account_find(at->s, gate->rules[i]) : i;
        struct place place = {at->s, account, at->period};

        open = account < at->s->n && indicator_met(&place, !per_period, gate->share_of_target);
    }
    return open;
}

static bool gate_open(const struct place *at, const Gate *gate);

static bool
either_open(const struct place *at, const Either *either)
{
    for (size_t i = 0; i < either->n_gates; i++)
        if (gate_open(at, either->gates[i]))
            return true;
    return false;
}

/* An either holds none itself, see check_settlement.c. */
static bool
gate_open(const struct place *at, const Gate *gate)
{
    switch (gate->gate_case) {
    case GATE(MIN_UNITS):
        return min_units_open(at, gate);
    case GATE(MIN_FIGURE):
        return min_figure_open(at, gate);
    case GATE(OVER_ALL):
        return over_all_open(at, gate->over_all);
    case GATE(MIN_N):
        return min_n_open(at, gate);
    case GATE(ALL_INDICATORS):
        return all_indicators_open(at, gate->all_indicators, gate->per_period);
    case GATE(EITHER):
        return either_open(at, gate->either);
    default:
        return false;
    }
}

/* ---- All of them ---- */

/* Of figures the last period's with one, of units their sum. */
static void
take_target(struct settlement *s, struct account_state *account, size_t r, size_t p)
{
    const struct cell *cell = cell_at(s, r, p);

    if (!cell->target)
        return;
    if (!account->target && !(account->target = part_new(&s->parts)))
        return;
    if (!cell->terms->of_persons)
        mpq_set_ui(account->target, 0, 1);
    mpq_add(account->target, account->target, cell->target);
    account->target_at = p;
}

static void
take_figure(struct settlement *s, struct account_state *account, const struct figure *figure)
{
    if (!figure->judged)
        return;
    if (!account->denominator && (!(account->numerator = part_new(&s->parts)) ||
                                  !(account->denominator = part_new(&s->parts))))
        return;
    mpq_add(account->numerator, account->numerator, figure->numerator);
    mpq_add(account->denominator, account->denominator, figure->denominator);
}

static void
sum_to_date(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++) {
            s->accounts[r].units_to_date += cell_at(s, r, p)->units;
            take_figure(s, &s->accounts[r], &s->rules[r].periods[p].figure);
            take_target(s, &s->accounts[r], r, p);
        }
}

/* Of the first that is shut. */
static reason_code
reason_of(const struct place *at)
{
    const Rule *rule = cell_at(at->s, at->account, at->period)->terms->rule;

    for (size_t i = 0; i < rule->n_gates; i++)
        if (!gate_open(at, rule->gates[i]))
            return rule->gates[i]->gate_case == GATE(MIN_N) ? REASON(MIN_N)
                                                            : REASON(GATE_NOT_MET);
    return REASON(PAID);
}

void
gates_judge(struct settlement *s)
{
    sum_to_date(s);
    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++)
            if (cell_at(s, r, p)->terms)
                cell_at(s, r, p)->gate = reason_of(&(struct place){s, r, p});
}
