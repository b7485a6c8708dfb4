/* outcomes.c - what was reached of each metric, as investors may be told it. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "units.h"

typedef Wellgate__Bonds__V1__Metric Metric;
typedef Wellgate__Payments__V1__DescribedLine DescribedLine;
typedef Wellgate__Payments__V1__DescribedRule DescribedRule;
typedef Wellgate__Payments__V1__Derivation Derivation;

#define CREDIT WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT
#define PERIOD WELLGATE__PAYMENTS__V1__LINE__KIND__PERIOD
#define FEW "not shown: it is about fewer than 8 people, or would tell of such"

struct writing {
    const struct facts *facts;
    struct wg_arena *arena;
    const struct metrics *metrics;
    struct printed_units units;
};

/* ---- Lines ---- */

/* The line that tells a cohort's figure: of the last period that has one, the last. */
static const DescribedLine *
figure_line(const struct metric *metric)
{
    const DescribedLine *found = NULL;

    for (size_t i = 0; i < metric->told->n_lines; i++) {
        const DescribedLine *line = metric->told->lines[i];

        if (line->line->kind == CREDIT || !line->line->derivation ||
            !*line->line->derivation->figure || !is_rule_of(metric, line->line->rule))
            continue;
        if (!found || strcmp(line->period_end_date, found->period_end_date) >= 0)
            found = line;
    }
    return found;
}

/* Of statements to the report's day: what they issued. Sums of issued money fit. */
static int64_t
issued_of(const struct writing *t, const struct metric *metric)
{
    int64_t sum = 0, minor;

    for (size_t i = 0; i < metric->told->n_lines; i++) {
        const DescribedLine *line = metric->told->lines[i];

        if (is_rule_of(metric, line->line->rule) &&
            strcmp(line->statement_end_date, t->facts->basis->end_date) <= 0 &&
            read_money(t->facts->basis->bond->currency, line->line->amount, &minor))
            sum += minor;
    }
    return sum;
}

/* The lines of the last statement tell it, of all time before. */
static bool
is_last_own(const struct writing *t, const struct metric *metric, const DescribedLine *line)
{
    const char *end = t->facts->basis->end_date;

    if (line->line->kind != PERIOD || strcmp(line->statement_end_date, end) > 0)
        return false;
    for (size_t i = 0; i < metric->told->n_lines; i++)
        if (strcmp(metric->told->lines[i]->statement_end_date, line->statement_end_date) > 0 &&
            strcmp(metric->told->lines[i]->statement_end_date, end) <= 0)
            return false;
    return true;
}

static void
add_unpaid(const Derivation *derivation, mpq_t sum)
{
    mpq_t amount;

    mpq_init(amount);
    for (size_t i = 0; derivation && i < derivation->n_unpaid; i++)
        if (wg_ratio_read(derivation->unpaid[i]->amount, amount))
            mpq_add(sum, sum, amount);
    mpq_clear(amount);
}

static Wellgate__Common__V1__Money *
unpaid_money(const struct writing *t, const struct metric *metric)
{
    const char *currency = t->facts->basis->bond->currency;
    int64_t minor = 0;
    mpq_t sum, ten;

    mpq_inits(sum, ten, NULL);
    mpq_set_ui(ten, 10, 1);
    for (size_t i = 0; i < metric->told->n_lines; i++)
        if (is_rule_of(metric, metric->told->lines[i]->line->rule) &&
            is_last_own(t, metric, metric->told->lines[i]))
            add_unpaid(metric->told->lines[i]->line->derivation, sum);
    for (int digit = wg_currency_digits(currency); digit > 0; digit--)
        mpq_mul(sum, sum, ten);
    if (!wg_money_round(sum, &minor))
        minor = 0;
    mpq_clears(sum, ten, NULL);
    return wg_money_message(t->arena, currency, minor);
}

/* ---- What was reached ---- */

static const char *
rules_text(const struct writing *t, const struct metric *metric)
{
    const char *text = metric->n_rules == 1 ? "rule " : "rules ";

    for (size_t i = 0; text && i < metric->n_rules; i++)
        text = wg_format(t->arena, "%s%s%s", text, i ? ", " : "", metric->rules[i]);
    return text ? text : "";
}

static const char *
to_date_text(const struct writing *t)
{
    return wg_format(t->arena, "%s..%s", t->facts->basis->bond->start_date,
                     t->facts->basis->end_date);
}

