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

/* A rule without a target there asks for nothing. */
static bool
reaches(mpq_srcptr reached, mpq_srcptr target, const char *share)
{
    mpq_t owed;
    bool enough;

    if (!target)
        return true;
    mpq_init(owed);
    wg_ratio_parse(share, owed);
    mpq_mul(owed, owed, target);
    enough = mpq_cmp(reached, owed) >= 0;
    mpq_clear(owed);
    return enough;
}

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

static bool
indicator_met(const struct place *at, bool to_date, const char *share)
{
    const struct account_state *account = &at->s->accounts[at->account];
    mpq_t reached;
    bool met;

    if (to_date)
        return reaches(account->reached, account->target, share);
    mpq_init(reached);
    reached_in(at, reached);
    met = reaches(reached, cell_at(at->s, at->account, at->period)->target, share);
    mpq_clear(reached);
    return met;
}

static bool
all_named_met(const struct place *at, const AllIndicators *gate, bool to_date)
{
    for (size_t i = 0; i < gate->n_rules; i++) {
        struct place place = {at->s, account_find(at->s, gate->rules[i]), at->period};

        if (place.account == at->s->n || !indicator_met(&place, to_date, gate->share_of_target))
            return false;
    }
    return true;
}

/* Those of the version that have targets. */
static bool
all_with_targets_met(const struct place *at, const AllIndicators *gate, bool to_date)
{
    for (size_t r = 0; r < at->s->n; r++) {
        const struct rule_terms *terms = cell_at(at->s, r, at->period)->terms;

        if (terms && terms->rule->n_targets &&
            !indicator_met(&(struct place){at->s, r, at->period}, to_date, gate->share_of_target))
            return false;
    }
    return true;
}

static bool
all_indicators_open(const struct place *at, const AllIndicators *gate, bool to_date)
{
    return gate->n_rules ? all_named_met(at, gate, to_date)
                         : all_with_targets_met(at, gate, to_date);
}

static bool
not_before_open(const struct place *at, const char *text)
{
    wg_date day;

    return wg_date_parse(text, &day) && at->s->timeline->last >= day;
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
        return all_indicators_open(at, gate->all_indicators, !gate->per_period);
    case GATE(EITHER):
        return either_open(at, gate->either);
    case GATE(NOT_BEFORE):
        return not_before_open(at, gate->not_before);
    default:
        return false;
    }
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
