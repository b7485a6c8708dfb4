/* gates.c - what must hold before anything of a rule is paid: measured and judged for each rule
 * and period, before any cap is filled. */
#include <string.h>
#include <wellgate/decimal.h>

#include "settlement_state.h"

typedef Wellgate__Payments__V1__Gate Gate;
typedef Wellgate__Payments__V1__Gate__AllIndicators AllIndicators;
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

/* ---- What each kind measures, and asks for ----
 *
 * false: there is nothing to measure. measured and asked are initialised. */

static bool
measure_units(const struct place *at, const Gate *gate, mpq_ptr measured, mpq_ptr asked)
{
    int64_t units = gate->per_period ? cell_at(at->s, at->account, at->period)->units
                                     : at->s->accounts[at->account].units_to_date;

    mpq_set_si(measured, units, 1);
    mpq_set_ui(asked, gate->min_units, 1);
    return true;
}

static bool
measure_figure(const struct place *at, const char *least, mpq_ptr measured, mpq_ptr asked)
{
    const struct figure *figure = figure_at(at);

    if (figure)
        mpq_set(measured, figure->value);
    return wg_ratio_parse(least, asked) && figure;
}

/* The figure that all periods to date make together. */
static bool
measure_over_all(const struct place *at, const OverAll *gate, mpq_ptr measured, mpq_ptr asked)
{
    const struct account_state *account = &at->s->accounts[at->account];
    wg_date from;

    if (!wg_ratio_parse(gate->min_figure, asked) || !wg_date_parse(gate->from_date, &from) ||
        at->s->timeline->last < from || !account->denominator ||
        mpq_sgn(account->denominator) == 0)
        return false;
    mpq_div(measured, account->numerator, account->denominator);
    return true;
}

static bool
measure_people(const struct place *at, const Gate *gate, mpq_ptr measured, mpq_ptr asked)
{
    const struct figure *figure = &at->s->rules[at->account].periods[at->period].figure;

    mpq_set_ui(measured, figure->n, 1);
    mpq_set_ui(asked, gate->min_n, 1);
    return figure->judged;
}

/* Days since 1970. */
static bool
measure_day(const struct place *at, const char *text, mpq_ptr measured, mpq_ptr asked)
{
    wg_date day;

    if (!wg_date_parse(text, &day))
        return false;
    mpq_set_si(measured, at->s->timeline->last, 1);
    mpq_set_si(asked, day, 1);
    return true;
}

/* Of the kinds that measure one thing. */
static bool
measure(const struct place *at, const Gate *gate, mpq_ptr measured, mpq_ptr asked)
{
    switch (gate->gate_case) {
    case GATE(MIN_UNITS):
        return measure_units(at, gate, measured, asked);
    case GATE(MIN_FIGURE):
        return measure_figure(at, gate->min_figure, measured, asked);
    case GATE(OVER_ALL):
        return measure_over_all(at, gate->over_all, measured, asked);
    case GATE(MIN_N):
        return measure_people(at, gate, measured, asked);
    case GATE(NOT_BEFORE):
        return measure_day(at, gate->not_before, measured, asked);
    default:
        return false;
    }
}

/* ---- Indicators ---- */

/* Units, or the figure; none is 0. */
static void
reached_in(const struct place *at, mpq_ptr reached)
{
    const struct cell *cell = cell_at(at->s, at->account, at->period);
    const struct figure *figure = figure_at(at);

    mpq_set_si(reached, cell->units, 1);
    if (cell->terms && !cell->terms->of_persons && figure)
        mpq_set(reached, figure->value);
}

/* Is it none that has a target there? Then it asks for nothing. */
static bool
measure_indicator(const struct place *at, const Gate *gate, mpq_ptr measured, mpq_ptr asked)
{
    const struct account_state *account = &at->s->accounts[at->account];
    mpq_srcptr target = gate->per_period ? cell_at(at->s, at->account, at->period)->target
                                         : account->target;

    if (!target)
        return false;
    if (gate->per_period)
        reached_in(at, measured);
    else
        mpq_set(measured, account->reached);
    wg_ratio_parse(gate->all_indicators->share_of_target, asked);
    mpq_mul(asked, asked, target);
    return true;
}

/* ---- Readings ---- */

struct reading {
    gate_visit *visit;
    void *context;
    struct gate_reading out;
};

static bool
tell(struct reading *reading, bool measured, mpq_srcptr value, mpq_srcptr asked, bool met)
{
    reading->out.measured = measured;
    reading->out.value = value;
    reading->out.asked = asked;
    reading->out.met = met;
    return reading->visit(reading->context, &reading->out);
}

