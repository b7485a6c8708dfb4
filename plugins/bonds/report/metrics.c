/* metrics.c - a bond's metrics: those of its cases, and rules that are in none. */
#include "metrics.h"

#include <string.h>

typedef Wellgate__Payments__V1__DescribedLine DescribedLine;
typedef Wellgate__Payments__V1__DescribedRule DescribedRule;

#define CREDIT WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT

/* ---- Metrics ---- */

bool
is_rule_of(const struct metric *metric, const char *rule)
{
    for (size_t i = 0; i < metric->n_rules; i++)
        if (strcmp(metric->rules[i], rule) == 0)
            return true;
    return false;
}

static const Told *
told_of(const struct facts *facts, const char *contract)
{
    const Bond *bond = facts->basis->bond;

    for (size_t i = 0; i < bond->n_contracts; i++)
        if (strcmp(bond->contracts[i], contract) == 0)
            return facts->told[i];
    return NULL;
}

static const DescribedRule *
rule_of(const Told *told, const char *rule)
{
    for (size_t i = 0; i < told->n_rules; i++)
        if (strcmp(told->rules[i]->rule->id, rule) == 0)
            return told->rules[i];
    return NULL;
}

static bool
has_metric(const struct metrics *metrics, const char *id)
{
    for (size_t i = 0; i < metrics->n; i++)
        if (strcmp(metrics->list[i].id, id) == 0)
            return true;
    return false;
}

bool
adds_up(const Told *told, const char *rule)
{
    const DescribedRule *described = rule_of(told, rule);

    return described && described->adds_up;
}

static void
add_metric(struct metrics *metrics, const struct metric *metric)
{
    struct metric *added = &metrics->list[metrics->n++];

    *added = *metric;
    added->adds_up = adds_up(metric->told, metric->rules[0]);
    if (added->adds_up)
        added->row = metrics->n_adding++;
}

static void
add_planned(const struct facts *facts, const Case *expected, struct metrics *metrics)
{
    for (size_t i = 0; expected && i < expected->n_outcomes; i++) {
        const PlannedOutcome *outcome = expected->outcomes[i];
        struct metric metric = {.id = outcome->metric, .title = outcome->title,
                                .contract = outcome->contract, .rules = outcome->rules,
                                .n_rules = outcome->n_rules,
                                .told = told_of(facts, outcome->contract)};

        if (metric.told && !has_metric(metrics, outcome->metric))
            add_metric(metrics, &metric);
    }
}

static bool
is_planned(const struct metrics *metrics, const char *contract, const char *rule)
{
    for (size_t i = 0; i < metrics->n; i++)
        if (strcmp(metrics->list[i].contract, contract) == 0 &&
            is_rule_of(&metrics->list[i], rule))
            return true;
    return false;
}

/* A fee is for no outcome. */
static bool
add_rules(const struct facts *facts, size_t at, struct metrics *metrics)
{
    const Told *told = facts->told[at];
    const char *contract = facts->basis->bond->contracts[at];

    for (size_t i = 0; i < told->n_rules; i++) {
        Wellgate__Payments__V1__Rule *rule = told->rules[i]->rule;
        char **rules;

        if (!rule->outcome_case || is_planned(metrics, contract, rule->id))
            continue;
        if (!(rules = wg_alloc_array(facts->arena, 1, sizeof(*rules))))
            return false;
        rules[0] = rule->id;
        add_metric(metrics, &(struct metric){.id = rule->id, .title = rule->title,
                                             .contract = contract, .rules = rules, .n_rules = 1,
                                             .told = told});
    }
    return true;
}

static size_t
most_metrics(const struct facts *facts)
{
    size_t n = 1;

    for (size_t i = 0; i < N_CASES; i++)
        n += facts->cases.of[i] ? facts->cases.of[i]->n_outcomes : 0;
    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        n += facts->told[i]->n_rules;
    return n;
}

/* ---- Units ---- */

static struct atom *
atom_of(struct metrics *metrics, const char *contract, const Line *line)
{
    for (size_t i = 0; i < metrics->n_atoms; i++) {
        struct atom *atom = &metrics->atoms[i];

        if (strcmp(atom->rule, line->rule) == 0 && strcmp(atom->period, line->period) == 0 &&
            strcmp(atom->contract, contract) == 0)
            return atom;
    }
    return &metrics->atoms[metrics->n_atoms++];
}

/* Lines stand in order of the statements: the last of a period tells what is known now. */
static void
take_lines(const struct retold *retold, struct metrics *metrics)
{
    for (size_t i = 0; i < retold->told->n_lines; i++) {
        const DescribedLine *told = retold->told->lines[i];
        const Line *line = told->line;
        wg_date last;

        if (line->kind == CREDIT || !line->derivation || !adds_up(retold->told, line->rule) ||
            !wg_date_parse(told->period_end_date, &last))
            continue;
        *atom_of(metrics, retold->contract, line) =
            (struct atom){retold->contract, line->rule, line->period, last,
                          line->derivation->units_earned, line->derivation->units_paid};
    }
}

static size_t
most_atoms(const struct facts *facts)
{
    size_t n = 1;

    for (size_t i = 0; i < facts->n_retold; i++)
        n += facts->retold[i].told->n_lines;
    return n;
}

const struct wg_problem *
metrics_load(const struct facts *facts, struct metrics *metrics)
{
    *metrics = (struct metrics){
        .list = wg_alloc_array(facts->arena, most_metrics(facts), sizeof(*metrics->list))};
    if (!metrics->list)
        return no_memory(facts->basis->call);
    add_planned(facts, facts->cases.of[CASE_BASE], metrics);
    add_planned(facts, facts->cases.of[CASE_LOW], metrics);
    add_planned(facts, facts->cases.of[CASE_HIGH], metrics);
    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        if (!add_rules(facts, i, metrics))
            return no_memory(facts->basis->call);
    metrics->atoms = wg_alloc_array(facts->arena, most_atoms(facts), sizeof(*metrics->atoms));
    if (!metrics->atoms)
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < facts->n_retold; i++)
        take_lines(&facts->retold[i], metrics);
    return NULL;
}