static void
set_units(const struct writing *t, const struct metric *metric, Figure *figure)
{
    int64_t printed = t->units.achieved[metric->row];

    figure->unit = (char *)"units";
    figure->numerator = wg_format(t->arena, "units of %s", rules_text(t, metric));
    figure->method = (char *)"Units that came about to date, paid or not, to the nearest 5.";
    figure->period = (char *)to_date_text(t);
    figure->source = (char *)metric->contract;
    if (printed == WG_HIDDEN) {
        figure->note = (char *)FEW;
        return;
    }
    figure->n = (int32_t)printed;
    figure->value = (char *)told_text(t->facts, printed);
}

static void
set_figure(const struct writing *t, const struct metric *metric, Figure *figure)
{
    const DescribedLine *told = figure_line(metric);
    const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_INVESTOR);
    struct told_mean mean;
    int64_t printed;

    figure->unit = (char *)"figure";
    figure->numerator = wg_format(t->arena, "figure of %s", rules_text(t, metric));
    figure->denominator = (char *)"people in the cohort";
    figure->method = (char *)"As its last line states it.";
    figure->source = (char *)metric->contract;
    if (!told) {
        figure->note = (char *)"not meaningful: no period has a figure yet";
        return;
    }
    printed = wg_disclosed_count(policy, told->line->derivation->people);
    figure->period = told->line->period;
    figure->source = told->line->name;
    if (printed == WG_HIDDEN || !wg_discloses_money(policy, told->line->derivation->people, printed)) {
        figure->note = (char *)FEW;
        return;
    }
    figure->n = (int32_t)printed;
    mean = told_figure(t->facts, metric->told, told->line, printed);
    figure->value = mean.value;
    figure->method = wg_format(t->arena, "As its last line states it, to the nearest %s: that fits any "
                                         "number of people that is told as n.", mean.step);
}

static Figure *
actual_new(const struct writing *t, const struct metric *metric)
{
    Figure *figure = wg_new_message(t->arena, &wellgate__bonds__v1__figure__descriptor);

    if (!figure)
        return NULL;
    figure->data_date = (char *)t->facts->basis->end_date;
    if (metric->adds_up)
        set_units(t, metric, figure);
    else
        set_figure(t, metric, figure);
    return figure;
}

/* ---- Against plan ---- */

static char *
share_of_plan(struct wg_arena *arena, const char *actual, const char *plan)
{
    char *text = NULL;
    mpq_t value, whole;

    mpq_inits(value, whole, NULL);
    if (wg_ratio_parse(actual, value) && wg_ratio_parse(plan, whole) && mpq_sgn(whole)) {
        mpq_div(value, value, whole);
        text = wg_ratio_round_format(arena, value, RATIO_DIGITS);
    }
    mpq_clears(value, whole, NULL);
    return text ? text : (char *)"";
}

static char *
plan_of(const struct writing *t, const struct metric *metric, int kind)
{
    const char *text = planned_of(t->arena, t->facts->cases.of[kind], metric->id,
                                  t->facts->basis->end_date, metric->adds_up);

    return (char *)(text ? text : "");
}

static void
set_plan(const struct writing *t, const struct metric *metric, Metric *message)
{
    message->plan_low = plan_of(t, metric, CASE_LOW);
    message->plan_base = plan_of(t, metric, CASE_BASE);
    message->plan_high = plan_of(t, metric, CASE_HIGH);
    message->share_of_plan =
        share_of_plan(t->arena, message->actual->value, message->plan_base);
}

/* ---- From achieved to paid ---- */

static void
set_claims(const struct writing *t, const struct metric *metric, Metric *message)
{
    int64_t claimed = 0, validated = 0;

    for (size_t i = 0; i < metric->told->n_rules; i++) {
        const DescribedRule *rule = metric->told->rules[i];

        if (is_rule_of(metric, rule->rule->id)) {
            claimed += rule->claimed;
            validated += rule->validated;
        }
    }
    if (!claimed)
        return;
    message->claimed = (char *)told_count(t->facts, claimed);
    message->validated = (char *)told_count(t->facts, validated);
}

static void
set_stages(const struct writing *t, const struct metric *metric, Metric *message)
{
    int64_t paid = t->units.paid[metric->row];

    message->achieved = (char *)told_text(t->facts, t->units.achieved[metric->row]);
    message->paid = (char *)(paid == WG_HIDDEN ? told_text(t->facts, paid)
                                               : told_count(t->facts, paid));
    set_claims(t, metric, message);
}