static bool
read_one(const struct place *at, struct reading *reading)
{
    mpq_t value, asked;
    bool measured, goes_on;

    mpq_inits(value, asked, NULL);
    measured = measure(at, reading->out.gate, value, asked);
    goes_on = tell(reading, measured, value, asked, measured && mpq_cmp(value, asked) >= 0);
    mpq_clears(value, asked, NULL);
    return goes_on;
}

static bool
read_indicator(const struct place *at, struct reading *reading)
{
    mpq_t value, asked;
    bool measured, goes_on;

    mpq_inits(value, asked, NULL);
    measured = measure_indicator(at, reading->out.gate, value, asked);
    goes_on = tell(reading, measured, value, asked, !measured || mpq_cmp(value, asked) >= 0);
    mpq_clears(value, asked, NULL);
    return goes_on;
}

/* One that no version in force has is never met. */
static bool
read_named(const struct place *at, struct reading *reading)
{
    const AllIndicators *gate = reading->out.gate->all_indicators;

    for (size_t i = 0; i < gate->n_rules; i++) {
        struct place place = {at->s, account_find(at->s, gate->rules[i]), at->period};

        reading->out.rule = gate->rules[i];
        if (place.account == at->s->n ? !read_one(at, reading) : !read_indicator(&place, reading))
            return false;
    }
    return true;
}

/* Those of the version that have targets. */
static bool
read_with_targets(const struct place *at, struct reading *reading)
{
    for (size_t r = 0; r < at->s->n; r++) {
        const struct rule_terms *terms = cell_at(at->s, r, at->period)->terms;

        if (!terms || !terms->rule->n_targets)
            continue;
        reading->out.rule = terms->rule->id;
        if (!read_indicator(&(struct place){at->s, r, at->period}, reading))
            return false;
    }
    return true;
}

static bool
read_gate(const struct place *at, const Gate *gate, struct reading *reading)
{
    reading->out.gate = gate;
    reading->out.rule = NULL;
    if (gate->gate_case != GATE(ALL_INDICATORS))
        return read_one(at, reading);
    return gate->all_indicators->n_rules ? read_named(at, reading) : read_with_targets(at, reading);
}

/* An either holds none itself, see check_settlement.c. */
static bool
read_gates(const struct place *at, const Gate *gate, struct reading *reading)
{
    reading->out.alternative = 0;
    if (gate->gate_case != GATE(EITHER))
        return read_gate(at, gate, reading);
    for (size_t i = 0; i < gate->either->n_gates; i++) {
        reading->out.alternative = (uint32_t)i;
        if (!read_gate(at, gate->either->gates[i], reading))
            return false;
    }
    return true;
}

bool
settlement_gates(const struct settlement *s, size_t account, size_t period, gate_visit *visit,
                 void *context)
{
    const struct rule_terms *terms = cell_at(s, account, period)->terms;
    struct reading reading = {.visit = visit, .context = context};

    for (size_t i = 0; terms && i < terms->rule->n_gates; i++) {
        reading.out.place = (uint32_t)i;
        if (!read_gates(&(struct place){s, account, period}, terms->rule->gates[i], &reading))
            return false;
    }
    return true;
}

/* ---- Open or shut ---- */

/* Ends at the first that is not met. */
static bool
goes_on_while_met(void *context, const struct gate_reading *reading)
{
    (void)context;
    return reading->met;
}

static bool
gate_open(const struct place *at, const Gate *gate)
{
    struct reading reading = {.visit = goes_on_while_met};

    if (gate->gate_case != GATE(EITHER))
        return read_gate(at, gate, &reading);
    for (size_t i = 0; i < gate->either->n_gates; i++)
        if (read_gate(at, gate->either->gates[i], &reading))
            return true;
    return false;
}

/* ---- All of them ---- */

static void
take_target(struct settlement *s, size_t r, size_t p)
{
    struct account_state *account = &s->accounts[r];
    mpq_t reached;

    if (!account->target && (!(account->target = part_new(&s->parts)) ||
                             !(account->reached = part_new(&s->parts))))
        return;
    mpq_init(reached);
    reached_in(&(struct place){s, r, p}, reached);
    mpq_add(account->reached, account->reached, reached);
    mpq_clear(reached);
    if (cell_at(s, r, p)->target)
        mpq_add(account->target, account->target, cell_at(s, r, p)->target);
}

static bool
has_target(const struct settlement *s, size_t r)
{
    for (size_t p = 0; p < s->timeline->n; p++)
        if (cell_at(s, r, p)->target)
            return true;
    return false;
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
    for (size_t r = 0; r < s->n; r++) {
        bool targets = has_target(s, r);

        for (size_t p = 0; p < s->timeline->n; p++) {
            s->accounts[r].units_to_date += cell_at(s, r, p)->units;
            take_figure(s, &s->accounts[r], &s->rules[r].periods[p].figure);
            if (targets)
                take_target(s, r, p);
        }
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