/* ---- Money ---- */

/* Of a metric of one rule with one price or cap. */
static const DescribedRule *
single_rule(const struct metric *metric)
{
    for (size_t i = 0; metric->n_rules == 1 && i < metric->told->n_rules; i++)
        if (is_rule_of(metric, metric->told->rules[i]->rule->id))
            return metric->told->rules[i];
    return NULL;
}

static bool
may_tell_issued(const struct writing *t, const struct metric *metric, const Metric *message)
{
    return metric->adds_up ? t->units.paid[metric->row] != WG_HIDDEN
                           : message->actual->n > 0 || !figure_line(metric);
}

static void
set_headroom(const struct writing *t, const DescribedRule *rule, int64_t issued, Metric *message)
{
    int64_t cap, left;

    if (rule->rule->caps && rule->rule->caps->amount &&
        read_money(t->facts->basis->bond->currency, rule->rule->caps->amount, &cap) &&
        wg_money_subtract(cap, issued, &left))
        message->headroom = wg_money_message(t->arena, t->facts->basis->bond->currency, left);
}

static void
set_money(const struct writing *t, const struct metric *metric, Metric *message)
{
    const DescribedRule *rule = single_rule(metric);
    int64_t issued = issued_of(t, metric);

    if (rule && rule->rule->price_case == WELLGATE__PAYMENTS__V1__RULE__PRICE_FLAT)
        message->unit_price = rule->rule->flat->amount;
    if (!may_tell_issued(t, metric, message))
        return;
    message->issued = wg_money_message(t->arena, t->facts->basis->bond->currency, issued);
    if (rule)
        set_headroom(t, rule, issued, message);
    if (!metric->adds_up || t->units.unpaid[metric->row] != WG_HIDDEN)
        message->earned_unpaid = unpaid_money(t, metric);
}

/* ---- Metrics ---- */

static Metric *
metric_new(const struct writing *t, const struct metric *metric)
{
    Metric *message = wg_new_message(t->arena, &wellgate__bonds__v1__metric__descriptor);

    if (!message || !(message->actual = actual_new(t, metric)))
        return NULL;
    message->metric = (char *)metric->id;
    message->title = (char *)metric->title;
    message->contract = (char *)metric->contract;
    message->rules = metric->rules;
    message->n_rules = metric->n_rules;
    set_plan(t, metric, message);
    if (metric->adds_up)
        set_stages(t, metric, message);
    set_money(t, metric, message);
    return message;
}

static bool
is_hidden_among(const Report *report, size_t at, const char *contract)
{
    return strcmp(report->outcomes[at]->contract, contract) == 0 && !report->outcomes[at]->issued;
}

/* A contract's total is exact: where one metric alone is hidden, it is the rest. The least of
 * the others goes too. */
static void
hide_second(const char *currency, Report *report, const char *contract)
{
    size_t hidden = 0;
    Metric *least = NULL;
    int64_t least_minor = 0, minor;

    for (size_t i = 0; i < report->n_outcomes; i++) {
        Metric *metric = report->outcomes[i];

        hidden += is_hidden_among(report, i, contract);
        if (strcmp(metric->contract, contract) || !metric->issued ||
            !read_money(currency, metric->issued, &minor) || !minor)
            continue;
        if (!least || minor < least_minor) {
            least = metric;
            least_minor = minor;
        }
    }
    if (hidden == 1 && least)
        least->issued = least->headroom = NULL;
}

const struct wg_problem *
set_outcomes(const struct facts *facts, Report *report)
{
    struct writing t = {.facts = facts, .arena = facts->arena};
    const Bond *bond = facts->basis->bond;
    const struct wg_problem *problem;
    struct metrics metrics;

    if ((problem = metrics_load(facts, &metrics)))
        return problem;
    t.metrics = &metrics;
    report->outcomes = wg_alloc_array(t.arena, metrics.n + 1, sizeof(*report->outcomes));
    if (!report->outcomes || !units_print(facts, &metrics, &t.units))
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < metrics.n; i++)
        if (!(report->outcomes[report->n_outcomes++] = metric_new(&t, &metrics.list[i])))
            return no_memory(facts->basis->call);
    for (size_t i = 0; i < bond->n_contracts; i++)
        hide_second(bond->currency, report, bond->contracts[i]);
    return t.arena->exhausted ? no_memory(facts->basis->call) : NULL;
}
